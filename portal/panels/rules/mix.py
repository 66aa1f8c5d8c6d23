"""Is a panel lawfully composed, and is it time to draw it? The figures are those of the call's procedure."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from portal.core.errors import Problem, problem
from portal.core.money import Money
from portal.core.text import N_
from portal.panels.values import PanelMix
from portal.procedures.rules import check_panel
from portal.procedures.values import Figure, Procedure

ANSWER_HOURS = 24
"""How long an invitation waits before the next on standby is called."""
REVEAL_HOURS = 24
"""How long the three have to reveal their strings once all commitments are in."""
CHAIR_SOURCE = "财政部令第87号第四十五条"


def composition_problems(procedure: Procedure, mix: PanelMix, *, announced: int, budget: Money) -> list[Problem]:  # fmt: skip
    """Return what is unlawful about a panel (rows 62 to 67), each with its source; ``announced`` is the call's size.

    The buyer's representatives count as members and not as experts, and never take the chair.
    """
    problems = []
    if mix.size != announced:
        message = N_("The call announced a panel of %(announced)s; these seats add up to %(size)s.")
        problems.append(problem(message, field="cells", announced=announced, size=mix.size))
    found = check_panel(procedure, size=mix.size, experts=mix.experts, budget=budget)
    problems += [replace(each, field="cells") for each in found]
    if mix.buyer_chairs:
        message = N_("The buyer's representative may not chair the panel (%(source)s).")
        problems.append(problem(message, source=CHAIR_SOURCE))
    return problems


def draw_day_problems(
    today: date, review_on: date, earliest: Figure | None, calendar: Callable[[date, int], date]
) -> list[Problem]:
    """Return why the list cannot be frozen today for a review on ``review_on``.

    ``calendar(day, n)`` is the day n working days before ``day``. The draw is not held earlier than the procedure
    says (row 47: 财库〔2016〕198号, two working days before the review).
    """
    if review_on < today:
        return [problem(N_("The day of the review is past."), field="review_on")]
    if earliest is None or today >= (first := calendar(review_on, earliest.value)):
        return []
    message = N_(
        "The draw may be held %(days)s working days before the review at the earliest: from %(first)s on (%(source)s)."
    )
    return [problem(message, field="review_on", days=earliest.value, first=first, source=earliest.source)]
