"""The life of a contract."""

from datetime import datetime

from portal.contracts.models import Contract
from portal.contracts.values import ContractStatus
from portal.core.errors import Problem
from portal.core.text import N_
from portal.core.workflow import Transition, Workflow

PAPER_MISSING = Problem(N_("The contract paper is still being made. Please try again in a minute."))

CHALLENGED = Problem(
    N_("A challenge to the result waits for its answer. Until then no contract is drawn up or signed.")
)


def paper_is_made(contract: Contract, _now: datetime) -> Problem | None:
    """Nobody signs what nobody could read."""
    return None if contract.pdf_id else PAPER_MISSING


CONTRACT: Workflow[Contract] = Workflow(
    "contract",
    ContractStatus,
    ContractStatus.PENDING,
    [
        Transition(
            "activate",
            frozenset({ContractStatus.PENDING}),
            ContractStatus.ACTIVE,
            (paper_is_made,),
            "signed_at",
        ),
        Transition(
            "cancel", frozenset({ContractStatus.PENDING}), ContractStatus.CANCELLED, reason_required=True
        ),
        Transition(
            "finish", frozenset({ContractStatus.ACTIVE}), ContractStatus.TERMINATED, stamp="closed_at"
        ),
    ],
)
