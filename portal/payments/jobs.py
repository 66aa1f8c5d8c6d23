"""Reactions: instalments of a signed contract, letters to the next hand, the voucher of a payment."""

from uuid import UUID

from portal.accounts.queries import recipients
from portal.contracts.models import Contract
from portal.core import files
from portal.core.db import add, get
from portal.core.jobs import handles
from portal.core.mail import notify
from portal.core.policy import Actor
from portal.parties import queries as parties
from portal.parties.values import Role
from portal.payments import queries, services
from portal.payments.documents import fee_slip, voucher_paper
from portal.payments.models import Fee, FeeBatch, Instalment, PaymentVoucher, Transaction

PLANNER = Actor.system("payments")


@handles("contract.signed")
def plan_instalments(contract_id: str) -> None:
    services.plan_instalments(actor=PLANNER, contract_id=UUID(contract_id))


@handles("instalment.requested")
def tell_officers(instalment_id: str) -> None:
    _tell_role(instalment_id, Role.PROGRAMME_OFFICER, "instalment_requested")


@handles("instalment.accepted")
def tell_finance(instalment_id: str) -> None:
    _tell_role(instalment_id, Role.FINANCE_OFFICER, "instalment_accepted")


@handles("instalment.approved")
def tell_cashiers(instalment_id: str) -> None:
    _tell_role(instalment_id, Role.CASHIER, "instalment_approved")


@handles("instalment.returned")
def tell_returned(instalment_id: str, reason: str) -> None:
    row = get(Instalment, UUID(instalment_id))
    _tell(row, parties.members(get(Contract, row.contract_id).party_id), "instalment_returned", reason=reason)


def _paper(transaction_id: str) -> bytes | None:
    """The voucher; nothing when it exists already."""
    made = queries.voucher_file(UUID(transaction_id)) is not None
    return None if made else voucher_paper(UUID(transaction_id))


@handles("payment.made", prepare=_paper)
def keep_voucher(pdf: bytes | None, transaction_id: str) -> None:
    """Keep the voucher and tell the organisation that money is on its way, once, in one transaction."""
    transaction = get(Transaction, UUID(transaction_id))
    if pdf is None or queries.voucher_file(transaction.id) is not None:
        return
    stored = files.save(pdf, name=f"拨付凭证 {transaction.reference}.pdf", media_type="application/pdf")
    add(PaymentVoucher(transaction_id=transaction.id, file_id=stored.id))
    row = get(Instalment, transaction.instalment_id)
    people = parties.members(get(Contract, row.contract_id).party_id)
    _tell(row, people, "payment_made", paid_on=transaction.paid_on, reference=transaction.reference)


def _tell_role(instalment_id: str, role: Role, template: str) -> None:
    row = get(Instalment, UUID(instalment_id))
    _tell(row, parties.holders(role, get(Contract, row.contract_id).unit_id), template)


def _tell(row: Instalment, people: list[UUID], template: str, **context: object) -> None:
    contract = get(Contract, row.contract_id)
    notify(
        recipients(people), template, link=f"/payments/instalments/{row.id}", title=contract.title,
        position=row.position, amount=row.amount, **context,
    )  # fmt: skip


# --- fees of experts


@handles("fees.proposed")
def tell_finance_of_fees(batch_id: str) -> None:
    """Finance approves; experts who have not said where their fee goes are asked."""
    batch = get(FeeBatch, UUID(batch_id))
    _tell_of_fees(batch, parties.holders(Role.FINANCE_OFFICER, batch.unit_id), "fees_proposed")
    known = queries.accounts_of(batch.id)
    without = [fee.user_id for fee in queries.fees(batch.id) if fee.user_id not in known]
    notify(recipients(without), "fees_account", link="/payments/fees/account", title=batch.title)


@handles("fees.approved")
def tell_cashiers_of_fees(batch_id: str) -> None:
    batch = get(FeeBatch, UUID(batch_id))
    _tell_of_fees(batch, parties.holders(Role.CASHIER, batch.unit_id), "fees_approved")


@handles("fees.returned")
def tell_fees_returned(batch_id: str, reason: str) -> None:
    batch = get(FeeBatch, UUID(batch_id))
    _tell_of_fees(batch, [batch.proposed_by], "fees_returned", reason=reason)


def _slip(fee_id: str) -> bytes | None:
    """The slip; nothing when it exists already."""
    return None if get(Fee, UUID(fee_id)).slip_id else fee_slip(UUID(fee_id))


@handles("fee.paid", prepare=_slip)
def keep_slip(pdf: bytes | None, fee_id: str) -> None:
    """Keep the slip and tell the expert, once, in one transaction."""
    fee = get(Fee, UUID(fee_id), lock=True)
    if pdf is None or fee.slip_id is not None:
        return
    batch = get(FeeBatch, fee.batch_id)
    fee.slip_id = files.save(
        pdf, name=f"评审劳务报酬单 {batch.reference}.pdf", media_type="application/pdf"
    ).id
    notify(
        recipients([fee.user_id]), "fees_paid", link="/payments/fees/mine", title=batch.title, gross=fee.gross, tax=fee.tax,
        net=fee.net, paid_on=batch.paid_on,
    )  # fmt: skip


def _tell_of_fees(batch: FeeBatch, people: list[UUID], template: str, **context: object) -> None:
    whole = queries.sums(batch.id)
    notify(
        recipients(people), template, link=f"/payments/fees/{batch.id}", title=batch.title, gross=whole.gross, **context
    )  # fmt: skip
