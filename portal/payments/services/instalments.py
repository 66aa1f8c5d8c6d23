"""Use cases of payments: plan, request, accept, approve, pay, cancel; record spending."""

from datetime import date
from uuid import UUID

from portal.accounts import services as accounts
from portal.budgets import services as budgets
from portal.contracts import queries as contracts
from portal.contracts.models import Contract
from portal.contracts.values import ContractStatus
from portal.core import audit, clock, files, outbox
from portal.core.clock import local
from portal.core.config import settings
from portal.core.db import add, db, get, use_case
from portal.core.errors import Invalid, InvalidTransition, problem
from portal.core.money import Money
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.core.uploads import FileKind, check_upload, strip_image
from portal.implementation import services as implementation
from portal.payments import queries, rules
from portal.payments.models import Instalment, Spending, Transaction
from portal.payments.policies import (
    Case,
    may_accept_instalment,
    may_approve_instalment,
    may_cancel_instalments,
    may_pay_instalment,
    may_record_spending,
    may_request_instalment,
    may_return_instalment,
)
from portal.payments.values import InstalmentStatus, Voucher
from portal.payments.workflow import INSTALMENT
from portal.tenders.values import InstalmentCondition

_OF_EVALUATION = {InstalmentCondition.EVALUATION_PASSED, InstalmentCondition.STARS_REACHED}


@use_case
def plan_instalments(*, actor: Actor, contract_id: UUID) -> list[Instalment]:
    """Create the instalments of a signed contract as its call planned them; a second call gives the first ones.

    The amounts are those of the contract paper: largest remainder, adding up to the contract's amount.
    """
    contract = get(Contract, contract_id, lock=True)
    earlier = queries.instalments(contract_id)
    if earlier:
        return earlier
    steps = implementation.plan_milestones(actor=actor, contract_id=contract_id)
    milestones = {step.position: step.id for step in steps}
    parts = {
        part.position: part for part in contracts.planned_instalments(contract.tender_id, contract.amount)
    }
    return [
        add(
            Instalment(
                contract_id=contract.id, position=plan.position, share_bp=plan.share_bp,
                amount=parts[plan.position].amount, condition=plan.condition, further=list(plan.further),
                milestone_id=milestones.get(plan.milestone_position)
                if plan.condition == InstalmentCondition.MILESTONE_MET and plan.milestone_position is not None
                else None,
            )
        )
        for plan in queries.plan_of(contract.tender_id)
    ]  # fmt: skip


def _locked(instalment_id: UUID) -> Case:
    """Lock instalment, then contract, always in this order."""
    instalment = get(Instalment, instalment_id, lock=True)
    return Case(instalment, get(Contract, instalment.contract_id, lock=True))


@use_case
def request_instalment(*, actor: Actor, instalment_id: UUID, invoice_number: str) -> Instalment:
    """Ask for an instalment with the number of the invoice.

    Raises ``Invalid`` listing every unmet condition in words, or for an invoice that another instalment uses.
    """
    case = _locked(instalment_id)
    require(may_request_instalment, actor, case)
    row, number = case.instalment, invoice_number.strip()
    problems = rules.unmet_conditions(queries.facts(case))
    if not number:
        problems.append(problem(N_("Please give the number of the invoice."), field="invoice_number"))
    elif queries.invoice_is_used(row.contract_id, number, row.id):
        problems.append(
            problem(N_("Another instalment of this contract uses this invoice."), field="invoice_number")
        )
    if problems:
        raise Invalid(*problems)
    row.requested_by, row.invoice_number = actor.user_id, number
    row.accepted_by = row.approved_by = None
    INSTALMENT.apply("request", row, actor, clock.now(), invoice=number)
    outbox.emit("instalment.requested", instalment_id=row.id)
    return row


@use_case
def accept_instalment(*, actor: Actor, instalment_id: UUID) -> Instalment:
    """Accept a request as programme officer; the conditions are looked at once more. Raises ``Invalid``."""
    case = _locked(instalment_id)
    require(may_accept_instalment, actor, case)
    _conditions_hold(case)
    case.instalment.accepted_by = actor.user_id
    INSTALMENT.apply("accept", case.instalment, actor, clock.now())
    outbox.emit("instalment.accepted", instalment_id=instalment_id)
    return case.instalment


