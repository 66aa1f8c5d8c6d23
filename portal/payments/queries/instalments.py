"""Reads of instalments and payments."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from portal.contracts.models import Contract
from portal.contracts.policies import may_read_contract
from portal.contracts.queries import SIGNED, visible_to
from portal.contracts.values import ContractStatus
from portal.core.db import db
from portal.core.errors import NotFound, Problem
from portal.core.files import StoredFile
from portal.core.lists import Page, paginate
from portal.core.money import Money
from portal.core.policy import Actor, can
from portal.implementation.models import Milestone
from portal.implementation.values import MilestoneStatus
from portal.parties import queries as parties
from portal.parties.models import Party, Unit
from portal.payments import rules
from portal.payments.models import Instalment, PaymentVoucher, Spending, Transaction
from portal.payments.policies import Case
from portal.payments.values import ConditionFacts, InstalmentStatus
from portal.tenders.models import PlannedInstalment
from portal.tenders.rules import requirement_in_words


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
    account = db.session.scalar(select(Party.bank_account).where(Party.id == case.contract.party_id))
    return replace(
        _facts_of([case])[0],
        has_bank_account=bool(account),
        account_verified=parties.account_verified(case.contract.party_id),
    )


def conditions_in_words(rows: Sequence[Instalment]) -> dict[UUID, list[Problem]]:
    """What each of these instalments waits for, by its id, one sentence for each condition (one query)."""
    wanted = {row.milestone_id for row in rows} - {None}
    titles = {m.id: m.title for m in db.session.scalars(select(Milestone).where(Milestone.id.in_(wanted)))}
    return {
        row.id: [
            requirement_in_words(each, {0: titles[row.milestone_id]} if row.milestone_id else {})
            for each in row.requirements
        ]
        for row in rows
    }


def _facts_of(cases: Sequence[Case]) -> list[ConditionFacts]:
    """The same without the bank account, for many instalments at once (three queries)."""
    wanted = {case.instalment.milestone_id for case in cases} - {None}
    milestones = {m.id: m for m in db.session.scalars(select(Milestone).where(Milestone.id.in_(wanted)))}
    contracts = {case.contract.id for case in cases}
    paid, spent = _sums(Transaction, contracts), _sums(Spending, contracts)
    found = []
    for row, contract in ((case.instalment, case.contract) for case in cases):
        milestone = milestones.get(row.milestone_id) if row.milestone_id else None
        found.append(
            ConditionFacts(
                requirements=row.requirements, contract_active=contract.status == ContractStatus.ACTIVE,
                milestone=milestone.title if milestone else "", milestone_met=milestone is not None and milestone.status == MilestoneStatus.MET,
                evaluation_passed=row.evaluation_passed, stars=row.evaluation_stars,
                paid=paid.get(contract.id, Money.ZERO), spent=spent.get(contract.id, Money.ZERO),
            )
        )  # fmt: skip
    return found


def _sums(kind: type[Transaction] | type[Spending], contract_ids: set[UUID]) -> dict[UUID, Money]:
    statement = select(kind.contract_id, func.sum(kind.amount)).where(kind.contract_id.in_(contract_ids))
    return {row[0]: row[1] for row in db.session.execute(statement.group_by(kind.contract_id))}


def due_for_request(party_ids: Collection[UUID]) -> list[Case]:
    """The planned instalments of these organisations that wait for nothing but the request, oldest contract first."""
    rows = db.session.execute(
        select(Instalment, Contract)
        .join(Contract, Contract.id == Instalment.contract_id)
        .where(
            Contract.party_id.in_(party_ids),
            Contract.status == ContractStatus.ACTIVE,
            Instalment.status == InstalmentStatus.PLANNED,
        )
        .order_by(Contract.signed_at, Instalment.position)
    )
    cases = [Case(row, contract) for row, contract in rows]
    return [
        case
        for case, known in zip(cases, _facts_of(cases), strict=True)
        if not rules.unmet_requirements(known)
    ]


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
