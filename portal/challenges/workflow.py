"""When a challenge is answered or withdrawn."""

from portal.challenges.models import Challenge
from portal.challenges.values import ChallengeStatus
from portal.core.workflow import Transition, Workflow

_FILED = frozenset({ChallengeStatus.FILED})

CHALLENGE: Workflow[Challenge] = Workflow(
    "challenge",
    ChallengeStatus,
    ChallengeStatus.FILED,
    [
        Transition("uphold", _FILED, ChallengeStatus.UPHELD, stamp="answered_at"),
        Transition("reject", _FILED, ChallengeStatus.REJECTED, stamp="answered_at"),
        Transition("withdraw", _FILED, ChallengeStatus.WITHDRAWN),
    ],
)
