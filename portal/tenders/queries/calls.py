"""One call with its parts, and where it stands."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import selectinload

from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.policy import Actor, can
from portal.notices.models import Notice
from portal.notices.values import NoticeKind
from portal.tenders import rules
from portal.tenders.models import (
    Criterion,
    Lot,
    LotSeal,
    Tender,
)
from portal.tenders.policies import may_see_tender
from portal.tenders.values import (
    Stage,
)

_FULL = (
    selectinload(Tender.lots), selectinload(Tender.criteria), selectinload(Tender.heads), selectinload(Tender.instalments),
    selectinload(Tender.milestones), selectinload(Tender.holders), selectinload(Tender.documents),
)  # fmt: skip


def get_tender(actor: Actor, tender_id: UUID) -> Tender:
    """A call with all its parts: published ones for everybody, others for staff of the unit. Else ``NotFound``."""
    tender = _full(tender_id)
    if tender.published_at is None and not can(may_see_tender, actor, tender):
        raise NotFound()
    return tender


def get_case(actor: Actor, tender_id: UUID) -> Tender:
    """A call as its unit's staff works on it, with all its parts. Raises ``NotFound`` for anybody else."""
    tender = _full(tender_id)
    if not can(may_see_tender, actor, tender):
        raise NotFound()
    return tender


def public_tender(tender_id: UUID) -> Tender:
    """A published call with all its parts. Raises ``NotFound``."""
    tender = _full(tender_id)
    if tender.published_at is None:
        raise NotFound()
    return tender


def full_for_update(tender_id: UUID) -> Tender:
    """A call with all its parts, locked for the running use case. Raises ``NotFound``."""
    return _full(tender_id, lock=True)


def _full(tender_id: UUID, *, lock: bool = False) -> Tender:
    statement = select(Tender).where(Tender.id == tender_id).options(*_FULL)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    tender = db.session.scalars(statement).first()
    if tender is None:
        raise NotFound()
    return tender


def lots(tender_id: UUID) -> list[Lot]:
    """The lots of a call in order."""
    return list(db.session.scalars(select(Lot).where(Lot.tender_id == tender_id).order_by(Lot.position)))


def criteria(tender_id: UUID) -> list[Criterion]:
    """The rubric of a call in order."""
    statement = select(Criterion).where(Criterion.tender_id == tender_id).order_by(Criterion.position)
    return list(db.session.scalars(statement))


def lot_seals(tender_id: UUID) -> dict[UUID, LotSeal]:
    """The seals of a call's lots by lot id."""
    statement = select(LotSeal).join(Lot, Lot.id == LotSeal.lot_id).where(Lot.tender_id == tender_id)
    return {seal.lot_id: seal for seal in db.session.scalars(statement)}


def stage_of(tender: Tender, now: datetime) -> Stage:
    """Where the call stands; asks whether its result was announced."""
    return rules.stage(tender, now, in_notice=tender.id in announced([tender.id]))


def announced(tender_ids: Iterable[UUID]) -> set[UUID]:
    """Those calls whose result was announced (one query)."""
    statement = select(Notice.tender_id).where(
        Notice.tender_id.in_(set(tender_ids)), Notice.kind == NoticeKind.RESULT
    )
    return set(db.session.scalars(statement))


def result_published(tender_id: UUID) -> bool:
    """True once a result notice of the call is out."""
    return bool(
        db.session.scalar(
            select(exists().where(Notice.tender_id == tender_id, Notice.kind == NoticeKind.RESULT))
        )
    )
