"""Confirmation of funds: a call asks, finance confirms source, quota document, economic class and years."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete

from portal.budgets import queries, rules
from portal.budgets.models import Confirmation, Programme, YearCommitment
from portal.budgets.policies import may_confirm_funds
from portal.budgets.values import AccountKind, ConfirmationStatus, YearShare
from portal.budgets.workflow import CONFIRMATION
from portal.core import audit, clock, outbox
from portal.core.db import add, check_version, db, get, use_case
from portal.core.errors import Invalid, problem
from portal.core.money import Money
from portal.core.policy import Actor, require
from portal.core.text import N_


@use_case
def request_confirmation(
    *, actor: Actor, tender_id: UUID, programme_id: UUID, title: str, amount: Money, first_year: int, last_year: int
) -> Confirmation:  # fmt: skip
    """Ask finance to confirm the funds of a call; the use case that hands the call in has checked who may.

    Asked again with the same amount, programme and years, an answer stays; with others it is void and finance is
    asked anew. Emits ``funds.requested``. Raises ``Invalid``.
    """
    if problems := rules.check_request(amount, first_year, last_year):
        raise Invalid(*problems)
    programme = get(Programme, programme_id)
    facts = {"programme_id": programme_id, "amount": amount, "first_year": first_year, "last_year": last_year}
    row = queries.confirmation_for_update(tender_id)
    if row is None:
        row = add(
            Confirmation(
                tender_id=tender_id, unit_id=programme.unit_id, title=title.strip(), requested_at=clock.now(),
                requested_by=actor.user_id, **facts,
            )
        )  # fmt: skip
        audit.record("fund_confirmation.request", row, actor, amount=amount)
    else:
        row.title = title.strip()
        same = all(getattr(row, key) == value for key, value in facts.items())
        if same and row.status != ConfirmationStatus.REFUSED:
            return row
        for key, value in facts.items():
            setattr(row, key, value)
        db.session.execute(delete(YearCommitment).where(YearCommitment.confirmation_id == row.id))
        row.unit_id, row.requested_at, row.requested_by = programme.unit_id, clock.now(), actor.user_id
        _reopen(row, actor, amount)
    outbox.emit("funds.requested", confirmation_id=row.id)
    return row


def _reopen(row: Confirmation, actor: Actor, amount: Money) -> None:
    with db.session.no_autoflush:
        row.decided_at, row.decided_by, row.reason = None, None, ""
        CONFIRMATION.apply("ask_again", row, actor, clock.now(), amount=amount)


@use_case
def confirm_funds(
    *, actor: Actor, confirmation_id: UUID, version: int | None, reference: str, economic_class: str, shares: Sequence[YearShare]
) -> Confirmation:  # fmt: skip
    """Confirm the source of a call's funds; the programme must have that much available. Raises ``Invalid``, ``Stale``.

    ``reference`` is the number of the quota document (指标文号), ``economic_class`` five digits (经济分类), and the
    ``shares`` of the years add up to the amount. The money itself is reserved when the call is published.
    """
    row = get(Confirmation, confirmation_id, lock=True)
    require(may_confirm_funds, actor, row)
    check_version(row, version)
    problems = rules.check_confirmation(reference, economic_class, shares, row.amount)
    if {share.year for share in shares} != set(range(row.first_year, row.last_year + 1)):
        problems.append(problem(N_("Please give an amount for each year of the call."), field="shares"))
    available = queries.balances(row.programme_id)[AccountKind.AVAILABLE]
    if available < row.amount:
        problems.append(
            problem(N_("“%(account)s” holds %(has)s only; %(wanted)s are needed."), account=AccountKind.AVAILABLE, has=available, wanted=row.amount)
        )  # fmt: skip
    if problems:
        raise Invalid(*problems)
    row.reference, row.economic_class, row.decided_by = (
        reference.strip(),
        economic_class.strip(),
        actor.user_id,
    )
    CONFIRMATION.apply(
        "confirm", row, actor, clock.now(), reference=row.reference, economic_class=row.economic_class
    )
    for share in shares:
        add(YearCommitment(confirmation_id=row.id, year=share.year, amount=share.amount))
    outbox.emit("funds.confirmed", confirmation_id=row.id, tender_id=row.tender_id)
    return row


@use_case
def refuse_funds(*, actor: Actor, confirmation_id: UUID, reason: str) -> Confirmation:
    """Refuse the funds of a call with a reason; the call can be changed and handed in again."""
    row = get(Confirmation, confirmation_id, lock=True)
    require(may_confirm_funds, actor, row)
    row.decided_by, row.reason = actor.user_id, reason.strip()
    CONFIRMATION.apply("refuse", row, actor, clock.now(), reason=reason)
    outbox.emit("funds.refused", confirmation_id=row.id, tender_id=row.tender_id)
    return row
