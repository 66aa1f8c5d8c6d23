"""The life of an instalment, and of the fees of a panel."""

from portal.core.workflow import Transition, Workflow
from portal.payments.models import FeeBatch, Instalment
from portal.payments.values import FeeStatus as F
from portal.payments.values import InstalmentStatus as S

INSTALMENT: Workflow[Instalment] = Workflow(
    "instalment",
    S,
    S.PLANNED,
    [
        Transition("request", frozenset({S.PLANNED}), S.REQUESTED, stamp="requested_at"),
        Transition("accept", frozenset({S.REQUESTED}), S.ACCEPTED, stamp="accepted_at"),
        Transition("return", frozenset({S.REQUESTED, S.ACCEPTED}), S.PLANNED, reason_required=True),
        Transition("approve", frozenset({S.ACCEPTED}), S.APPROVED, stamp="approved_at"),
        Transition("pay", frozenset({S.APPROVED}), S.PAID, stamp="paid_at"),
        Transition("cancel", frozenset({S.PLANNED, S.REQUESTED, S.ACCEPTED}), S.CANCELLED),
    ],
)

FEES: Workflow[FeeBatch] = Workflow(
    "fee_batch",
    F,
    F.PROPOSED,
    [
        Transition("approve", frozenset({F.PROPOSED}), F.APPROVED, stamp="approved_at"),
        Transition("return", frozenset({F.PROPOSED}), F.RETURNED, reason_required=True),
        Transition("propose_again", frozenset({F.RETURNED}), F.PROPOSED, stamp="proposed_at"),
        Transition("pay", frozenset({F.APPROVED}), F.PAID, stamp="paid_at"),
    ],
)
