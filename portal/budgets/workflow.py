"""When finance has its say about the funds of a call."""

from portal.budgets.models import Confirmation
from portal.budgets.values import ConfirmationStatus
from portal.core.workflow import Transition, Workflow

_REQUESTED = frozenset({ConfirmationStatus.REQUESTED})

CONFIRMATION: Workflow[Confirmation] = Workflow(
    "fund_confirmation",
    ConfirmationStatus,
    ConfirmationStatus.REQUESTED,
    [
        Transition("confirm", _REQUESTED, ConfirmationStatus.CONFIRMED, stamp="decided_at"),
        Transition(
            "refuse", _REQUESTED, ConfirmationStatus.REFUSED, stamp="decided_at", reason_required=True
        ),
        Transition("ask_again", frozenset(ConfirmationStatus), ConfirmationStatus.REQUESTED),
    ],
)
