"""The life of a proposal. ``now`` is the time of arrival wherever a deadline decides."""

from datetime import datetime

from portal.bids import rules
from portal.bids.models import Bid
from portal.bids.values import BidStatus
from portal.core.errors import Problem, problem
from portal.core.text import N_
from portal.core.workflow import Transition, Workflow
from portal.parties.values import PartyStatus
from portal.tenders.values import TenderStatus


def before_deadline(bid: Bid, received_at: datetime) -> Problem | None:
    """Say that the call is over, or not running."""
    tender = bid.tender
    if tender.published_at is None or tender.deadline_at is None:
        return problem(N_("The call is not open for proposals."))
    if received_at >= tender.deadline_at:
        return rules.late(received_at, tender.deadline_at)
    running = tender.status == TenderStatus.ACTIVE and tender.opened_at is None
    if not running or not rules.arrived_in_time(received_at, tender.published_at, tender.deadline_at):
        return problem(N_("The call is not open for proposals."))
    return None


def organisation_verified(bid: Bid, _now: datetime) -> Problem | None:
    """Say that only verified organisations submit."""
    if bid.party.status == PartyStatus.VERIFIED:
        return None
    return problem(N_("The organisation is not verified yet. An officer checks it first."))


BID: Workflow[Bid] = Workflow(
    "bid",
    BidStatus,
    BidStatus.DRAFT,
    [
        Transition(
            "submit", frozenset({BidStatus.DRAFT}), BidStatus.SEALED,
            guards=(before_deadline, organisation_verified), stamp="submitted_at",
        ),
        Transition("withdraw", frozenset({BidStatus.SEALED}), BidStatus.WITHDRAWN, guards=(before_deadline,)),
        Transition("reopen", frozenset({BidStatus.SEALED, BidStatus.WITHDRAWN}), BidStatus.DRAFT, guards=(before_deadline,)),
        Transition("restart", frozenset({BidStatus.WITHDRAWN}), BidStatus.DRAFT, guards=(before_deadline,)),
        Transition("open", frozenset({BidStatus.SEALED}), BidStatus.PENDING),
        Transition("leave_unopened", frozenset({BidStatus.SEALED}), BidStatus.UNOPENED),
        Transition("admit", frozenset({BidStatus.PENDING}), BidStatus.VALID),
        Transition("disqualify", frozenset({BidStatus.PENDING}), BidStatus.DISQUALIFIED),
    ],
)  # fmt: skip
