"""What happens inside an organisation before it submits: comments, and the approval of a second person."""

from uuid import UUID, uuid4

from portal.bids import queries, rules
from portal.bids.models import ApprovalRule, Bid, BidComment
from portal.bids.policies import may_approve, may_see_own, may_set_approval, may_write
from portal.bids.values import BidStatus
from portal.core import audit, clock, outbox
from portal.core.db import add, get, use_case
from portal.core.errors import Invalid, InvalidTransition, NotFound, problem
from portal.core.policy import Actor, require
from portal.core.text import N_

COMMENT_AT_MOST = 1000


@use_case
def add_comment(*, actor: Actor, bid_id: UUID, page: str, text: str) -> BidComment:
    """Leave a remark on a page of the draft for the colleagues, encrypted like the draft.

    Submitting destroys it with the draft's key. Raises ``Invalid`` at ``text`` when it is empty or too long.
    """
    bid = queries.get_bid_for_update(bid_id)
    require(may_see_own, actor, bid)
    _still_draft(bid)
    text = text.strip()
    if not text or len(text) > COMMENT_AT_MOST:
        message = N_("Please write a comment of at most %(most)s characters.")
        raise Invalid(problem(message, field="text", most=COMMENT_AT_MOST))
    comment_id = uuid4()
    sealed = rules.seal_note(text, queries.draft_key(bid), bid.place_of(0), f"comment-{comment_id}")
    assert actor.user_id is not None  # noqa: S101 - only people comment
    return add(
        BidComment(
            id=comment_id, bid_id=bid.id, page=page, ciphertext=sealed, author_id=actor.user_id, created_at=clock.now()
        )
    )  # fmt: skip


@use_case
def settle_comment(*, actor: Actor, comment_id: UUID) -> BidComment:
    """Mark a comment as dealt with; it stays readable until the proposal is submitted."""
    comment = get(BidComment, comment_id, lock=True)
    bid = queries.get_bid_for_update(comment.bid_id)
    if not may_see_own(actor, bid):
        raise NotFound()
    _still_draft(bid)
    if comment.settled_at is None:
        comment.settled_at, comment.settled_by = clock.now(), actor.user_id
    return comment


@use_case
def set_approval(*, actor: Actor, party_id: UUID, needed: bool) -> ApprovalRule:
    """Switch the internal approval of an organisation's proposals on or off."""
    require(may_set_approval, actor, party_id)
    assert actor.user_id is not None  # noqa: S101 - only people decide
    row = queries.approval_rule(party_id)
    if row is None:
        row = add(
            ApprovalRule(party_id=party_id, needed=needed, changed_at=clock.now(), changed_by=actor.user_id)
        )
    row.needed, row.changed_at, row.changed_by = needed, clock.now(), actor.user_id
    audit.record("party.set_approval", row, actor, needed=needed)
    return row


@use_case
def ask_approval(*, actor: Actor, bid_id: UUID) -> Bid:
    """Ask owners and approvers who wrote nothing in the draft to approve it. Emits ``bid.approval_asked``."""
    bid = queries.get_bid_for_update(bid_id)
    require(may_write, actor, bid)
    _still_draft(bid)
    bid.approval_asked_at = clock.now()
    outbox.emit("bid.approval_asked", bid_id=bid.id)
    return bid


@use_case
def approve_draft(*, actor: Actor, bid_id: UUID, saved_at: str) -> Bid:
    """Approve the draft as it was shown; the next change of the draft takes the approval away.

    ``saved_at`` is the time of the last save that the reader saw: ``Invalid`` when somebody changed the draft since.
    """
    bid = queries.get_bid_for_update(bid_id)
    require(may_approve, actor, bid)
    _still_draft(bid)
    if saved_at != queries.saved_at(bid):
        raise Invalid(problem(N_("The draft was changed after you opened this page. Please read it again.")))
    bid.approved_at, bid.approved_by = clock.now(), actor.user_id
    audit.record("bid.approve", bid, actor)
    return bid


def _still_draft(bid: Bid) -> None:
    if bid.status != BidStatus.DRAFT:
        raise InvalidTransition("edit", str(bid.status))
