"""The lives of an organisation's registration, of a change to verified facts, of an entry in the red and black list."""

from portal.core.workflow import Transition, Workflow
from portal.parties.models import FactChange, ListEntry, Party
from portal.parties.values import ChangeStatus as C
from portal.parties.values import ListStatus as L
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

FACT_CHANGE: Workflow[FactChange] = Workflow(
    "fact_change",
    C,
    C.PENDING,
    [
        Transition("accept", frozenset({C.PENDING}), C.ACCEPTED, stamp="decided_at"),
        Transition("refuse", frozenset({C.PENDING}), C.REFUSED, stamp="decided_at", reason_required=True),
        Transition("withdraw", frozenset({C.PENDING}), C.WITHDRAWN, stamp="decided_at"),
    ],
)

LIST_ENTRY: Workflow[ListEntry] = Workflow(
    "list_entry",
    L,
    L.ACTIVE,
    [
        Transition("appeal", frozenset({L.ACTIVE}), L.APPEALED, stamp="appealed_at", reason_required=True),
        Transition("uphold", frozenset({L.APPEALED}), L.UPHELD, stamp="decided_at", reason_required=True),
        Transition("lift", frozenset({L.ACTIVE, L.APPEALED, L.UPHELD}), L.LIFTED, stamp="decided_at", reason_required=True),
    ],
)  # fmt: skip
