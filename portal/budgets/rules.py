"""Pure rules of the ledger: which way money may go, and that no account goes below zero."""

import re
from collections.abc import Mapping, Sequence

from portal.budgets.values import (
    AccountKey,
    AccountKind,
    AppropriationRow,
    ConfirmationStatus,
    FundsAnswer,
    Line,
    MovementKind,
    QuotaMethod,
    YearShare,
)
from portal.core.errors import Problem, problem
from portal.core.money import Money
from portal.core.text import N_

FIRST_YEAR, LAST_YEAR = 2000, 2100  # of a programme; catches a slip of the finger, no law

_A = AccountKind
HELD_BY_PROGRAMME = frozenset(
    {_A.AVAILABLE, _A.RETURNED}
)  # the other stages are held by a call or a contract
FLOWS: dict[MovementKind, frozenset[tuple[AccountKind, AccountKind]]] = {
    MovementKind.APPROPRIATE: frozenset({(_A.EXTERNAL, _A.AVAILABLE)}),
    MovementKind.RESERVE: frozenset({(_A.AVAILABLE, _A.RESERVED)}),
    MovementKind.COMMIT: frozenset({(_A.RESERVED, _A.COMMITTED)}),
    MovementKind.APPROVE: frozenset({(_A.COMMITTED, _A.PAYABLE)}),
    MovementKind.FEE: frozenset({(_A.AVAILABLE, _A.PAYABLE)}),
    MovementKind.PAY: frozenset({(_A.PAYABLE, _A.PAID)}),
    MovementKind.RELEASE: frozenset({(kind, _A.AVAILABLE) for kind in (_A.RESERVED, _A.COMMITTED, _A.PAYABLE)}),
    MovementKind.RETURN: frozenset({(_A.PAID, _A.RETURNED)}),
}  # fmt: skip


def check_movement(
    kind: MovementKind, lines: Sequence[Line], balances: Mapping[AccountKey, Money]
) -> list[Problem]:
    """Problems of a movement on accounts with ``balances`` (a missing account holds nothing).

    Every line is above zero, goes the way its kind allows (domain.md section 5), stays within one fund source
    because money keeps its purpose (专款专用), and leaves no account but the external one below zero.
    """
    if not lines:
        return [problem(N_("A movement needs at least one line."))]
    found = [p for line in lines if (p := _check_line(kind, line))]
    return found or _overdrafts(lines, balances)


def _check_line(kind: MovementKind, line: Line) -> Problem | None:
    if line.amount <= Money.ZERO:
        return problem(N_("The amount must be above zero."), field="amount")
    if (line.source.kind, line.target.kind) not in FLOWS[kind]:
        return problem(
            N_("Money does not go from “%(source)s” to “%(target)s” in this step."),
            source=line.source.kind, target=line.target.kind,
        )  # fmt: skip
    if line.source.fund_source_id != line.target.fund_source_id:
        return problem(N_("Money keeps its fund source; it cannot be moved to another."))
    return None


def _overdrafts(lines: Sequence[Line], balances: Mapping[AccountKey, Money]) -> list[Problem]:
    left = dict(balances)
    for line in lines:
        has = left.get(line.source, Money.ZERO)
        if line.source.kind != AccountKind.EXTERNAL and has < line.amount:
            return [
                problem(
                    N_("“%(account)s” holds %(has)s only; %(wanted)s are needed."),
                    field="amount", account=line.source.kind, has=has, wanted=line.amount,
                )
            ]  # fmt: skip
        left[line.source] = has - line.amount
        left[line.target] = left.get(line.target, Money.ZERO) + line.amount
    return []


STAGES = (_A.AVAILABLE, _A.RESERVED, _A.COMMITTED, _A.PAYABLE, _A.PAID, _A.RETURNED)


def way_of_money(balances: Mapping[AccountKind, Money]) -> list[tuple[str, Money]]:
    """The stages of a programme's money in order, first the whole: what was appropriated is the sum of where it is."""
    found = [(stage.label, balances.get(stage, Money.ZERO)) for stage in STAGES]
    return [(N_("Appropriated"), sum((amount for _label, amount in found), Money.ZERO)), *found]


def same_lines(one: Sequence[Line], other: Sequence[Line]) -> bool:
    """True when two movements move the same amounts between the same accounts, whatever the order."""

    def order(line: Line) -> tuple[str, str, int]:
        return str(line.source), str(line.target), line.amount.fen

    return sorted(one, key=order) == sorted(other, key=order)


# --- confirmation of funds


_ECONOMIC_CLASS = re.compile(r"[35][0-9]{4}")
MOST_YEARS = 3
"""A contract for services bought by government covers at most three years (Order 102 of the Ministry of Finance, article 24)."""


