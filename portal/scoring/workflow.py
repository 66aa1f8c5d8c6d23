"""The life of a score sheet: open until its expert locks it; opened again with a reason, or to answer a deviation."""

from portal.core.workflow import Transition, Workflow
from portal.scoring.models import ScoreSheet
from portal.scoring.values import SheetStatus as S

SHEET: Workflow[ScoreSheet] = Workflow(
    "sheet",
    S,
    S.OPEN,
    [
        Transition("submit", frozenset({S.OPEN}), S.SUBMITTED, stamp="submitted_at"),
        Transition("return", frozenset({S.SUBMITTED}), S.OPEN, reason_required=True),
        Transition("revise", frozenset({S.SUBMITTED}), S.OPEN),
    ],
)
