"""News of panels: each of them tells one person what waits for him or her, and never who the others are."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from portal.accounts import queries as accounts
from portal.core import clock
from portal.core.jobs import handles, periodic
from portal.core.mail import notify
from portal.core.policy import Actor
from portal.panels import queries, services
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


@handles("seat.invited")
def invite(seat_id: str) -> None:
    seat = _seat(seat_id)
    if seat.status == SeatStatus.INVITED:
        _tell(seat.panel, [seat.expert.user_id], "panel_invitation", f"/panels/seats/{seat.id}")


@handles("seat.left")
def tell_officer(seat_id: str, replaced: bool) -> None:
    seat = _seat(seat_id)
    _tell(
        seat.panel, [seat.panel.frozen_by], "panel_seat_left", _case(seat.panel),
        code=seat.code, reason=seat.reason, replaced=replaced,
    )  # fmt: skip
    if seat.status == SeatStatus.RECUSED:
        _tell(
            seat.panel,
            [seat.expert.user_id],
            "panel_recused",
            f"/panels/seats/{seat.id}",
            reason=seat.reason,
        )
