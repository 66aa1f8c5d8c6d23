"""Lots, budget heads and milestones."""

from decimal import Decimal

from portal.core.errors import Problem, problem
from portal.core.money import Money
from portal.core.text import N_
from portal.procedures.values import Procedure
from portal.tenders.rules.scoring import plain
from portal.tenders.values import TenderDraft

WHOLE_BP = 10_000


def check_lots(values: TenderDraft) -> list[Problem]:
    """Each lot asks for a sensible amount, and all awards together fit into the budget."""
    found = []
    for i, lot in enumerate(values.lots):
        if not lot.title.strip():
            found.append(problem(N_("Please give the lot a title."), field=f"lots-{i}-title"))
        if lot.cap < Money.ZERO:
            found.append(problem(N_("The amount must be above zero."), field=f"lots-{i}-cap"))
        if lot.awards_max < 1:
            found.append(problem(N_("A lot has at least one award."), field=f"lots-{i}-awards_max"))
    most = sum((lot.cap * lot.awards_max for lot in values.lots), Money.ZERO)
    if values.budget and most > values.budget:
        found.append(
            problem(
                N_("All awards together may cost %(most)s, but the budget is %(budget)s."),
                field="lots", most=most, budget=values.budget,
            )
        )  # fmt: skip
    return found


def check_heads(values: TenderDraft, procedure: Procedure) -> list[Problem]:
    """Caps are shares; none is wider than the procedure's, and together they leave room for the whole budget."""
    found = []
    limits = procedure.head_caps
    for i, head in enumerate(values.heads):
        if not head.title.strip():
            found.append(problem(N_("Please give the budget head a title."), field=f"heads-{i}-title"))
        if head.cap_bp is not None and not 0 < head.cap_bp <= WHOLE_BP:
            found.append(
                problem(N_("A share lies above 0 and at most at 100 percent."), field=f"heads-{i}-cap")
            )
        limit = limits.get(head.code)
        if limit is not None and (head.cap_bp is None or head.cap_bp > limit):
            found.append(
                problem(
                    N_("“%(head)s” may take at most %(limit)s percent in this procedure."),
                    field=f"heads-{i}-cap", head=head.title, limit=plain(Decimal(limit) / 100),
                )
            )  # fmt: skip
    caps = [head.cap_bp for head in values.heads]
    room = sum(cap for cap in caps if cap is not None)
    if caps and None not in caps and room < WHOLE_BP:
        found.append(
            problem(
                N_("The caps of all heads add up to %(total)s percent, so nobody could spend the whole amount."),
                field="heads", total=plain(Decimal(room) / 100),
            )
        )  # fmt: skip
    return found


def check_milestones(values: TenderDraft) -> list[Problem]:
    """Milestones lie inside the project period, one after the other."""
    found = []
    length = None
    if values.project_starts_on and values.project_ends_on:
        length = (values.project_ends_on - values.project_starts_on).days
    before = 0
    for i, milestone in enumerate(values.milestones):
        at = f"milestones-{i}"
        if not milestone.title.strip():
            found.append(problem(N_("Please give the milestone a title."), field=f"{at}-title"))
        if milestone.due_days < 1:
            found.append(
                problem(N_("A milestone is due at least one day after the start."), field=f"{at}-due_days")
            )
        elif milestone.due_days <= before:
            found.append(problem(N_("Milestones must follow one another in time."), field=f"{at}-due_days"))
        if length is not None and milestone.due_days > length:
            found.append(
                problem(
                    N_("Milestone %(n)d is due on day %(day)s, but the projects last %(length)s days."),
                    field=f"{at}-due_days", n=i + 1, day=milestone.due_days, length=length,
                )
            )  # fmt: skip
        before = milestone.due_days
    return found
