"""Reads of the eligibility check."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from portal.bids import queries as bids
from portal.bids.models import Bid
from portal.bids.values import BidStatus
from portal.core.db import db
from portal.qualification.models import EligibilityCheck


@dataclass(frozen=True)
class Checked:
    """An opened proposal (with call, lot and organisation) and its check, if it was made."""

    bid: Bid
    check: EligibilityCheck | None


def checks(tender_id: UUID) -> list[Checked]:
    """All opened proposals of a call with their checks (two queries)."""
    found = bids.opened_bids(tender_id)
    rows = db.session.scalars(
        select(EligibilityCheck).where(EligibilityCheck.bid_id.in_([bid.id for bid in found]))
    )
    made = {row.bid_id: row for row in rows}
    return [Checked(bid, made.get(bid.id)) for bid in found]


def check_of(bid_id: UUID) -> EligibilityCheck | None:
    """The check of one proposal."""
    return db.session.scalars(select(EligibilityCheck).where(EligibilityCheck.bid_id == bid_id)).first()


def pending_count(tender_id: UUID) -> int:
    """How many opened proposals of a call still wait for their check."""
    statement = select(func.count()).where(Bid.tender_id == tender_id, Bid.status == BidStatus.PENDING)
    return int(db.session.scalar(statement) or 0)
