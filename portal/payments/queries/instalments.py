"""Reads of instalments and payments."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from portal.contracts.models import Contract
from portal.contracts.policies import may_read_contract
from portal.contracts.queries import SIGNED, visible_to
from portal.contracts.values import ContractStatus
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.files import StoredFile
from portal.core.lists import Page, paginate
from portal.core.money import Money
from portal.core.policy import Actor, can
from portal.implementation.models import Milestone
from portal.implementation.values import MilestoneStatus
from portal.parties import queries as parties
from portal.parties.models import Party, Unit
from portal.payments.models import Instalment, PaymentVoucher, Transaction
from portal.payments.policies import Case
from portal.payments.values import ConditionFacts, InstalmentStatus
from portal.tenders.models import PlannedInstalment


def plan_of(tender_id: UUID) -> list[PlannedInstalment]:
    """The instalments that a call planned, in order."""
    statement = select(PlannedInstalment).where(PlannedInstalment.tender_id == tender_id)
    return list(db.session.scalars(statement.order_by(PlannedInstalment.position)))


def instalments(contract_id: UUID, *, lock: bool = False) -> list[Instalment]:
    """The instalments of a contract in order; ``lock`` takes them FOR UPDATE."""
    statement = select(Instalment).where(Instalment.contract_id == contract_id).order_by(Instalment.position)
    return list(db.session.scalars(statement.with_for_update() if lock else statement))


def get_case(actor: Actor, instalment_id: UUID) -> Case:
    """An instalment with its contract, if the actor may know of it. Raises ``NotFound``."""
    instalment = db.session.get(Instalment, instalment_id)
    contract = db.session.get(Contract, instalment.contract_id) if instalment else None
    if instalment is None or contract is None or not can(may_read_contract, actor, contract):
        raise NotFound()
    return Case(instalment, contract)


def facts(case: Case) -> ConditionFacts:
    """What decides whether this instalment may be requested."""
    milestone = milestone_of(case.instalment)
    account = db.session.scalar(select(Party.bank_account).where(Party.id == case.contract.party_id))
    return ConditionFacts(
        condition=case.instalment.condition,
        contract_active=case.contract.status == ContractStatus.ACTIVE,
        milestone=milestone.title if milestone else "",
        milestone_met=milestone is not None and milestone.status == MilestoneStatus.MET,
        evaluation_passed=case.instalment.evaluation_passed,
        has_bank_account=bool(account),
        account_verified=parties.account_verified(case.contract.party_id),
    )


def payee_of(contract: Contract) -> Party:
    """The organisation that is paid, with its account as it is now."""
    return db.session.get_one(Party, contract.party_id)


def milestone_of(instalment: Instalment) -> Milestone | None:
    """The milestone that an instalment waits for, if it waits for one."""
    return db.session.get(Milestone, instalment.milestone_id) if instalment.milestone_id else None


def invoice_is_used(contract_id: UUID, number: str, instalment_id: UUID) -> bool:
    """Whether another instalment of the contract carries this invoice."""
    statement = select(Instalment.id).where(
        Instalment.contract_id == contract_id,
        Instalment.invoice_number == number,
        Instalment.id != instalment_id,
    )
    return db.session.scalars(statement).first() is not None


def list_instalments(actor: Actor, args: Mapping[str, str], *, per_page: int = 20) -> Page[Any]:
    """Rows (instalment, contract, organisation, transaction or none) that the actor may see.

    Filters: ``q``, ``status``.
    """
    sorts = {
        "requested": Instalment.requested_at, "amount": Instalment.amount, "project": Contract.title,
        "party": Party.name, "status": Instalment.status, "paid": Instalment.paid_at,
    }  # fmt: skip
    return paginate(
        _visible(actor, args), args, sorts=sorts, default="-requested", scalars=False, per_page=per_page
    )


def _visible(actor: Actor, args: Mapping[str, str]) -> Any:
    statement = (
        select(Instalment, Contract, Party.name.label("party_name"), Transaction)
        .join(Contract, Contract.id == Instalment.contract_id)
        .join(Party, Party.id == Contract.party_id)
        .outerjoin(Transaction, Transaction.instalment_id == Instalment.id)
        .where(visible_to(actor))
    )
    words = args.get("q", "").strip()
    if words:
        like = f"%{words}%"
        statement = statement.where(
            or_(
                Contract.number.ilike(like),
                Contract.title.ilike(like),
                Party.name.ilike(like),
                Instalment.invoice_number.ilike(like),
                Transaction.reference.ilike(like),
            )
        )
    if args.get("status") in set(InstalmentStatus):
        statement = statement.where(Instalment.status == args["status"])
    return statement


def sums_by_status(actor: Actor, args: Mapping[str, str]) -> dict[InstalmentStatus, Money]:
    """Sums of the instalments that the filters show, by status (one query)."""
    shown = _visible(actor, args).subquery()
    rows = db.session.execute(
        select(Instalment.status, func.sum(Instalment.amount))
        .where(Instalment.id.in_(select(shown.c.id)))
        .group_by(Instalment.status)
    )
    return {row[0]: row[1] for row in rows}


def paid_total(contract_id: UUID) -> Money:
    """What was paid on a contract."""
    statement = select(func.sum(Transaction.amount)).where(Transaction.contract_id == contract_id)
    return db.session.scalar(statement) or Money.ZERO


def transactions(contract_id: UUID) -> dict[UUID, Transaction]:
    """The payments of a contract by instalment."""
    rows = db.session.scalars(select(Transaction).where(Transaction.contract_id == contract_id))
    return {row.instalment_id: row for row in rows}


def transaction_of(instalment_id: UUID) -> Transaction | None:
    """The payment of an instalment, if it was made."""
    return db.session.scalars(select(Transaction).where(Transaction.instalment_id == instalment_id)).first()


def get_transaction(actor: Actor, transaction_id: UUID) -> tuple[Transaction, Contract]:
    """A payment with its contract, if the actor may know of it. Raises ``NotFound``."""
    found = db.session.get(Transaction, transaction_id)
    if found is None:
        raise NotFound()
    return found, get_case(actor, found.instalment_id).contract


def reference_is_used(reference: str) -> bool:
    """Whether a payment carries this bank reference."""
    statement = select(Transaction.id).where(Transaction.reference == reference)
    return db.session.scalars(statement).first() is not None


def voucher_file(transaction_id: UUID) -> StoredFile | None:
    """The voucher paper of a payment, once it is made."""
    statement = (
        select(StoredFile)
        .join(PaymentVoucher, PaymentVoucher.file_id == StoredFile.id)
        .where(PaymentVoucher.transaction_id == transaction_id)
    )
    return db.session.scalars(statement).first()


def public_payments(args: Mapping[str, str], *, per_page: int = 20) -> Page[Any]:
    """Rows (contract, organisation, unit, paid) of signed contracts, for anybody; no bank data."""
    paid = (
        select(Transaction.contract_id, func.sum(Transaction.amount).label("paid"))
        .group_by(Transaction.contract_id)
        .subquery()
    )
    statement: Any = (
        select(Contract, Party.name.label("party_name"), Unit.name.label("unit_name"), paid.c.paid)
        .join(Party, Party.id == Contract.party_id)
        .join(Unit, Unit.id == Contract.unit_id)
        .outerjoin(paid, paid.c.contract_id == Contract.id)
        .where(Contract.status.in_(SIGNED))
    )
    words = args.get("q", "").strip()
    if words:
        like = f"%{words}%"
        statement = statement.where(
            or_(Contract.number.ilike(like), Contract.title.ilike(like), Party.name.ilike(like))
        )
    sorts = {
        "title": Contract.title,
        "party": Party.name,
        "amount": Contract.amount,
        "signed": Contract.signed_at,
    }
    return paginate(statement, args, sorts=sorts, default="-signed", scalars=False, per_page=per_page)
