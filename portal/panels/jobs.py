"""News of panels: each of them tells one person what waits for him or her, and never who the others are."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from flask_babel import gettext

from portal.accounts import queries as accounts
from portal.core import audit, clock, files, text_messages
from portal.core.jobs import handles, periodic
from portal.core.mail import notify
from portal.core.policy import Actor
from portal.panels import queries, rules, services
from portal.panels.documents import recusal_letter
from portal.panels.models import Panel, PanelDraw, Seat
from portal.panels.values import SeatStatus
from portal.parties import queries as parties
from portal.parties.values import Role

SYSTEM = Actor.system("panels")


def _tell(panel: Panel, users: Iterable[UUID], template: str, link: str, **context: object) -> None:
    notify(
        accounts.recipients(users), template, link=link, title=panel.tender.title, number=panel.tender.number, **context
    )  # fmt: skip


def _case(panel: Panel) -> str:
    return f"/panels/tenders/{panel.tender_id}"


def _ceremony(draw: PanelDraw) -> str:
    return f"/panels/draws/{draw.id}"


def _seat(seat_id: str) -> Seat:
    return queries.get_seat(SYSTEM, UUID(seat_id))


@handles("panel_draw.opened")
def ask_commitments(draw_id: str) -> None:
    """The three are asked for a commitment; the roles by all who hold them, the third witness by name."""
    draw = queries.get_draw(SYSTEM, UUID(draw_id))
    unit_id = draw.panel.tender.unit_id
    named = [string.user_id for string in draw.strings if string.user_id is not None]
    asked = [draw.opened_by, *parties.holders(Role.SUPERVISOR, unit_id), *named]
    _tell(draw.panel, asked, "panel_commit", _ceremony(draw))


@handles("panel_draw.committed")
def ask_strings(draw_id: str) -> None:
    """All commitments are in: those who lodged them reveal their strings."""
    draw = queries.get_draw(SYSTEM, UUID(draw_id))
    lodged = [string.user_id for string in draw.strings if string.user_id is not None]
    _tell(draw.panel, lodged, "panel_reveal", _ceremony(draw), until=draw.reveal_by)


@handles("panel_draw.void")
def tell_void(draw_id: str) -> None:
    """A void draw needs the supervisor's reason for the next one."""
    draw = queries.get_draw(SYSTEM, UUID(draw_id))
    asked = [draw.panel.frozen_by, *parties.holders(Role.SUPERVISOR, draw.panel.tender.unit_id)]
    _tell(draw.panel, asked, "panel_draw_void", _case(draw.panel), draw_no=draw.number)


@handles("panel.draw_allowed")
def ask_officer(panel_id: str) -> None:
    """The officer opens the next draw."""
    panel = queries.get_panel(SYSTEM, UUID(panel_id))
    _tell(panel, [panel.frozen_by], "panel_draw_allowed", _case(panel))


@periodic("panels.draws", every=timedelta(minutes=10))
def end_overdue_draws() -> None:
    """Draws whose strings did not all come in time are void."""
    for draw_id in queries.overdue_draws(clock.now()):
        services.void_overdue(actor=SYSTEM, draw_id=draw_id)


@periodic("panels.invitations", every=timedelta(minutes=10))
def end_overdue_invitations() -> None:
    """Who does not answer in time is followed by the next on standby."""
    for seat_id in queries.overdue_seats(clock.now()):
        services.lapse_seat(actor=SYSTEM, seat_id=seat_id)


@periodic("panels.declarations", every=timedelta(days=1))
def chase_declarations() -> None:
    """Declarations are confirmed each year; a month before they expire the expert is asked once."""
    before = clock.at(rules.remind_from(clock.today()))
    for expert in queries.declarations_to_chase(before):
        if services.note_reminder(actor=SYSTEM, expert_id=expert.id):
            notify(accounts.recipients([expert.user_id]), "expert_declarations", link="/panels/profile")


@handles("seat.invited")
def invite(seat_id: str) -> None:
    seat = _seat(seat_id)
    if seat.status == SeatStatus.INVITED:
        _tell(
            seat.panel, [seat.expert.user_id], "panel_invitation", f"/panels/seats/{seat.id}", until=seat.answer_by
        )  # fmt: skip


