"""When an award becomes final or is given up."""

from datetime import datetime

from portal.awards.models import Award
from portal.awards.values import AwardStatus
from portal.core.calendar import end_of_day
from portal.core.errors import Problem, problem
from portal.core.text import N_
from portal.core.workflow import Transition, Workflow


def notice_is_over(award: Award, now: datetime) -> Problem | None:
    """The last day of the notice counts to its end (24:00 in Beijing)."""
    if now >= end_of_day(award.notice_ends_on):
        return None
    return problem(N_("The result is in public notice until the end of %(day)s."), day=award.notice_ends_on)


def nothing_is_open(award: Award, now: datetime) -> Problem | None:
    """A challenge that waits for its answer holds the award back (GPR art. 54)."""
    if not award.paused:
        return None
    return problem(N_("A challenge waits for its answer. The award is on hold until then."))


AWARD: Workflow[Award] = Workflow(
    "award",
    AwardStatus,
    AwardStatus.PENDING,
    [
        Transition(
            "confirm",
            frozenset({AwardStatus.PENDING}),
            AwardStatus.ACTIVE,
            guards=(notice_is_over, nothing_is_open),
            stamp="active_at",
        ),
        Transition("cancel", frozenset({AwardStatus.PENDING}), AwardStatus.CANCELLED, reason_required=True),
        Transition("give_up", frozenset({AwardStatus.ACTIVE}), AwardStatus.CANCELLED, reason_required=True),
    ],
)
