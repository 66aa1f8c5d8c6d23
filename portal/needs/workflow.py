"""When a need is answered, merged, split off again, and looked at anew."""

from portal.core.workflow import Transition, Workflow
from portal.needs.models import Need
from portal.needs.values import ANSWERED, NeedStatus

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
