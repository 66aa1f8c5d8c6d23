"""Resources: what is on offer, for everybody; units and organisations offer and take back."""

from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.forms import act
from portal.core.web import actor, page, public, roles
from portal.needs import queries, services
from portal.needs.forms import ResourceForm
from portal.needs.policies import DESK
from portal.needs.values import ResourceKind, ServiceField
from portal.needs.views.blueprint import bp
from portal.parties import queries as parties
from portal.parties.values import ORGANISATION


@bp.get("/resources")
@public
def resources() -> ResponseReturnValue:
    return page(
        "needs/resources.html", found=queries.list_resources(request.args), fields=list(ServiceField), kinds=list(ResourceKind),
        places=queries.place_choices(unit.id for unit in parties.units()),
    )  # fmt: skip


@bp.get("/resources/<uuid:resource_id>")
@public
def resource(resource_id: UUID) -> ResponseReturnValue:
    found = queries.get_resource(resource_id)
    return page("needs/resource.html", resource=found, unit=parties.unit(found.unit_id))


@bp.route("/resources/offer", methods=["GET", "POST"])
@roles(*DESK, *ORGANISATION)
def offer() -> ResponseReturnValue:
    form = ResourceForm()
    scopes = actor().scopes(*DESK) or {unit.id for unit in parties.units()}
    form.unit_id.choices = queries.place_choices(scopes)
    form.offer_parties(
        [(party.id, party.name) for party in parties.own_parties(actor())], own_unit=actor().holds(*DESK)
    )
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.offer_resource(
                actor=actor(), unit_id=form.unit_id.data, party_id=form.party_id.data if form.party_id else None, kind=form.kind.data,
                field=form.field.data, title=form.title.data or "", description=form.description.data or "",
                contact=form.contact.data or "",
            ),
            lambda offered: url_for("needs.resource", resource_id=offered.id),
            _("The resource is on offer."),
        )
    ):  # fmt: skip
        return done
    return page("needs/offer.html", form=form)


@bp.post("/resources/<uuid:resource_id>/withdraw")
@roles(*DESK, *ORGANISATION)
def withdraw_resource(resource_id: UUID) -> ResponseReturnValue:
    queries.get_resource(resource_id)
    return act(
        lambda form: services.withdraw_resource(actor=actor(), resource_id=resource_id),
        url_for("needs.resources"),
        _("The offer was taken back."),
    )
