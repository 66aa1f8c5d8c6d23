"""Reads of an opening: the call, its keys, what took place."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select

from portal.bids import rules
from portal.bids.models import Bid, Opening
from portal.bids.policies import READERS
from portal.core.audit import AuditEvent
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.policy import Actor
from portal.tenders.models import Lot, LotSeal, SealHolder, Tender
from portal.tenders.values import TenderStatus

RECOVERED = "tender.recover"


def opening_of(tender_id: UUID) -> Opening | None:
    """The opening of a call, if it took place."""
    return db.session.scalars(select(Opening).where(Opening.tender_id == tender_id)).first()


def opening_is_public(tender: Tender) -> bool:
    """Whether everybody may see who offered what: in some procedures, in blind calls only once they are over."""
    blind, over = bool(tender.scheme.get("blind")), tender.status != TenderStatus.ACTIVE
    return rules.opening_list_public(tender.procedure, blind=blind, over=over)


def unopened() -> Select[UUID]:
    """The ids of proposals, of whatever state, whose call is not opened yet: nobody may count them."""
    over = or_(Tender.opened_at.is_not(None), Tender.status != TenderStatus.ACTIVE)
    return select(Bid.id).join(Tender, Tender.id == Bid.tender_id).where(~over)


def recovery_of(tender_id: UUID) -> dict[str, Any] | None:
    """Who opened a call with the platform's key, in place of which holder, and why.

    Read from the audit trail, which refuses every change: ``missing`` (a holder's role), ``holder``, ``approver``, ``reason``.
    """
    statement = select(AuditEvent.data).where(
        AuditEvent.subject_type == Tender.__tablename__, AuditEvent.subject_id == tender_id, AuditEvent.action == RECOVERED
    )  # fmt: skip
    return db.session.scalar(statement)


def tender_by_number(number: str) -> Tender | None:
    """The published call with this number."""
    return db.session.scalars(select(Tender).where(Tender.number == number.strip())).first()


def tender_for_opening(actor: Actor, tender_id: UUID) -> Tender:
    """A published call of a unit in which the actor is officer, approver or supervisor, else ``NotFound``."""
    tender = db.session.get(Tender, tender_id)
    if tender is None or tender.published_at is None:
        raise NotFound()
    if not actor.is_system and tender.unit_id not in actor.scopes(*READERS):
        raise NotFound()
    return tender


def lots(tender_id: UUID) -> list[Lot]:
    """The lots of a call, in order."""
    return list(db.session.scalars(select(Lot).where(Lot.tender_id == tender_id).order_by(Lot.position)))


def seals(tender_id: UUID) -> dict[UUID, LotSeal]:
    """The seal of each lot of a call, by lot."""
    rows = db.session.scalars(
        select(LotSeal).join(Lot, Lot.id == LotSeal.lot_id).where(Lot.tender_id == tender_id)
    )
    return {row.lot_id: row for row in rows}


def seal_of(lot_id: UUID) -> LotSeal:
    """The seal of one lot. Raises ``NotFound`` for a call without keys."""
    seal = db.session.scalars(select(LotSeal).where(LotSeal.lot_id == lot_id)).first()
    if seal is None:
        raise NotFound()
    return seal


def holders(tender_id: UUID) -> list[SealHolder]:
    """Who holds the keys of a call."""
    return list(db.session.scalars(select(SealHolder).where(SealHolder.tender_id == tender_id)))
