"""When a need is answered or merged, and the order of the steps that lead an idea into the reserve library."""

from datetime import datetime

from portal.core.clock import local
from portal.core.errors import Problem, problem
from portal.core.text import N_
from portal.core.workflow import Transition, Workflow
from portal.needs.models import Idea, Need, Resource, SmallTask, TaskClaim
from portal.needs.values import (
    ANSWERED,
    ClaimStatus,
    IdeaStatus,
    NeedStatus,
    ResourceStatus,
    Stage,
    TaskStatus,
)

_RECEIVED = frozenset({NeedStatus.RECEIVED})
_OPEN = frozenset({NeedStatus.RECEIVED, NeedStatus.ACCEPTED})

NEED: Workflow[Need] = Workflow(
    "need",
    NeedStatus,
    NeedStatus.RECEIVED,
    [
        Transition("accept", _RECEIVED, NeedStatus.ACCEPTED, stamp="answered_at"),
        Transition("redirect", _RECEIVED, NeedStatus.ELSEWHERE, stamp="answered_at"),
        Transition("decline", _RECEIVED, NeedStatus.DECLINED, stamp="answered_at"),
        Transition("reopen", frozenset(ANSWERED), NeedStatus.RECEIVED, reason_required=True),
        Transition("merge", _OPEN, NeedStatus.MERGED),
        Transition("split", frozenset({NeedStatus.MERGED}), NeedStatus.RECEIVED),
    ],
)
ANSWER_STEP = {
    NeedStatus.ACCEPTED: "accept",
    NeedStatus.ELSEWHERE: "redirect",
    NeedStatus.DECLINED: "decline",
}


def notice_is_over(idea: Idea, now: datetime) -> Problem | None:
    """The district deliberates when the public had its say."""
    if idea.announced_until is not None and local(now).date() <= idea.announced_until:
        return problem(N_("The decision is in public notice until %(day)s."), day=idea.announced_until)
    return None


_S = IdeaStatus
_ORDER = (
    _S.PROPOSED,
    _S.SOLICITED,
    _S.DISCUSSED,
    _S.ASSESSED,
    _S.REVIEWED,
    _S.ANNOUNCED,
    _S.AGREED,
    _S.RESERVED,
)
_GUARDS = {Stage.DISTRICT: (notice_is_over,)}
_JUDGED = frozenset({_S.SOLICITED, _S.DISCUSSED, _S.ASSESSED, _S.ANNOUNCED})

IDEA: Workflow[Idea] = Workflow(
    "idea",
    IdeaStatus,
    IdeaStatus.PROPOSED,
    [
        *(
            Transition(
                stage.value, frozenset({before}), after, guards=_GUARDS.get(stage, ()),
                stamp="reserved_at" if stage == Stage.RESULT else None,
            )
            for stage, before, after in zip(Stage, _ORDER, _ORDER[1:], strict=False)
        ),
        Transition("send_back", _JUDGED, IdeaStatus.PROPOSED, reason_required=True),
        Transition("reject", _JUDGED, IdeaStatus.REJECTED, reason_required=True),
        Transition("withdraw", frozenset(_ORDER), IdeaStatus.WITHDRAWN, reason_required=True),
    ],
)  # fmt: skip

RESOURCE: Workflow[Resource] = Workflow(
    "resource",
    ResourceStatus,
    ResourceStatus.OFFERED,
    [
        Transition(
            "withdraw", frozenset({ResourceStatus.OFFERED}), ResourceStatus.WITHDRAWN, stamp="withdrawn_at"
        )
    ],
)

_OPEN_TASK = frozenset({TaskStatus.OPEN})
_CLAIMED = frozenset({ClaimStatus.CLAIMED})

TASK: Workflow[SmallTask] = Workflow(
    "small_task",
    TaskStatus,
    TaskStatus.OPEN,
    [
        Transition("close", _OPEN_TASK, TaskStatus.CLOSED),
        Transition("cancel", _OPEN_TASK, TaskStatus.CANCELLED, reason_required=True),
    ],
)
CLAIM: Workflow[TaskClaim] = Workflow(
    "task_claim",
    ClaimStatus,
    ClaimStatus.CLAIMED,
    [
        Transition("confirm", _CLAIMED, ClaimStatus.DONE, stamp="decided_at"),
        Transition("miss", _CLAIMED, ClaimStatus.NOT_DONE, stamp="decided_at", reason_required=True),
        Transition("withdraw", _CLAIMED, ClaimStatus.WITHDRAWN, stamp="decided_at"),
        Transition("claim_again", frozenset({ClaimStatus.WITHDRAWN}), ClaimStatus.CLAIMED),
    ],
)


def next_stage(status: IdeaStatus) -> Stage | None:
    """The step that comes next in this state; ``None`` when nothing does."""
    found = [stage for stage in Stage if status in IDEA.transitions[stage.value].sources]
    return found[0] if found else None