@use_case
def return_instalment(*, actor: Actor, instalment_id: UUID, reason: str) -> Instalment:
    """Return a request with the reason; the organisation may ask again."""
    case = _locked(instalment_id)
    require(may_return_instalment, actor, case)
    INSTALMENT.apply("return", case.instalment, actor, clock.now(), reason=reason)
    outbox.emit("instalment.returned", instalment_id=instalment_id, reason=reason.strip())
    return case.instalment


@use_case
def approve_instalment(*, actor: Actor, instalment_id: UUID) -> Instalment:
    """Approve an accepted instalment as finance officer: the amount becomes payable in the ledger."""
    case = _locked(instalment_id)
    require(may_approve_instalment, actor, case)
    _conditions_hold(case)
    row, contract = case.instalment, case.contract
    row.approved_by = actor.user_id
    INSTALMENT.apply("approve", row, actor, clock.now())
    budgets.make_payable(
        actor=actor, contract_id=contract.id, fund_source_id=contract.fund_source_id, amount=row.amount,
        reference=f"approve:{row.id}",
    )  # fmt: skip
    outbox.emit("instalment.approved", instalment_id=row.id)
    return row


def _conditions_hold(case: Case) -> None:
    problems = rules.unmet_conditions(queries.facts(case))
    if problems:
        raise Invalid(*problems)


@use_case
def pay_instalment(
    *, actor: Actor, instalment_id: UUID, reference: str, paid_on: date, password: str
) -> Transaction:
    """Record that the bank has paid an approved instalment, after asking for the password again.

    One transaction for each instalment and for each bank reference: paying again with the same reference gives
    the first one, another reference is refused (``InvalidTransition``). Raises ``Invalid`` for a used reference,
    a day in the future or before the approval. Emits ``payment.made``.
    """
    case = _locked(instalment_id)
    require(may_pay_instalment, actor, case)
    row, contract, number = case.instalment, case.contract, reference.strip()
    earlier = queries.transaction_of(row.id)
    if earlier and earlier.reference == number:
        return earlier
    if row.status != InstalmentStatus.APPROVED or row.approved_at is None:
        raise InvalidTransition("pay", str(row.status))
    problems = rules.check_payment(number, paid_on, local(row.approved_at).date(), clock.today())
    if contract.status != ContractStatus.ACTIVE:
        problems.append(problem(N_("The contract is not in force.")))
    if queries.reference_is_used(number):
        problems.append(problem(N_("This bank reference belongs to another payment."), field="reference"))
    if problems:
        raise Invalid(*problems)
    accounts.check_own_password(actor=actor, password=password)
    now = clock.now()
    INSTALMENT.apply("pay", row, actor, now, reference=number)
    movement = budgets.pay(
        actor=actor, contract_id=contract.id, fund_source_id=contract.fund_source_id, amount=row.amount,
        reference=number,
    )  # fmt: skip
    names = contracts.parties(contract)
    transaction = add(
        Transaction(
            instalment_id=row.id, contract_id=contract.id, movement_id=movement.id, amount=row.amount,
            paid_on=paid_on, reference=number, payer=names.buyer, payee=names.supplier, recorded_at=now,
            recorded_by=actor.user_id,
        )
    )  # fmt: skip
    audit.record("payment.record", transaction, actor, amount=row.amount, reference=number)
    outbox.emit("payment.made", transaction_id=transaction.id)
    return transaction


@use_case
def mark_evaluation_passed(
    *, actor: Actor, contract_id: UUID, passed: bool, stars: int | None = None
) -> None:
    """Let the evaluation say whether it was passed and its stars; what waits for it can then be requested or not."""
    contract = get(Contract, contract_id, lock=True)
    for row in queries.instalments(contract.id, lock=True):
        if {each.kind for each in row.requirements} & _OF_EVALUATION:
            row.evaluation_passed, row.evaluation_stars = passed, stars
    audit.record("contract.evaluation", contract, actor, passed=passed)


