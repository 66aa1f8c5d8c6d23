"""The life of a milestone."""

from datetime import datetime

from portal.core.clock import local
from portal.core.errors import Problem, problem
from portal.core.text import N_
from portal.core.workflow import Transition, Workflow
from portal.implementation.models import Milestone
from portal.implementation.values import MilestoneStatus


def is_overdue(milestone: Milestone, now: datetime) -> Problem | None:
    """Nobody fails a milestone whose day has not passed."""
    if local(now).date() > milestone.due_on:
        return None
    return problem(N_("The milestone is due on %(day)s; until then it cannot fail."), day=milestone.due_on)


_S = MilestoneStatus
MILESTONE: Workflow[Milestone] = Workflow(
    "milestone",
    MilestoneStatus,
    _S.SCHEDULED,
    [
        Transition("submit", frozenset({_S.SCHEDULED, _S.NOT_MET}), _S.SUBMITTED),
        Transition("accept", frozenset({_S.SUBMITTED}), _S.MET, stamp="met_at"),
        Transition("return", frozenset({_S.SUBMITTED}), _S.SCHEDULED, reason_required=True),
        Transition("fail", frozenset({_S.SCHEDULED}), _S.NOT_MET, (is_overdue,), reason_required=True),
    ],
)
