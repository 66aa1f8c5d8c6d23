"""When an evaluation is refused, submitted, sent back and final."""

from datetime import datetime

from portal.core.errors import Problem, problem
from portal.core.text import N_
from portal.core.workflow import Transition, Workflow
from portal.evaluation.models import Evaluation
from portal.evaluation.values import EvaluationStatus


def declared_free(evaluation: Evaluation, now: datetime) -> Problem | None:
    """The evaluator declared to have no conflict of interest."""
    return None if evaluation.conflict_free else NOT_DECLARED


def has_conclusion(evaluation: Evaluation, now: datetime) -> Problem | None:
    """The conclusion is written."""
    if evaluation.conclusion.strip():
        return None
    return problem(N_("Please write the conclusion."), field="conclusion")


def has_report(evaluation: Evaluation, now: datetime) -> Problem | None:
    """The report is uploaded."""
    return None if evaluation.report_id else problem(N_("Please upload the report as PDF."), field="file")


def not_begun(evaluation: Evaluation, now: datetime) -> Problem | None:
    """Nobody else takes over once the evaluator has begun."""
    if evaluation.status == EvaluationStatus.REFUSED or not evaluation.conflict_free:
        return None
    return problem(N_("The evaluator has begun already."))


NOT_DECLARED = problem(N_("The evaluator has to declare first that there is no conflict of interest."))
_ASSIGNED = frozenset({EvaluationStatus.ASSIGNED})
_SUBMITTED = frozenset({EvaluationStatus.SUBMITTED})

EVALUATION: Workflow[Evaluation] = Workflow(
    "evaluation",
    EvaluationStatus,
    EvaluationStatus.ASSIGNED,
    [
        Transition("refuse", _ASSIGNED, EvaluationStatus.REFUSED, guards=(not_begun,), reason_required=True),
        Transition(
            "reassign", _ASSIGNED | {EvaluationStatus.REFUSED}, EvaluationStatus.ASSIGNED, guards=(not_begun,)
        ),
        Transition(
            "submit",
            _ASSIGNED,
            EvaluationStatus.SUBMITTED,
            guards=(declared_free, has_conclusion, has_report),
            stamp="submitted_at",
        ),
        Transition("send_back", _SUBMITTED, EvaluationStatus.ASSIGNED, reason_required=True),
        Transition("confirm", _SUBMITTED, EvaluationStatus.FINAL, stamp="final_at"),
    ],
)
