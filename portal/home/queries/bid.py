"""What the features say about one proposal, for its own organisation."""

from collections.abc import Sequence

from sqlalchemy import select

from portal.awards import queries as awards
from portal.awards import rules as award_rules
from portal.awards.models import Award
from portal.awards.values import AwardStatus, Candidate
from portal.bids.models import Bid
from portal.bids.values import BidStatus
from portal.contracts.models import Contract
from portal.core.db import db
from portal.home.values import BidFacts
from portal.qualification import queries as qualification
from portal.tenders.models import Tender


def bid_facts(bid: Bid, tender: Tender) -> BidFacts:
    """Gather where this proposal stands (at most nine queries, whatever the size of the call)."""
    check = qualification.check_of(bid.id) if bid.status is BidStatus.DISQUALIFIED else None
    facts = BidFacts(
        status=bid.status, tender=tender.status, deadline_at=tender.deadline_at, refusal=check.reason if check else "",
    )  # fmt: skip
    if bid.status is not BidStatus.VALID:
        return facts
    case = awards.case(tender)
    mine = next((c for c in case.candidates if c.bid_id == bid.id), None)
    if not case.awards or mine is None:
        return facts
    award = _newest(case.awards, bid)
    contract = _contract_of(award) if award else None
    return BidFacts(
        status=bid.status, tender=tender.status, deadline_at=tender.deadline_at, decided=True,
        award=award.status if award else None, amount=award.amount if award else None, total=mine.total, rank=mine.rank,
        why_not="" if award else _why_not(case, mine),
        notice_ends_on=award.notice_ends_on if award else max(a.notice_ends_on for a in case.awards),
        contract=contract.status if contract else None, contract_id=contract.id if contract else None,
    )  # fmt: skip


def _why_not(case: awards.Case, mine: Candidate) -> str:
    chosen = [award.bid_id for award in case.awards if award.status is not AwardStatus.CANCELLED]
    return award_rules.why_not(mine, chosen, case.candidates, "")


def _newest(found: Sequence[Award], bid: Bid) -> Award | None:
    """The award of the proposal that counts: one that stands before one that was cancelled."""
    own = [award for award in found if award.bid_id == bid.id]
    return min(own, key=lambda award: award.status is AwardStatus.CANCELLED, default=None)


def _contract_of(award: Award) -> Contract | None:
    return db.session.scalars(
        select(Contract).where(Contract.award_id == award.id).order_by(Contract.created_at.desc())
    ).first()
