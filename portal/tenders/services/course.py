"""What becomes of a published call: opened, completed, failed or stopped."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import update

from portal.budgets import queries as budget_queries
from portal.budgets import services as budgets
from portal.budgets.values import AccountKind
from portal.core import audit, clock, outbox
from portal.core.db import db, get, use_case
from portal.core.errors import InvalidTransition
from portal.core.papers import official
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.notices import services as notices
from portal.notices.values import NoticeKind
from portal.tenders import queries
from portal.tenders.models import Lot, Tender
from portal.tenders.policies import may_cancel_tender, may_run_tender
from portal.tenders.services.papers import end_notice
from portal.tenders.values import EndReason, LotStatus, TenderStatus
from portal.tenders.workflow import TENDER


@use_case
def mark_opened(*, actor: Actor, tender_id: UUID, opened_at: datetime) -> Tender:
    """Record when the proposals were opened (once). Raises ``InvalidTransition`` when they were, or cannot be."""
    tender = get(Tender, tender_id, lock=True)
    require(may_run_tender, actor, tender)
    early = tender.deadline_at is None or opened_at < tender.deadline_at
    if tender.status != TenderStatus.ACTIVE or tender.opened_at is not None or early:
        raise InvalidTransition("open", str(tender.status))
    tender.opened_at = opened_at
    audit.record("tender.open", tender, actor, opened_at=opened_at)
    return tender


@use_case
def drop_lot_keys(*, actor: Actor, tender_id: UUID) -> None:
    """Destroy the wrapped keys of all lots: nobody can open what is sealed for them any more."""
    tender = get(Tender, tender_id, lock=True)
    require(may_run_tender, actor, tender)
    now = clock.now()
    dropped = [seal for seal in queries.lot_seals(tender_id).values() if seal.dropped_at is None]
    for seal in dropped:
        seal.wrapped, seal.dropped_at = {}, now
    if dropped:
        audit.record("tender.drop_keys", tender, actor, lots=len(dropped))


@use_case
def complete_tender(*, actor: Actor, tender_id: UUID) -> Tender:
    """End a call whose awards are final. Emits ``tender.completed``."""
    tender = get(Tender, tender_id, lock=True)
    require(may_run_tender, actor, tender)
    TENDER.apply("complete", tender, actor, clock.now())
    _end_lots(tender_id, LotStatus.COMPLETE)
    outbox.emit("tender.completed", tender_id=tender.id)
    return tender


@use_case
def fail_lots(*, actor: Actor, tender_id: UUID, lot_ids: Collection[UUID]) -> None:
    """End those lots of an opened call for which too few proposals came; the others go on."""
    tender = get(Tender, tender_id, lock=True)
    require(may_run_tender, actor, tender)
    ended = [lot for lot in queries.lots(tender_id) if lot.id in lot_ids and lot.status == LotStatus.ACTIVE]
    for lot in ended:
        lot.status = LotStatus.UNSUCCESSFUL
    if ended:
        audit.record("tender.fail_lots", tender, actor, lots=[lot.position for lot in ended])


@use_case
def end_tender(*, actor: Actor, tender_id: UUID, code: EndReason, reason: str) -> Tender:
    """End a published call without a result: failed where the reason lies in what came in, else stopped."""
    end = fail_tender if code.fails else cancel_tender
    return end(actor=actor, tender_id=tender_id, reason=reason, code=code)


@use_case
def fail_tender(*, actor: Actor, tender_id: UUID, reason: str, code: EndReason = EndReason.TOO_FEW) -> Tender:
    """End a call without result after its deadline: keys destroyed, money released, failure announced.

    Emits ``tender.ended``.
    """
    tender = get(Tender, tender_id, lock=True)
    require(may_run_tender, actor, tender)
    TENDER.apply("fail", tender, actor, clock.now(), reason=reason)
    return _end(actor, tender, LotStatus.UNSUCCESSFUL, code, reason)


@use_case
def cancel_tender(
    *, actor: Actor, tender_id: UUID, reason: str | None, code: EndReason = EndReason.OTHER
) -> Tender:
    """Stop a published call for a stated reason, with the same consequences as a failure. Emits ``tender.ended``."""
    tender = get(Tender, tender_id, lock=True)
    require(may_cancel_tender, actor, tender)
    TENDER.apply("cancel", tender, actor, clock.now(), reason=reason)
    return _end(actor, tender, LotStatus.CANCELLED, code, reason or "")


def _end(actor: Actor, tender: Tender, status: LotStatus, code: EndReason, reason: str) -> Tender:
    tender.closed_reason, tender.end_code = reason.strip(), code
    _end_lots(tender.id, status)
    drop_lot_keys(actor=actor, tender_id=tender.id)
    reserved = budget_queries.balances(tender.id)[AccountKind.RESERVED]
    if reserved:
        programme = budget_queries.get_programme(actor, tender.programme_id)
        budgets.release(
            actor=actor, from_kind=AccountKind.RESERVED, subject_id=tender.id, programme_id=programme.id,
            fund_source_id=programme.fund_source_id, amount=reserved, reference=f"release:{tender.id}",
            memo=N_("Call ended without result"),
        )  # fmt: skip
    notices.publish_notice(
        actor=actor, kind=NoticeKind.FAILURE, unit_id=tender.unit_id, tender_id=tender.id, subject_id=tender.id,
        title=official(N_("%(title)s: the call has ended"), title=tender.title), content=end_notice(tender, code, reason.strip()),
    )  # fmt: skip
    outbox.emit("tender.ended", tender_id=tender.id)
    return tender


def _end_lots(tender_id: UUID, status: LotStatus) -> None:
    db.session.execute(
        update(Lot).where(Lot.tender_id == tender_id, Lot.status == LotStatus.ACTIVE).values(status=status)
    )
