"""Reads of seats and invitations."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from portal.bids.models import Bid
from portal.bids.values import BidStatus
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.files import StoredFile
from portal.core.policy import Actor
from portal.panels.models import Expert, Panel, RecusalRequest, Seat
from portal.panels.policies import READERS
from portal.panels.values import Cell, PanelStatus, RequestStatus, SeatStatus
from portal.parties.models import Party
from portal.parties.values import Role


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


def letter_of(seat: Seat) -> StoredFile:
    """The letter on a recusal. Raises ``NotFound`` where there is none, or not yet."""
    if seat.letter_id is None:
        raise NotFound()
    return db.session.get_one(StoredFile, seat.letter_id)


def overdue_seats(now: datetime) -> list[UUID]:
    """Invitations of running panels whose time to answer is over."""
    statement = (
        select(Seat.id)
        .join(Panel, Panel.id == Seat.panel_id)
        .where(
            Seat.status == SeatStatus.INVITED, Seat.answer_by <= now,
            Panel.status.in_((PanelStatus.SEATED, PanelStatus.SCORING)),
        )
        .order_by(Seat.answer_by, Seat.position)
    )  # fmt: skip
    return list(db.session.scalars(statement))


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


# --- requests of bidders that somebody be recused


def requests_of(tender_id: UUID) -> list[RecusalRequest]:
    """The requests in a call, the newest first, with organisations and seats."""
    statement = _requests().where(RecusalRequest.tender_id == tender_id)
    return list(db.session.scalars(statement.order_by(RecusalRequest.filed_at.desc())))


def own_requests(actor: Actor, tender_id: UUID) -> list[RecusalRequest]:
    """What the actor's organisations asked for in a call."""
    mine = RecusalRequest.party_id.in_(actor.scopes(Role.ORG_OWNER))
    statement = _requests().where(RecusalRequest.tender_id == tender_id, mine)
    return list(db.session.scalars(statement.order_by(RecusalRequest.filed_at.desc())))


def bidding_parties(actor: Actor, tender_id: UUID) -> list[Party]:
    """The actor's organisations whose opened proposals take part in a call."""
    statement = (
        select(Party)
        .join(Bid, Bid.party_id == Party.id)
        .where(
            Bid.tender_id == tender_id, Bid.party_id.in_(actor.scopes(Role.ORG_OWNER)),
            Bid.status.in_((BidStatus.PENDING, BidStatus.VALID)),
        )
        .group_by(Party.id)
        .order_by(Party.name)
    )  # fmt: skip
    return list(db.session.scalars(statement))


def get_request(actor: Actor, request_id: UUID) -> RecusalRequest:
    """A request for the staff of the buyer. Raises ``NotFound`` for everybody else."""
    request = db.session.scalars(_requests().where(RecusalRequest.id == request_id)).first()
    if request is None or not (actor.is_system or request.tender.unit_id in actor.scopes(*READERS)):
        raise NotFound()
    return request


def get_request_for_update(request_id: UUID) -> RecusalRequest:
    """The request with call, organisation and seat, locked. Raises ``NotFound``."""
    statement = _requests().where(RecusalRequest.id == request_id).with_for_update(of=RecusalRequest)
    request = db.session.scalars(statement, execution_options={"populate_existing": True}).first()
    if request is None:
        raise NotFound()
    return request


def questions_to(seat_id: UUID) -> list[RecusalRequest]:
    """Requests about the person of a seat that the person has not answered."""
    statement = _requests().where(
        RecusalRequest.seat_id == seat_id,
        RecusalRequest.status == RequestStatus.OPEN,
        RecusalRequest.admits.is_(None),
    )
    return list(db.session.scalars(statement.order_by(RecusalRequest.filed_at)))


def kept_away(tender_id: UUID) -> list[str]:
    """The names of those whose recusal was ensured at a bidder's request."""
    return list(
        db.session.scalars(
            select(RecusalRequest.person).where(
                RecusalRequest.tender_id == tender_id, RecusalRequest.status == RequestStatus.FOLLOWED
            )
        )
    )


def _requests() -> Select[RecusalRequest]:
    seat = joinedload(RecusalRequest.seat).joinedload(Seat.expert, innerjoin=True)
    return select(RecusalRequest).options(
        joinedload(RecusalRequest.tender, innerjoin=True),
        joinedload(RecusalRequest.party, innerjoin=True),
        seat.joinedload(Expert.user, innerjoin=True),
    )