@use_case
def cancel_rest(*, actor: Actor, contract_id: UUID) -> Money:
    """Cancel the instalments that were not approved yet and return their sum, which stays committed.

    Raises ``Invalid`` while an approved one waits for the cashier: that money must be paid first.
    """
    contract = get(Contract, contract_id, lock=True)
    require(may_cancel_instalments, actor, contract)
    rows = queries.instalments(contract.id, lock=True)
    if any(row.status == InstalmentStatus.APPROVED for row in rows):
        raise Invalid(problem(N_("An approved instalment waits for the cashier. It must be paid first.")))
    done = (InstalmentStatus.PAID, InstalmentStatus.CANCELLED)
    rest = [row for row in rows if row.status not in done]
    for row in rest:
        INSTALMENT.apply("cancel", row, actor, clock.now())
    db.session.flush()
    return sum((row.amount for row in rest), Money.ZERO)


@use_case
def record_spending(
    *, actor: Actor, contract_id: UUID, head_code: str, spent_on: date, payee: str, voucher: str, amount: Money,
    note: str = "", file: tuple[str, bytes] | None = None,
) -> Spending:  # fmt: skip
    """Record one voucher of the organisation, with a scan (name and bytes) if there is one.

    Raises ``Invalid`` when more would be spent than was paid, when a head goes over its limit, for a day outside
    the project, a voucher number that was entered before, or a scan that cannot be accepted.
    """
    contract = get(Contract, contract_id, lock=True)
    require(may_record_spending, actor, contract)
    entry = Voucher(head_code, spent_on, payee.strip(), voucher.strip(), amount, note.strip())
    problems = rules.check_spending(
        entry, heads=queries.spending_by_head(contract.id), paid=queries.paid_total(contract.id),
        starts_on=contract.starts_on, today=clock.today(),
    )  # fmt: skip
    if contract.status != ContractStatus.ACTIVE:
        problems.append(problem(N_("The contract is not in force.")))
    last = queries.last_entry(contract.id, entry.number)
    if last and not last.reverses_id:
        problems.append(problem(N_("This voucher number was entered before."), field="voucher"))
    if problems:
        raise Invalid(*problems)
    spending = add(
        Spending(
            contract_id=contract.id, head_code=entry.head_code, spent_on=spent_on, payee=entry.payee,
            voucher=entry.number, entry=last.entry + 1 if last else 1, amount=amount, note=entry.note, file_id=_keep_scan(file, actor),
            recorded_at=clock.now(), recorded_by=actor.user_id,
        )
    )  # fmt: skip
    audit.record("spending.record", spending, actor, amount=amount, voucher=entry.number)
    return spending


@use_case
def reverse_spending(*, actor: Actor, spending_id: UUID, reason: str) -> Spending:
    """Take a wrong voucher back by a negative entry; the voucher may be recorded anew. Twice has one effect.

    Raises ``Invalid`` without a reason, for a reversal itself, or when the contract is not in force.
    """
    wrong = get(Spending, spending_id)
    contract = get(Contract, wrong.contract_id, lock=True)
    require(may_record_spending, actor, contract)
    if done := queries.reversal_of(wrong):
        return done
    problems = []
    if not reason.strip():
        problems.append(problem(N_("Please give a reason."), field="reason"))
    if contract.status != ContractStatus.ACTIVE:
        problems.append(problem(N_("The contract is not in force.")))
    if wrong.reverses_id:
        problems.append(problem(N_("A reversal stays. Record the voucher anew instead.")))
    if problems:
        raise Invalid(*problems)
    reversal = add(
        Spending(
            contract_id=contract.id, head_code=wrong.head_code, spent_on=wrong.spent_on, payee=wrong.payee,
            voucher=wrong.voucher, entry=wrong.entry + 1, reverses_id=wrong.id, amount=-wrong.amount, note=reason.strip(),
            recorded_at=clock.now(), recorded_by=actor.user_id,
        )
    )  # fmt: skip
    audit.record(
        "spending.reverse", wrong, actor, amount=wrong.amount, voucher=wrong.voucher, reason=reason.strip()
    )
    return reversal


def _keep_scan(file: tuple[str, bytes] | None, actor: Actor) -> UUID | None:
    if file is None:
        return None
    name, content = file
    facts = check_upload(content, name, max_bytes=settings().max_upload_bytes)
    clean = content if facts.kind is FileKind.PDF else strip_image(content)
    return files.save(clean, name=facts.name, media_type=facts.kind.media_type, created_by=actor.user_id).id
