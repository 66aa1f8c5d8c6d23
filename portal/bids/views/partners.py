"""Apply together: the lead's page, and the page on which a partner confirms. Codes stand behind the ``#`` of links."""

from uuid import UUID

from flask import session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from portal.bids import queries, services
from portal.bids.forms import JoinForm, OpinionCodeForm, PartnerForm
from portal.bids.services import partners as joining
from portal.bids.views.blueprint import WRITERS, bp, own_draft
from portal.core.errors import Invalid
from portal.core.forms import act
from portal.core.limits import OPEN_FORM, limiter
from portal.core.web import actor, page, received_at, roles, see
from portal.parties.values import Role

REMEMBERED = "partner_code"


@bp.route("/<uuid:bid_id>/partners", methods=["GET", "POST"])
@roles(*WRITERS)
def partners(bid_id: UUID) -> ResponseReturnValue:
    """Who applies together, who still has to confirm, and a place for one more."""
    bid = own_draft(bid_id)
    form = PartnerForm()
    if form.validate_on_submit():
        done: ResponseReturnValue | None = form.perform(
            lambda: services.invite_partner(actor=actor(), bid_id=bid.id, task=form.task.data or ""),
            lambda _partner: url_for("bids.partners", bid_id=bid.id),
            _("The link is ready."),
        )
        if done:
            return done
    entrance = url_for("bids.join", _external=True)
    return page("bids/partners.html", form=form, bid=bid, draft=queries.draft(bid), entrance=entrance)


@bp.post("/<uuid:bid_id>/partners/<part>/remove")
@roles(*WRITERS)
def remove_partner(bid_id: UUID, part: str) -> ResponseReturnValue:
    bid = own_draft(bid_id)
    return act(
        lambda _form: services.remove_partner(actor=actor(), bid_id=bid.id, part=part),
        url_for("bids.partners", bid_id=bid.id),
        _("The partner was removed."),
    )


@bp.route("/join", methods=["GET", "POST"])
@roles(Role.ORG_OWNER)
@limiter.limit(OPEN_FORM, methods=["POST"])
def join() -> ResponseReturnValue:
    """Where an invitation leads: the code, which a script fills in."""
    form = OpinionCodeForm()
    if form.validate_on_submit():
        try:
            joining.find_place(form.code.data or "", received_at())
        except Invalid as error:
            form.add_problems(error.problems)
        else:
            session[REMEMBERED] = form.code.data
            return see("bids.confirm_join")
    return page("bids/join_code.html", form=form)


@bp.route("/join/confirm", methods=["GET", "POST"])
@roles(Role.ORG_OWNER)
def confirm_join() -> ResponseReturnValue:
    """Who leads, for what, with which task; then the confirmation in the name of an organisation."""
    code, arrived = session.get(REMEMBERED, ""), received_at()
    try:
        bid, place = joining.find_place(code, arrived)
    except Invalid:
        return see("bids.join")
    form = JoinForm()
    mine = queries.binding_parties(actor())
    form.party.choices = [SelectChoice(party.id, party.name) for party in mine]
    if form.validate_on_submit():
        done: ResponseReturnValue | None = form.perform(
            lambda: services.confirm_partner(
                actor=actor(), code=code, party_id=form.party.data, received_at=arrived
            ),
            lambda _none: url_for("bids.confirm_join"),
            _("Confirmed."),
        )
        if done:
            return done
    own = next((party for party in mine if str(party.id) == place.party_id and place.confirmed_at), None)
    return page(
        "bids/join.html", form=form, bid=bid, place=place, own=own, taken=bool(place.confirmed_at and not own),
        title=queries.draft(bid).title,
    )  # fmt: skip


@bp.post("/join/leave/<uuid:party_id>")
@roles(Role.ORG_OWNER)
def leave_join(party_id: UUID) -> ResponseReturnValue:
    code, arrived = session.get(REMEMBERED, ""), received_at()
    return act(
        lambda _form: services.leave_place(actor=actor(), code=code, party_id=party_id, received_at=arrived),
        url_for("bids.confirm_join"),
        _("The confirmation was taken back."),
    )