def check_request(amount: Money, first_year: int, last_year: int) -> list[Problem]:
    """Problems of what a call asks finance to confirm."""
    found = []
    if amount <= Money.ZERO:
        found.append(problem(N_("The amount must be above zero."), field="amount"))
    if not first_year <= last_year < first_year + MOST_YEARS:
        found.append(problem(N_("A call is paid within one to %(most)s years in a row."), most=MOST_YEARS))
    return found


def check_confirmation(
    reference: str, economic_class: str, shares: Sequence[YearShare], amount: Money
) -> list[Problem]:
    """Problems of a confirmation: number of the quota document, economic class, years that add up to the amount.

    The class is a code of the budget's or the department's economic classification: five digits from 5 or 3.
    """
    found = []
    if not reference.strip():
        found.append(problem(N_("Please give the number of the quota document."), field="reference"))
    if not _ECONOMIC_CLASS.fullmatch(economic_class.strip()):
        found.append(problem(N_("Please give the five digits of the economic class, such as 50205."), field="economic_class"))  # fmt: skip
    total = sum((share.amount for share in shares), Money.ZERO)
    if any(share.amount < Money.ZERO for share in shares):
        found.append(problem(N_("No year can take less than nothing."), field="shares"))
    elif total != amount:
        found.append(
            problem(N_("The years add up to %(total)s; the call costs %(amount)s."), field="shares", total=total, amount=amount)
        )  # fmt: skip
    return found


def over_years(amount: Money, first_year: int, last_year: int) -> list[YearShare]:
    """A first proposal: equal parts for each year, without losing a fen."""
    years = range(first_year, last_year + 1)
    return [YearShare(year, part) for year, part in zip(years, amount.share([1] * len(years)), strict=True)]


def check_funds(confirmed: FundsAnswer | None, amount: Money) -> list[Problem]:
    """Why a call may not be published as far as finance goes; empty when its funds are confirmed."""
    if confirmed is None:
        return [problem(N_("The finance officer has not been asked to confirm the funds."))]
    if confirmed.status == ConfirmationStatus.REFUSED:
        return [problem(N_("Finance refused the funds: %(reason)s"), reason=confirmed.reason)]
    if confirmed.status != ConfirmationStatus.CONFIRMED:
        return [problem(N_("The finance officer has not confirmed the funds yet."))]
    if confirmed.amount != amount:
        return [
            problem(N_("Finance confirmed %(confirmed)s; the call costs %(amount)s now."), confirmed=confirmed.amount, amount=amount)
        ]  # fmt: skip
    return []


# --- quotas


def quota_amount(method: QuotaMethod, amount: Money, floor: Money, households: int) -> Money:
    """What one community gets: the fixed ``amount``, or ``amount`` for each household and never less than ``floor``."""
    if method == QuotaMethod.FIXED:
        return amount
    return max(floor, amount * households)


def check_standard(year: int, amount: Money, floor: Money, target: int, source: str) -> list[Problem]:
    """Problems of a year's standard."""
    found = []
    if not FIRST_YEAR <= year <= LAST_YEAR:
        found.append(
            problem(N_("Please give a year from %(first)s to %(last)s."), field="year", first=FIRST_YEAR, last=LAST_YEAR)
        )  # fmt: skip
    if amount <= Money.ZERO:
        found.append(problem(N_("The amount must be above zero."), field="amount"))
    if floor < Money.ZERO:
        found.append(problem(N_("The floor cannot be below zero."), field="floor"))
    if not 0 <= target <= 100:
        found.append(problem(N_("Please give a number from 0 to 100."), field="target"))
    if not source.strip():
        found.append(problem(N_("Please name the paper that sets the standard."), field="source"))
    return found


def check_use(amount: Money, left: Money) -> list[Problem]:
    """Problems of using ``amount`` of a quota that still holds ``left``."""
    if amount <= Money.ZERO:
        return [problem(N_("The amount must be above zero."), field="amount")]
    if amount > left:
        return [problem(N_("The quota holds %(left)s only; %(wanted)s are needed."), field="amount", left=left, wanted=amount)]  # fmt: skip
    return []


# --- appropriations from a sheet


def check_appropriations(rows: Sequence[AppropriationRow]) -> list[Problem]:
    """One problem for each thing that is wrong in a row; it names the row."""
    found, seen = list[Problem](), set[str]()
    for row in rows:
        if row.programme_id is None:
            found.append(problem(N_("Row %(row)s: there is no such programme in your units."), field="file", row=row.row))  # fmt: skip
        if row.amount is None or row.amount <= Money.ZERO:
            found.append(problem(N_("Row %(row)s: please give an amount above zero, for example 12,345.60."), field="file", row=row.row))  # fmt: skip
        if not row.reference:
            found.append(problem(N_("Row %(row)s: please give the number of the paper."), field="file", row=row.row))  # fmt: skip
        elif row.reference in seen:
            found.append(problem(N_("Row %(row)s: the number %(reference)s stands there twice."), field="file", row=row.row, reference=row.reference))  # fmt: skip
        seen.add(row.reference)
    return found
