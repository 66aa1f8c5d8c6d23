"""News of panels: each of them tells one person what waits for him or her, and never who the others are."""

from collections.abc import Iterable
from uuid import UUID

from portal.accounts import queries as accounts
from portal.core.jobs import handles
from portal.core.mail import notify
from portal.core.policy import Actor
from portal.panels import queries
from portal.panels.models import Panel, Seat
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


def _seat(seat_id: str) -> Seat:
    return queries.get_seat(SYSTEM, UUID(seat_id))


@handles("panel.frozen")
def ask_witness(panel_id: str) -> None:
    panel = queries.get_panel(SYSTEM, UUID(panel_id))
    _tell(panel, parties.holders(Role.SUPERVISOR, panel.tender.unit_id), "panel_frozen", _case(panel))


@handles("panel.witnessed")
def ask_officer(panel_id: str) -> None:
    panel = queries.get_panel(SYSTEM, UUID(panel_id))
    _tell(panel, [panel.frozen_by], "panel_witnessed", _case(panel))


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
