"""The communities of the desk: their grids, and the poster with the QR link."""

from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.forms import act
from portal.core.policy import require
from portal.core.web import actor, page, roles
from portal.needs import documents, queries, services
from portal.needs.forms import GridForm
from portal.needs.models import Grid
from portal.needs.policies import DESK, may_handle_need
from portal.needs.views.blueprint import bp
from portal.parties.models import Unit


@bp.get("/communities")
@roles(*DESK)
def places() -> ResponseReturnValue:
    return page("needs/places.html", found=queries.own_places(actor(), request.args))


@bp.route("/communities/<uuid:unit_id>", methods=["GET", "POST"])
@roles(*DESK)
def place(unit_id: UUID) -> ResponseReturnValue:
    found, form = _own(unit_id), GridForm()
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.add_grid(actor=actor(), unit_id=unit_id, name=form.name.data or ""),
            lambda _grid: url_for("needs.place", unit_id=unit_id),
            _("The grid was added."),
        )
    ):
        return done
    return page("needs/place.html", form=form, place=found, grids=queries.grids(unit_id))


@bp.post("/grids/<uuid:grid_id>/remove")
@roles(*DESK)
def remove_grid(grid_id: UUID) -> ResponseReturnValue:
    unit_id = queries.get_grid(actor(), grid_id).unit_id
    return act(
        lambda form: services.remove_grid(actor=actor(), grid_id=grid_id),
        url_for("needs.place", unit_id=unit_id),
        _("The grid was removed."),
    )


@bp.get("/communities/<uuid:unit_id>/poster")
@roles(*DESK)
def poster(unit_id: UUID) -> ResponseReturnValue:
    found = _own(unit_id)
    url, qr = documents.poster(found)
    return page("needs/poster.html", place=found, url=url, qr=qr)


def _own(unit_id: UUID) -> Unit:
    found = queries.community(unit_id)
    require(may_handle_need, actor(), Grid(unit_id=unit_id))
    return found
