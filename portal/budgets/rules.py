"""Pure rules of the ledger: which way money may go, and that no account goes below zero."""

from collections.abc import Mapping, Sequence

from portal.budgets.values import AccountKey, AccountKind, Line, MovementKind
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
