"""Pages of a seat: the invitation and the expert's answer."""

from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.errors import NotFound
from portal.core.forms import act
from portal.core.policy import require
from portal.core.web import actor, page, roles, send
from portal.panels import queries, services
from portal.panels.forms import AcceptForm
from portal.panels.models import Seat
from portal.panels.policies import may_answer_seat, may_begin_scoring, may_recuse_seat
from portal.panels.values import PanelStatus, SeatStatus
from portal.panels.views.blueprint import STAFF, bp
from portal.parties.values import Role


@bp.get("/seats")
@roles(Role.EXPERT)
def my_seats() -> ResponseReturnValue:
    return page("panels/my_seats.html", seats=queries.my_seats(actor()), expert=queries.own_expert(actor()))


@bp.get("/seats/<uuid:seat_id>")
@roles(Role.EXPERT)
def seat(seat_id: UUID) -> ResponseReturnValue:
    return _seat_page(_own_seat(seat_id), AcceptForm(formdata=None))


def _own_seat(seat_id: UUID) -> Seat:
    found = queries.get_seat(actor(), seat_id)
    if found.expert.user_id != actor().user_id:
        raise NotFound()
    require(may_answer_seat, actor(), found)
    return found


def _to_declare(found: Seat) -> dict[UUID, str]:
    """Organisation and title of each proposal, and nothing else of it, once confidentiality is promised."""
    if found.confidential_at is None or found.status != SeatStatus.INVITED:
        return {}
    admitted = queries.admitted(found.panel.tender_id)
    if queries.is_blind(found.panel):  # titles come back on the sheets, under numbers
        return {bid.id: bid.party.name for bid in admitted}
    titles = queries.projects(admitted)
    return {
        bid.id: _("%(name)s: %(title)s", name=bid.party.name, title=titles.get(bid.id, ""))
        for bid in admitted
    }


def _seat_page(found: Seat, form: AcceptForm) -> ResponseReturnValue:
    form.offer(_to_declare(found))
    return page(
        "panels/seat.html",
        seat=found,
        form=form,
        questions=queries.questions_to(found.id),
        running=found.panel.status in (PanelStatus.SEATED, PanelStatus.SCORING),
    )


@bp.get("/seats/<uuid:seat_id>/letter")
@roles(Role.EXPERT, *STAFF)
def letter(seat_id: UUID) -> ResponseReturnValue:
    return send(queries.letter_of(queries.get_seat(actor(), seat_id)), inline=True)


@bp.post("/seats/<uuid:seat_id>/promise")
@roles(Role.EXPERT)
def promise(seat_id: UUID) -> ResponseReturnValue:
    _own_seat(seat_id)
    return act(
        lambda _form: services.promise_confidentiality(actor=actor(), seat_id=seat_id),
        url_for("panels.seat", seat_id=seat_id),
    )


@bp.post("/seats/<uuid:seat_id>/accept")
@roles(Role.EXPERT)
def accept(seat_id: UUID) -> ResponseReturnValue:
    _own_seat(seat_id)
    form = AcceptForm()
    ties = form.ties
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.declare_ties(actor=actor(), seat_id=seat_id, ties=ties),
            lambda _s: url_for("panels.seat", seat_id=seat_id),
            _("Thank you for your openness. The next expert on standby is invited.")
            if any(ties.values())
            else _("You have taken the seat. Thank you."),
        )
    ):
        return done
    return _seat_page(_own_seat(seat_id), form)


@bp.post("/seats/<uuid:seat_id>/decline")
@roles(Role.EXPERT)
def decline(seat_id: UUID) -> ResponseReturnValue:
    _own_seat(seat_id)
    return act(
        lambda form: services.decline_seat(actor=actor(), seat_id=seat_id, reason=form.reason.data or ""),
        url_for("panels.seat", seat_id=seat_id),
        _("Your answer is noted."),
    )


@bp.post("/seats/<uuid:seat_id>/recuse")
@roles(Role.EXPERT, Role.PROGRAMME_OFFICER)
def recuse(seat_id: UUID) -> ResponseReturnValue:
    found = queries.get_seat(actor(), seat_id)
    require(may_recuse_seat, actor(), found)
    own = found.expert.user_id == actor().user_id
    target = (
        url_for("panels.seat", seat_id=seat_id)
        if own
        else url_for("panels.show", tender_id=found.panel.tender_id)
    )
    return act(
        lambda form: services.recuse_seat(actor=actor(), seat_id=seat_id, reason=form.reason.data or ""),
        target,
        _("The seat is free; the next on standby is invited."),
    )  # fmt: skip


@bp.post("/seats/<uuid:seat_id>/chair")
@roles(Role.PROGRAMME_OFFICER)
def name_chair(seat_id: UUID) -> ResponseReturnValue:
    found = queries.get_seat(actor(), seat_id)
    require(may_begin_scoring, actor(), found.panel)
    return act(
        lambda _form: services.name_chair(actor=actor(), seat_id=seat_id),
        url_for("panels.show", tender_id=found.panel.tender_id),
        _("The chair is named."),
    )