def _send_text(seat_id: str) -> bool:
    """A text message beside the mail, where the installation has a command for it."""
    seat = _seat(seat_id)
    if seat.status != SeatStatus.INVITED or not seat.expert.user.phone:
        return False
    words = gettext(
        "%(number)s: you were drawn as an expert. Please answer on the portal.",
        number=seat.panel.tender.number,
    )
    return text_messages.send(seat.expert.user.phone, words)


@handles("seat.invited", prepare=_send_text)
def note_text(sent: bool, seat_id: str) -> None:
    """Remember that a text message was handed over."""
    if sent:
        audit.record("seat.text", _seat(seat_id), SYSTEM)


@handles("panel.representative_named")
def ask_approvers(panel_id: str) -> None:
    """A second person approves who sits for the buyer."""
    panel = queries.get_panel(SYSTEM, UUID(panel_id))
    if panel.representative_id is not None:
        person = accounts.names([panel.representative_id])[panel.representative_id]
        asked = parties.holders(Role.PROGRAMME_APPROVER, panel.tender.unit_id)
        _tell(panel, asked, "panel_representative", _case(panel), name=person)


@handles("recusal.requested")
def ask_about_recusal(request_id: str) -> None:
    """The officer reads the request; the person named, where seated, is asked whether it is true."""
    request = queries.get_request(SYSTEM, UUID(request_id))
    facts = {"title": request.tender.title, "number": request.tender.number}
    officers = accounts.recipients(parties.holders(Role.PROGRAMME_OFFICER, request.tender.unit_id))
    notify(officers, "recusal_requested", link=f"/panels/requests/{request.id}", **facts)
    if request.seat is not None and request.seat.status in (SeatStatus.INVITED, SeatStatus.ACCEPTED):
        asked = accounts.recipients([request.seat.expert.user_id])
        notify(asked, "recusal_question", link=f"/panels/seats/{request.seat_id}", **facts)


@handles("recusal.answered")
def tell_answer(request_id: str) -> None:
    """The officer decides with the statement at hand, or reads that the person withdrew."""
    request = queries.get_request(SYSTEM, UUID(request_id))
    officers = accounts.recipients(parties.holders(Role.PROGRAMME_OFFICER, request.tender.unit_id))
    notify(
        officers, "recusal_answered", link=f"/panels/requests/{request.id}",
        title=request.tender.title, number=request.tender.number,
    )  # fmt: skip


@handles("recusal.decided")
def tell_decision(request_id: str) -> None:
    """The bidder reads what was decided, and nothing of the panel."""
    request = queries.get_request(SYSTEM, UUID(request_id))
    notify(
        accounts.recipients([request.filed_by]), "recusal_decided", link=f"/panels/tenders/{request.tender_id}/recusals",
        title=request.tender.title, number=request.tender.number, answer=request.answer,
    )  # fmt: skip


def _letter(seat_id: str, replaced: bool) -> bytes | None:
    """The letter on a recusal; nothing for who declined, or when it exists already."""
    seat = _seat(seat_id)
    due = seat.status == SeatStatus.RECUSED and seat.letter_id is None
    return recusal_letter(seat) if due else None


@handles("seat.left", prepare=_letter)
def keep_letter(pdf: bytes | None, seat_id: str, replaced: bool) -> None:
    """Keep the letter on a recusal and tell the expert, once, in one transaction."""
    seat = queries.get_seat_for_update(UUID(seat_id))
    if pdf is None or seat.letter_id is not None:
        return
    name = f"评审专家回避通知书 {seat.panel.tender.number}.pdf"
    seat.letter_id = files.save(pdf, name=name, media_type="application/pdf").id
    _tell(
        seat.panel, [seat.expert.user_id], "panel_recused", f"/panels/seats/{seat.id}", reason=seat.reason
    )  # fmt: skip


@handles("seat.left")
def tell_officer(seat_id: str, replaced: bool) -> None:
    """The officer reads who left; where nobody is left on standby, the supervisor too, who allows a further draw."""
    seat = _seat(seat_id)
    allows = [] if replaced or seat.buyer else parties.holders(Role.SUPERVISOR, seat.panel.tender.unit_id)
    _tell(
        seat.panel, [seat.panel.frozen_by, *allows], "panel_seat_left", _case(seat.panel),
        code=seat.code, reason=seat.reason, replaced=replaced, buyer=seat.buyer,
    )  # fmt: skip
