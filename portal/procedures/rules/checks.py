"""What a procedure demands of a call and its panel, and what a version added here may say."""

from datetime import date

from portal.core.errors import Problem, problem
from portal.core.money import Money
from portal.core.text import N_
from portal.procedures.values import FIGURES, Bound, Figure, LocalFigure, Procedure

_FEN = 100
_LARGEST = 1_000_000_000


def check_amount(procedure: Procedure, *, budget: Money, panel_size: int) -> list[Problem]:
    """The procedure may be used for this budget, and the panel is large enough for it; each with its source."""
    found = []
    limit = procedure.figures.get("budget_maximum")
    if limit and budget > yuan(limit):
        found.append(
            problem(
                N_("This procedure may be used up to %(limit)s; the budget is %(budget)s (%(source)s)."),
                field="budget", limit=yuan(limit), budget=budget, source=limit.source,
            )
        )  # fmt: skip
    start, size = procedure.figures.get("panel_large_from"), procedure.figures.get("panel_large")
    if start and size and budget >= yuan(start) and panel_size < size.value:
        found.append(
            problem(
                N_("From a budget of %(start)s the panel needs at least %(wanted)s members (%(source)s)."),
                field="panel_size", start=yuan(start), wanted=size.value, source=size.source,
            )
        )  # fmt: skip
    return found


def check_panel(procedure: Procedure, *, size: int, experts: int, budget: Money) -> list[Problem]:
    """A panel of ``size`` members, ``experts`` of them from the pool: odd, large enough, with their full share.

    The share is met exactly or not at all: 4 of 5 and 5 of 7 are two thirds, 3 of 5 and 4 of 7 are not.
    """
    minimum = procedure.panel_minimum
    found = []
    if size < minimum.value:
        found.append(
            problem(N_("The panel needs at least %(wanted)s members (%(source)s)."), field="panel_size", wanted=minimum.value, source=minimum.source)
        )  # fmt: skip
    if size % 2 == 0:
        found.append(
            problem(N_("The panel has %(size)s members; the number must be odd (%(source)s)."), field="panel_size", size=size, source=minimum.source)
        )  # fmt: skip
    share = procedure.figures.get("expert_share")
    if share and experts * 3 < size * share.value:
        found.append(
            problem(
                N_("Of %(size)s members %(experts)s are experts; at least %(wanted)s are required (%(source)s)."),
                field="panel_size", size=size, experts=experts, wanted=least_experts(share, size), source=share.source,
            )
        )  # fmt: skip
    return found + [
        problem_
        for problem_ in check_amount(procedure, budget=budget, panel_size=size)
        if problem_.field == "panel_size"
    ]


def least_experts(share: Figure, size: int) -> int:
    """The fewest experts that make up the share, in thirds, of a panel of ``size``."""
    return -(-size * share.value // 3)


def yuan(figure: Figure) -> Money:
    """A figure in whole yuan as money."""
    return Money(figure.value * _FEN)


def check_local(new: LocalFigure, law: Figure | None, *, today: date, taken: bool) -> list[Problem]:
    """What is wrong with a version added here; ``law`` is the packaged figure in force on its first day.

    It starts tomorrow at the earliest, because calls published today have frozen today's figures, and it is
    never weaker than a confirmed rule. ``taken`` says that the same figure has a version from that day already.
    """
    if law is None:
        return [problem(N_("This procedure has no such figure."), field="value")]
    found = []
    if new.since <= today:
        found.append(problem(N_("A new version starts tomorrow at the earliest."), field="since"))
    elif taken:
        found.append(
            problem(N_("A version from %(day)s exists already and never changes."), field="since", day=new.since)
        )  # fmt: skip
    if not new.source.strip():
        found.append(problem(N_("Please name the document that sets this figure."), field="source"))
    if not new.reason.strip():
        found.append(problem(N_("Please give the reason."), field="reason"))
    if not _least(law) <= new.value <= _LARGEST:
        found.append(problem(N_("Please give a number from %(least)s up."), field="value", least=_least(law)))
    elif law.confirmed:
        found += _weaker(new, law)
    return found


def _least(law: Figure) -> int:
    return 1 if law.unit.is_period else 0


def _weaker(new: LocalFigure, law: Figure) -> list[Problem]:
    kind = FIGURES[new.name]
    values = {"limit": law.value, "unit": law.unit, "source": law.source}
    if kind.bound is Bound.LEAST and new.value < law.value:
        text = N_("The law demands at least %(limit)s %(unit)s (%(source)s).")
        return [problem(text, field="value", **values)]
    if kind.bound is Bound.MOST and new.value > law.value:
        text = N_("The law allows at most %(limit)s %(unit)s (%(source)s).")
        return [problem(text, field="value", **values)]
    if new.count_first_day and not law.count_first_day and kind.bound is Bound.LEAST:
        text = N_("The law does not count the first day of this period (%(source)s).")
        return [problem(text, field="count_first_day", source=law.source)]
    return []
