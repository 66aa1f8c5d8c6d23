"""The life of an organisation's registration."""

from portal.core.workflow import Transition, Workflow
from portal.parties.models import Party
from portal.parties.values import PartyStatus as S

PARTY: Workflow[Party] = Workflow(
    "party",
    S,
    S.REGISTERED,
    [
        Transition("verify", frozenset({S.REGISTERED}), S.VERIFIED, stamp="verified_at"),
        Transition("refuse", frozenset({S.REGISTERED}), S.REFUSED, reason_required=True),
        Transition("resubmit", frozenset({S.REFUSED}), S.REGISTERED),
        Transition("suspend", frozenset({S.VERIFIED}), S.SUSPENDED, reason_required=True),
        Transition("reopen", frozenset({S.VERIFIED, S.SUSPENDED}), S.REGISTERED, reason_required=True),
    ],
)
