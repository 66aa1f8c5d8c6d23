"""Quotas: a standard for each year, the share of each community, and what was used of it."""

from collections.abc import Sequence
from uuid import UUID

from portal.budgets import queries, rules
from portal.budgets.models import FundSource, Quota, QuotaStandard, QuotaUse
from portal.budgets.policies import may_set_quota, may_use_quota
from portal.budgets.values import QuotaMethod, QuotaRow
from portal.core import audit, clock
from portal.core.db import add, get, use_case
from portal.core.errors import Invalid, Problem, problem
from portal.core.money import Money
from portal.core.policy import Actor, require
from portal.core.text import N_

MOST_HOUSEHOLDS = 100_000


@use_case
def set_standard(
    *, actor: Actor, unit_id: UUID, fund_source_id: UUID, year: int, method: QuotaMethod, amount: Money, floor: Money, target: int,
    source: str,
) -> QuotaStandard:  # fmt: skip
    """Set how much of a fund source each community of the unit gets in a year, and how many projects it aims at.

    A standard is never changed: the next year has its own. Raises ``Invalid``.
    """
    row = QuotaStandard(
        unit_id=unit_id, fund_source_id=fund_source_id, year=year, method=method, amount=amount,
        floor=floor if method == QuotaMethod.PER_HOUSEHOLD else Money.ZERO, target=target, source=source.strip(), created_at=clock.now(),
    )  # fmt: skip
    require(may_set_quota, actor, row)
    problems = rules.check_standard(year, amount, floor, target, source)
    if get(FundSource, fund_source_id).unit_id not in queries.with_units_above({unit_id}):
        problems.append(
            problem(N_("This fund source belongs neither to the unit nor to one above it."), field="fund_source_id")
        )  # fmt: skip
    if queries.find_standard(unit_id, fund_source_id, year):
        problems.append(problem(N_("This year has its standard already; it stays."), field="year"))
    if problems:
        raise Invalid(*problems)
    add(row)
    audit.record("quota_standard.set", row, actor, year=year, amount=amount, source=row.source)
    return row


@use_case
def set_quotas(*, actor: Actor, standard_id: UUID, rows: Sequence[QuotaRow]) -> list[Quota]:
    """Give communities their share by their households: all rows or none.

    A community that has its share gets the new one, but never less than it used. Raises ``Invalid`` with one
    problem for each wrong row, which names the row.
    """
    standard = get(QuotaStandard, standard_id, lock=True)
    require(may_set_quota, actor, standard)
    known, earlier = queries.communities_of(standard.unit_id), queries.quotas_by_unit(standard_id)
    problems, seen = list[Problem](), set[UUID]()
    for row in rows:
        amount = rules.quota_amount(standard.method, standard.amount, standard.floor, max(0, row.households))
        problems += _row_problems(
            row, row.unit_id in known, row.unit_id in seen, earlier.get(row.unit_id), amount
        )
        seen.add(row.unit_id)
    if not rows:
        problems.append(problem(N_("The sheet has no filled row below its heading."), field="file"))
    if problems:
        raise Invalid(*problems)
    changed = [_set_quota(standard, row, earlier.get(row.unit_id)) for row in rows]
    audit.record(
        "quota_standard.share_out", standard, actor, communities=len(changed), total=sum((q.amount for q in changed), Money.ZERO)
    )  # fmt: skip
    return changed


def _row_problems(
    row: QuotaRow, is_known: bool, is_twice: bool, earlier: Quota | None, amount: Money
) -> list[Problem]:
    found = []
    if not is_known:
        found.append(problem(N_("Row %(row)s: this community does not belong to the unit."), field="file", row=row.row))  # fmt: skip
    if is_twice:
        found.append(
            problem(N_("Row %(row)s: this community stands there twice."), field="file", row=row.row)
        )
    if not 1 <= row.households <= MOST_HOUSEHOLDS:
        found.append(
            problem(N_("Row %(row)s: please give the households from 1 to %(most)s."), field="file", row=row.row, most=MOST_HOUSEHOLDS)
        )  # fmt: skip
    elif earlier is not None and amount < earlier.used:
        found.append(
            problem(N_("Row %(row)s: %(used)s were used already; the share cannot fall to %(amount)s."), field="file", row=row.row, used=earlier.used, amount=amount)
        )  # fmt: skip
    return found


def _set_quota(standard: QuotaStandard, row: QuotaRow, quota: Quota | None) -> Quota:
    amount = rules.quota_amount(standard.method, standard.amount, standard.floor, row.households)
    if quota is None:
        return add(
            Quota(standard_id=standard.id, unit_id=row.unit_id, households=row.households, amount=amount)
        )
    quota.households, quota.amount = row.households, amount
    return quota


@use_case
def use_quota(*, actor: Actor, quota_id: UUID, amount: Money, reference: str, memo: str) -> QuotaUse:
    """Record that a project of the community uses ``amount`` (``reference`` names call, contract or paper, once).

    Sent again it returns the first entry. Raises ``Invalid`` when the quota holds too little.
    """
    quota = get(Quota, quota_id, lock=True)
    require(may_use_quota, actor, quota)
    reference = reference.strip()
    earlier = queries.find_use(quota_id, reference)
    if earlier is not None and earlier.amount == amount:
        return earlier
    problems = rules.check_use(amount, quota.amount - quota.used)
    if earlier is not None:
        problems = [
            problem(N_("The reference %(reference)s was used for another movement."), field="reference", reference=reference)
        ]  # fmt: skip
    if not reference:
        problems.append(problem(N_("Please give a reference."), field="reference"))
    if problems:
        raise Invalid(*problems)
    quota.used += amount
    use = add(
        QuotaUse(quota_id=quota_id, amount=amount, reference=reference, memo=memo.strip(), at=clock.now(), actor_id=actor.user_id)
    )  # fmt: skip
    audit.record("quota.use", quota, actor, amount=amount, reference=reference)
    return use


@use_case
def reverse_use(*, actor: Actor, use_id: UUID, reason: str) -> QuotaUse:
    """Take a use back with a reason: an entry with the amount below zero; the first stays. Raises ``Invalid``."""
    use = get(QuotaUse, use_id)
    quota = get(Quota, use.quota_id, lock=True)
    require(may_use_quota, actor, quota)
    if not reason.strip():
        raise Invalid(problem(N_("Please give a reason."), field="reason"))
    if use.reverses_id is not None or queries.reversal_of(use_id) is not None:
        raise Invalid(problem(N_("This was taken back already.")))
    quota.used -= use.amount
    row = add(
        QuotaUse(
            quota_id=quota.id, amount=-use.amount, reference=f"{use.reference}−", memo=reason.strip(), reverses_id=use.id,
            at=clock.now(), actor_id=actor.user_id,
        )
    )  # fmt: skip
    audit.record("quota.reverse", quota, actor, amount=use.amount, reference=use.reference, reason=reason)
    return row
