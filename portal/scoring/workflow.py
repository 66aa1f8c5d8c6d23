"""The lives of a score sheet (open until its expert locks it; opened again with a reason, or to answer a deviation) and of
a question to a bidder (passed on by the chair, then answered once)."""

from portal.core.workflow import Transition, Workflow
from portal.scoring.models import Clarification, ScoreSheet
from portal.scoring.values import ClarificationStatus as C
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

CLARIFICATION: Workflow[Clarification] = Workflow(
    "clarification",
    C,
    C.ASKED,
    [
        Transition("release", frozenset({C.ASKED}), C.RELEASED, stamp="released_at"),
        Transition("refuse", frozenset({C.ASKED}), C.REFUSED, reason_required=True),
        Transition("answer", frozenset({C.RELEASED}), C.ANSWERED, stamp="answered_at"),
    ],
)
