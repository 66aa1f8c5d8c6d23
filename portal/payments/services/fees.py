"""Use cases of expert fees: the account of an expert, propose, approve, return, pay."""

import json
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import delete

from portal.accounts import services as accounts
from portal.budgets import queries as budget_queries
from portal.budgets import services as budgets
from portal.budgets.models import Programme
from portal.core import audit, clock, outbox, sealing
from portal.core.clock import local
from portal.core.db import add, check_version, db, get, use_case
from portal.core.errors import Invalid, InvalidTransition, Problem, problem
from portal.core.keys import server_key
from portal.core.money import Money
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.panels import queries as panels
from portal.panels.models import Panel
from portal.parties import rules as party_rules
from portal.payments import queries, rules
from portal.payments.models import ExpertAccount, Fee, FeeBatch
from portal.payments.policies import (
    may_approve_fees,
    may_keep_account,
    may_pay_fees,
    may_propose_fees,
    may_return_fees,
)
from portal.payments.values import FeeStatus
from portal.payments.workflow import FEES


@use_case
def save_account(*, actor: Actor, bank_name: str, account: str, id_number: str) -> ExpertAccount:
    """Keep where the fees of the expert go, and the number under which tax is withheld; encrypted at rest.

    Raises ``Invalid`` for an account or an identity number that cannot be right.
    """
    require(may_keep_account, actor, None)
    assert actor.user_id is not None  # noqa: S101 - who holds a role is a person
    number, identity = party_rules.clean_bank_account(account), id_number.strip().upper()
    problems = party_rules.check_bank_account(bank_name.strip(), number)
    if not number:
        problems.append(problem(N_("Please give the account."), field="bank_account"))
    if not rules.is_identity_number(identity):
        message = N_("An identity number has 18 signs and its last one fits the others. Please compare.")
        problems.append(problem(message, field="id_number"))
    if problems:
        raise Invalid(*problems)
    row = queries.account_of(actor.user_id) or add(
        ExpertAccount(user_id=actor.user_id, sealed=b"", tail="", saved_at=clock.now())
    )
    details = json.dumps({"bank": bank_name.strip(), "account": number, "identity": identity})
    row.sealed = sealing.encrypt(server_key("storage"), details.encode(), aad=row.place)
    row.tail, row.saved_at = number[-4:], clock.now()
    audit.record("expert_account.set", row, actor)
    return row


@use_case
def propose_fees(
    *, actor: Actor, panel_id: UUID, programme_id: UUID, basis: str, gross: Mapping[UUID, Money]
) -> FeeBatch:
    """Propose the fees of a panel whose members are public, before tax, by seat; ``basis`` names the paper of the rate.

    What is withheld follows from each amount. Raises ``Invalid`` when fees were proposed already and not returned,
    for seats that were not signed, amounts of no expert, or a programme of another buyer.
    """
    panel = panels.get_panel_for_update(panel_id)
    require(may_propose_fees, actor, panel.tender)
    programme, batch = get(Programme, programme_id), queries.batch_of(panel_id)
    if problems := _not_payable(panel, programme, batch, basis, gross):
        raise Invalid(*problems)
    now, facts = clock.now(), {"programme_id": programme.id, "fund_source_id": programme.fund_source_id}
    if batch is None:
        batch = add(
            FeeBatch(
                panel_id=panel.id, tender_id=panel.tender_id, unit_id=panel.tender.unit_id, basis=basis.strip(),
                title=panel.tender.title, status=FeeStatus.PROPOSED, proposed_at=now, proposed_by=actor.user_id, **facts,
            )
        )  # fmt: skip
        audit.record("fee_batch.propose", batch, actor)
    else:
        db.session.execute(delete(Fee).where(Fee.batch_id == batch.id))
        batch.basis = basis.strip()
        batch.proposed_by = actor.user_id  # type: ignore[assignment]  # who holds a role is a person
        batch.programme_id, batch.fund_source_id = programme.id, programme.fund_source_id
        FEES.apply("propose_again", batch, actor, now)
    for seat in queries.paid_seats(panel):
        if amount := gross[seat.id]:
            withheld = rules.withheld_tax(amount)
            add(
                Fee(
                    batch_id=batch.id, seat_id=seat.id, user_id=seat.expert.user_id, name=seat.expert.user.name,
                    gross=amount, tax=withheld, net=amount - withheld,
                )
            )  # fmt: skip
    outbox.emit("fees.proposed", batch_id=batch.id)
    return batch


