"""Use cases of the eligibility check."""

from uuid import UUID

from portal.bids import queries as bids
from portal.bids import services as bid_services
from portal.bids.values import BidStatus
from portal.core import audit, clock, outbox
from portal.core.db import add, db, get, use_case
from portal.core.errors import Invalid, InvalidTransition, problem
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.qualification import queries
from portal.qualification.models import EligibilityCheck
from portal.qualification.policies import may_check
from portal.qualification.values import CheckResult
from portal.tenders.models import Tender

SHORTEST_REASON = 5


@use_case
def check_bid(*, actor: Actor, bid_id: UUID, result: CheckResult, reason: str = "") -> EligibilityCheck:
    """Admit an opened proposal, or not, with the reason that the organisation is told.

    Raises ``Invalid`` at ``reason`` for a failure without one, ``InvalidTransition`` when it was decided
    already. Emits ``bid.checked`` and, with the last proposal of the call, ``qualification.done``.
    """
    known = bids.get_bid(actor, bid_id)
    get(
        Tender, known.tender_id, lock=True
    )  # two officers deciding the last two proposals must see each other
    bid = bids.get_bid_for_update(bid_id)
    require(may_check, actor, bid.tender)
    if bid.status != BidStatus.PENDING:
        raise InvalidTransition("check", str(bid.status))
    reason = reason.strip()
    if result == CheckResult.FAIL and len(reason) < SHORTEST_REASON:
        raise Invalid(
            problem(N_("Please give the reason; the organisation is told in these words."), field="reason")
        )
    row = add(
        EligibilityCheck(bid_id=bid.id, result=result, reason=reason, checked_by=actor.user_id, checked_at=clock.now())
    )  # fmt: skip
    audit.record("bid.check", bid, actor, result=str(result), reason=reason)
    bid_services.set_qualified(actor=actor, bid_id=bid.id, passed=result == CheckResult.PASS)
    db.session.flush()
    outbox.emit("bid.checked", bid_id=bid.id)
    if queries.pending_count(bid.tender_id) == 0:
        outbox.emit("qualification.done", tender_id=bid.tender_id)
    return row
