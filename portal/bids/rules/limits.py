"""How many proposals a call takes from one organisation."""

from collections.abc import Collection, Iterable
from uuid import UUID

from portal.core.errors import Problem, problem
from portal.core.text import N_
from portal.tenders.values import ConditionDraft, ConditionKind

LIMITS = frozenset({ConditionKind.PROPOSALS_PER_ORGANISATION, ConditionKind.LOTS_PER_ORGANISATION})


def over_limits(
    conditions: Iterable[ConditionDraft], others: Collection[UUID], lot: UUID, field: str | None = None
) -> list[Problem]:
    """What one more proposal, for ``lot``, would exceed; ``others`` are the lots of the organisation's other ones."""
    found = []
    for condition in conditions:
        most = condition.number or 0
        if condition.kind is ConditionKind.PROPOSALS_PER_ORGANISATION and len(others) >= most:
            message = N_(
                "This call takes at most %(most)s proposals from one organisation, and yours has %(has)s already."
            )
            found.append(problem(message, field=field, most=most, has=len(others)))
        if condition.kind is ConditionKind.LOTS_PER_ORGANISATION and len({*others, lot}) > most:
            message = N_(
                "In this call one organisation may apply for at most %(most)s lots, and yours does for %(has)s already."
            )
            found.append(problem(message, field=field, most=most, has=len(set(others))))
    return found  # fmt: skip
