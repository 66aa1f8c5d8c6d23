"""Requests for opinions on a draft, in the clear for its organisation and for whoever has the code."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from portal.bids import rules
from portal.bids.models import Bid, OpinionRequest
from portal.bids.values import BidStatus, ShownDraft
from portal.core.db import db
from portal.core.errors import NotFound, Problem, problem
from portal.core.keys import server_key
from portal.core.text import N_

PURPOSE = "opinion"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for an opinion with what it shows."""

    id: UUID
    paper: str
    shown: ShownDraft
    expires_at: datetime
    given_at: datetime | None
    ended_at: datetime | None

    def is_live(self, now: datetime) -> bool:
        """Whether the link still takes an opinion."""
        return self.given_at is None and self.ended_at is None and now < self.expires_at


def opinions(bid: Bid, key: bytes) -> list[Asked]:
    """The requests for opinions on a draft, whose key is given; oldest first."""
    statement = (
        select(OpinionRequest).where(OpinionRequest.bid_id == bid.id).order_by(OpinionRequest.asked_at)
    )
    return [
        Asked(row.id, row.paper, shown_of(bid, key, row), row.expires_at, row.given_at, row.ended_at)
        for row in db.session.scalars(statement)
    ]


def shown_of(bid: Bid, key: bytes, row: OpinionRequest) -> ShownDraft:
    """What a request shows."""
    return ShownDraft(**json.loads(rules.open_note(row.shown, key, bid.place_of(0), f"opinion-{row.id}")))


def opinion_by_code(code: str) -> OpinionRequest | None:
    """The request with this code, dead or alive."""
    digest = rules.code_digest(code, server_key("draft"), PURPOSE)
    return db.session.scalars(select(OpinionRequest).where(OpinionRequest.code_digest == digest)).first()


def bid_of_opinion(opinion_id: UUID) -> UUID:
    """The proposal to which a request belongs. Raises ``NotFound``."""
    found = db.session.scalar(select(OpinionRequest.bid_id).where(OpinionRequest.id == opinion_id))
    if found is None:
        raise NotFound()
    return found


def dead_request(row: OpinionRequest, bid: Bid, now: datetime) -> Problem | None:
    """Why this link takes no opinion any more; ``None`` while it does."""
    if row.given_at is not None:
        return problem(N_("An opinion was given by this link already."))
    if row.ended_at is not None:
        return problem(N_("The organisation has ended this link."))
    if now >= row.expires_at:
        return problem(
            N_("This link expired at %(at)s. Please ask the organisation for a new one."), at=row.expires_at
        )
    if bid.status != BidStatus.DRAFT or bid.tender.deadline_at is None or now >= bid.tender.deadline_at:
        return problem(N_("The proposal is submitted or its call has ended; nothing can be added any more."))
    return None