def _not_payable(
    panel: Panel, programme: Programme, batch: FeeBatch | None, basis: str, gross: Mapping[UUID, Money]
) -> list[Problem]:
    problems = queries.fees_wait_for(panel)
    if batch is not None and batch.status != FeeStatus.RETURNED:
        problems.append(problem(N_("The fees of this panel were proposed already.")))
    if programme.unit_id not in budget_queries.with_units_above({panel.tender.unit_id}):
        problems.append(problem(N_("Please choose a programme of the buyer."), field="programme_id"))
    if not basis.strip():
        problems.append(problem(N_("Please name the paper that sets the rate."), field="basis"))
    if set(gross) != {seat.id for seat in queries.paid_seats(panel)}:
        problems.append(
            problem(N_("Every member of the panel who signed has one amount, and nobody else has."))
        )
    return problems + rules.check_fees(list(gross.values()))


@use_case
def approve_fees(*, actor: Actor, batch_id: UUID, version: int | None = None) -> FeeBatch:
    """Approve proposed fees as finance officer: their sum before tax becomes payable out of the programme.

    Raises ``Invalid`` when the programme holds less, ``Stale`` when the fees were proposed anew meanwhile.
    """
    batch = get(FeeBatch, batch_id, lock=True)
    require(may_approve_fees, actor, batch)
    check_version(batch, version)
    batch.approved_by = actor.user_id
    FEES.apply("approve", batch, actor, clock.now())
    budgets.make_fees_payable(
        actor=actor, tender_id=batch.tender_id, programme_id=batch.programme_id, fund_source_id=batch.fund_source_id,
        amount=queries.sums(batch.id).gross,
    )  # fmt: skip
    outbox.emit("fees.approved", batch_id=batch.id)
    return batch


@use_case
def return_fees(*, actor: Actor, batch_id: UUID, reason: str) -> FeeBatch:
    """Send proposed fees back to the officer with a reason."""
    batch = get(FeeBatch, batch_id, lock=True)
    require(may_return_fees, actor, batch)
    FEES.apply("return", batch, actor, clock.now(), reason=reason)
    outbox.emit("fees.returned", batch_id=batch.id, reason=reason.strip())
    return batch


@use_case
def pay_fees(*, actor: Actor, batch_id: UUID, reference: str, paid_on: date, password: str) -> FeeBatch:
    """Record that the bank has paid the net amounts and the tax was handed over, after asking for the password.

    The same bank reference again gives the first record. Raises ``Invalid`` for a used reference, a day before the
    approval or in the future, or an expert without an account; ``InvalidTransition`` for a second reference.
    """
    batch, number = get(FeeBatch, batch_id, lock=True), reference.strip()
    require(may_pay_fees, actor, batch)
    if batch.reference and batch.reference == number:
        return batch
    if batch.status != FeeStatus.APPROVED or batch.approved_at is None:
        raise InvalidTransition("pay", str(batch.status))
    fees, known = queries.fees(batch.id), queries.accounts_of(batch.id)
    problems = rules.check_payment(number, paid_on, local(batch.approved_at).date(), clock.today())
    if queries.reference_is_used(number):
        problems.append(problem(N_("This bank reference belongs to another payment."), field="reference"))
    problems += queries.without_account(fees, known)
    if problems:
        raise Invalid(*problems)
    accounts.check_own_password(actor=actor, password=password)
    batch.reference, batch.paid_on, batch.paid_by = number, paid_on, actor.user_id
    FEES.apply("pay", batch, actor, clock.now(), reference=number)
    whole = queries.sums(batch.id)
    budgets.pay_fees(
        actor=actor, tender_id=batch.tender_id, fund_source_id=batch.fund_source_id, net=whole.net, tax=whole.tax, reference=number,
    )  # fmt: skip
    for fee in fees:
        fee.account_tail = known[fee.user_id].tail
        outbox.emit("fee.paid", fee_id=fee.id)
    return batch
