"""What an organisation settles inside before it submits: approval, comments by their address, rehearsals."""

from uuid import UUID

from sqlalchemy import select

from portal.bids.models import ApprovalRule, Bid, BidComment, BidRehearsal
from portal.bids.policies import may_approve
from portal.core.db import db
from portal.core.errors import NotFound, Problem, problem
from portal.core.policy import actor_for
from portal.core.text import N_
from portal.parties import queries as parties


def bid_of_comment(comment_id: UUID) -> UUID:
    """The proposal to which a comment belongs. Raises ``NotFound``."""
    found = db.session.scalar(select(BidComment.bid_id).where(BidComment.id == comment_id))
    if found is None:
        raise NotFound()
    return found


def approval_rule(party_id: UUID) -> ApprovalRule | None:
    """What an organisation decided about approval inside, if anything."""
    return db.session.scalars(select(ApprovalRule).where(ApprovalRule.party_id == party_id)).first()


def unapproved(bid: Bid) -> Problem | None:
    """Say that the organisation wants a second person's approval, which this draft does not have."""
    rule = approval_rule(bid.party_id)
    if rule is None or not rule.needed or bid.approved_at is not None:
        return None
    return problem(N_("A second person of the organisation has not approved the proposal as it is now."))


def saved_at(bid: Bid) -> str:
    """The last save of a draft, as a page carries it."""
    return bid.draft_saved_at.isoformat() if bid.draft_saved_at else ""


def approvers(bid: Bid) -> list[UUID]:
    """The owners and approvers of the organisation who wrote nothing in the draft."""
    found = []
    for user_id in parties.members(bid.party_id):
        if may_approve(actor_for(user_id, ""), bid):
            found.append(user_id)
    return found


def rehearsal_of(bid_id: UUID) -> BidRehearsal | None:
    """The last rehearsal of a submission."""
    return db.session.scalars(select(BidRehearsal).where(BidRehearsal.bid_id == bid_id)).first()
