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
from portal.payments.documents import voucher_paper
from portal.payments.models import Instalment, PaymentVoucher, Transaction

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
