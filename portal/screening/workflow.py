"""The life of a finding: looked at, and left or raised; either may be changed, always with a reason."""

from portal.core.workflow import Transition, Workflow
from portal.screening.models import ScreeningFinding
from portal.screening.values import Review

FINDING: Workflow[ScreeningFinding] = Workflow(
    "finding",
    Review,
    Review.OPEN,
    [
        Transition(
            "see",
            frozenset({Review.OPEN, Review.RAISED}),
            Review.SEEN,
            stamp="reviewed_at",
            reason_required=True,
        ),
        Transition(
            "raise",
            frozenset({Review.OPEN, Review.SEEN}),
            Review.RAISED,
            stamp="reviewed_at",
            reason_required=True,
        ),
    ],
)
