"""What the features say about one proposal, for its own organisation."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from portal.awards import queries as awards
from portal.awards.models import Award
from portal.awards.values import AwardStatus, Outcome
from portal.bids.models import Bid
from portal.bids.values import BidStatus
from portal.contracts.models import Contract
from portal.contracts.values import ContractStatus
from portal.core.db import db
from portal.core.policy import Actor
from portal.home.values import BidFacts
from portal.parties.values import ORGANISATION
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
        outcome=case.outcomes.get(bid.id), why_not=None if award else case.why_not(mine),
        notice_ends_on=award.notice_ends_on if award else max(a.notice_ends_on for a in case.awards),
        challenge_until=awards.challenge_until(tender.id),
        contract=contract.status if contract else None, contract_id=contract.id if contract else None,
    )  # fmt: skip


def outcomes(bids: Sequence[Bid]) -> dict[UUID, Outcome | ContractStatus]:
    """What became of those proposals whose call was decided, by proposal (four queries for any number)."""
    valid = [bid for bid in bids if bid.status is BidStatus.VALID]
    decided = awards.outcomes({bid.tender_id for bid in valid}) if valid else {}
    found: dict[UUID, Outcome | ContractStatus] = {
        bid.id: decided[bid.id] for bid in valid if bid.id in decided
    }
    chosen = [bid_id for bid_id, outcome in found.items() if outcome is Outcome.AWARDED]
    signed = select(Award.bid_id, Contract.status).join(Contract, Contract.award_id == Award.id)
    rows = db.session.execute(
        signed.where(Award.bid_id.in_(chosen), Contract.status.in_((ContractStatus.ACTIVE, ContractStatus.TERMINATED)))
    )  # fmt: skip
    return found | {row[0]: row[1] for row in rows}


def own_bids(actor: Actor, lot_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """The newest proposal of the actor's organisations in each of the lots, by lot (one query)."""
    parties = actor.scopes(*ORGANISATION)
    if not parties:
        return {}
    statement = select(Bid.lot_id, Bid.id).where(Bid.lot_id.in_(lot_ids), Bid.party_id.in_(parties))
    return {row[0]: row[1] for row in db.session.execute(statement.order_by(Bid.created_at))}


def _newest(found: Sequence[Award], bid: Bid) -> Award | None:
    """The award of the proposal that counts: one that stands before one that was cancelled."""
    own = [award for award in found if award.bid_id == bid.id]
    return min(own, key=lambda award: award.status is AwardStatus.CANCELLED, default=None)


def _contract_of(award: Award) -> Contract | None:
    return db.session.scalars(
        select(Contract).where(Contract.award_id == award.id).order_by(Contract.created_at.desc())
    ).first()
