"""Reads of seats and invitations."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.policy import Actor
from portal.panels.models import Expert, Panel, Seat
from portal.panels.policies import READERS
from portal.panels.values import Cell, SeatStatus


def seats(panel_id: UUID, statuses: Collection[SeatStatus] | None = None) -> list[Seat]:
    """The seats of a panel with experts, in the order of the draw."""
    statement = _seats().where(Seat.panel_id == panel_id).order_by(Seat.position)
    if statuses is not None:
        statement = statement.where(Seat.status.in_(statuses))
    return list(db.session.scalars(statement))


def my_seats(actor: Actor) -> list[Seat]:
    """The seats of the signed-in expert, the newest first; standby places are nobody's business yet."""
    statement = (
        _seats()
        .join(Seat.expert)
        .join(Seat.panel)
        .where(Expert.user_id == actor.user_id, Seat.status != SeatStatus.STANDBY)
        .order_by(Panel.frozen_at.desc())
    )
    return list(db.session.scalars(statement))


def open_invitations(actor: Actor) -> int:
    """How many invitations wait for the expert's answer."""
    statement = (
        select(func.count())
        .select_from(Seat)
        .join(Seat.expert)
        .where(Expert.user_id == actor.user_id, Seat.status == SeatStatus.INVITED)
    )
    return int(db.session.scalar(statement) or 0)


def get_seat(actor: Actor, seat_id: UUID) -> Seat:
    """A seat for its expert (not while on standby) or for the staff who see the panel, else ``NotFound``."""
    seat = db.session.scalars(_seats().where(Seat.id == seat_id)).first()
    if seat is None:
        raise NotFound()
    own = seat.expert.user_id == actor.user_id and seat.status != SeatStatus.STANDBY
    if not (own or actor.is_system or seat.panel.tender.unit_id in actor.scopes(*READERS)):
        raise NotFound()
    return seat


def get_seat_for_update(seat_id: UUID) -> Seat:
    """The seat with expert, panel and call; seat and panel locked, so that it cannot close meanwhile."""
    panel_id = select(Seat.panel_id).where(Seat.id == seat_id).scalar_subquery()
    db.session.scalars(select(Panel).where(Panel.id == panel_id).with_for_update()).first()
    statement = _seats().where(Seat.id == seat_id).with_for_update(of=Seat)
    seat = db.session.scalars(statement, execution_options={"populate_existing": True}).first()
    if seat is None:
        raise NotFound()
    return seat


def next_in_line(panel_id: UUID, cell: Cell) -> Seat | None:
    """The first of the cell who is still on standby, locked; those of an earlier draw come first."""
    statement = (
        select(Seat)
        .where(
            Seat.panel_id == panel_id,
            Seat.group == cell.group,
            Seat.specialty == cell.specialty,
            Seat.status == SeatStatus.STANDBY,
        )
        .order_by(Seat.position)
        .limit(1)
        .with_for_update()
    )
    return db.session.scalars(statement).first()


def _seats() -> Select[Seat]:
    return select(Seat).options(
        joinedload(Seat.expert, innerjoin=True).joinedload(Expert.user, innerjoin=True),
        joinedload(Seat.panel, innerjoin=True).joinedload(Panel.tender, innerjoin=True),
    )
