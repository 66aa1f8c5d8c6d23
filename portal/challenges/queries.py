"""Reads of challenges."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from portal.awards.queries import awards_of
from portal.bids.models import Bid
from portal.bids.values import BidStatus
from portal.challenges.models import Challenge
from portal.challenges.policies import STAFF_READERS, may_read_challenges, may_read_own_challenge
from portal.challenges.values import ChallengeStatus
from portal.core.db import db, get
from portal.core.errors import NotFound
from portal.core.lists import Page, paginate
from portal.core.policy import Actor, can
from portal.parties.models import Party
from portal.parties.values import ORGANISATION, Role
from portal.tenders.models import Tender

OPENED = (BidStatus.PENDING, BidStatus.VALID, BidStatus.DISQUALIFIED)


def get_challenge(actor: Actor, challenge_id: UUID) -> Challenge:
    """One challenge, for the challenger and the staff of the unit; raises ``NotFound`` for others."""
    challenge = get(Challenge, challenge_id)
    unit_id = get(Tender, challenge.tender_id).unit_id
    if not can(may_read_own_challenge, actor, challenge) and not can(may_read_challenges, actor, unit_id):
        raise NotFound()
    return challenge


def open_challenges(tender_id: UUID) -> int:
    """How many challenges of the call wait for their answer."""
    statement = select(func.count()).where(
        Challenge.tender_id == tender_id, Challenge.status == ChallengeStatus.FILED
    )
    return int(db.session.scalar(statement) or 0)


def has_open(tender_id: UUID, party_id: UUID) -> bool:
    """Whether the bidder has a challenge that waits for its answer."""
    statement = select(Challenge.id).where(
        Challenge.tender_id == tender_id,
        Challenge.party_id == party_id,
        Challenge.status == ChallengeStatus.FILED,
    )
    return db.session.scalar(statement) is not None


def is_bidder(tender_id: UUID, party_id: UUID) -> bool:
    """Whether a proposal of the organisation was opened in the call."""
    statement = select(Bid.id).where(
        Bid.tender_id == tender_id, Bid.party_id == party_id, Bid.status.in_(OPENED)
    )
    return db.session.scalar(statement.limit(1)) is not None


def bidding_party(actor: Actor, tender_id: UUID) -> Party:
    """The actor's organisation that bid in the call; raises ``NotFound`` when there is none."""
    statement = (
        select(Party)
        .join(Bid, Bid.party_id == Party.id)
        .where(Bid.tender_id == tender_id, Bid.status.in_(OPENED), Party.id.in_(actor.scopes(Role.ORG_OWNER)))
        .order_by(Party.name)
        .limit(1)
    )
    party = db.session.scalars(statement).first()
    if party is None:
        raise NotFound()
    return party


def list_challenges(actor: Actor, args: Mapping[str, str]) -> Page[tuple[Challenge, Tender, Party]]:
    """Challenges of the actor's units and organisations with call and challenger; the earliest due first."""
    statement: Any = (
        select(Challenge, Tender, Party)
        .join(Tender, Tender.id == Challenge.tender_id)
        .join(Party, Party.id == Challenge.party_id)
        .where(
            or_(
                Tender.unit_id.in_(actor.scopes(*STAFF_READERS)),
                Challenge.party_id.in_(actor.scopes(*ORGANISATION)),
            )
        )
    )
    if (status := args.get("status")) in set(ChallengeStatus):
        statement = statement.where(Challenge.status == ChallengeStatus(status))
    sorts = {
        "due": Challenge.answer_due_on,
        "filed": Challenge.filed_at,
        "status": Challenge.status,
        "title": Tender.title,
    }
    return paginate(statement, args, sorts=sorts, default="-filed", scalars=False)


def public_list(tender_id: UUID) -> Sequence[tuple[Challenge, str]]:
    """Challenges of a call, oldest first; the challenger's name only after the decision."""
    statement = (
        select(Challenge, Party.name)
        .join(Party, Party.id == Challenge.party_id)
        .where(Challenge.tender_id == tender_id)
        .order_by(Challenge.filed_at, Challenge.id)
    )
    return [
        (challenge, name if challenge.answered_at else "")
        for challenge, name in db.session.execute(statement)
    ]


def public_tender(tender_id: UUID) -> Tender:
    """A call whose result was published; raises ``NotFound`` before."""
    if not awards_of(tender_id):
        raise NotFound()
    return get(Tender, tender_id)
