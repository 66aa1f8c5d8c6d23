"""Reads of the values that hold for all experts."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from portal.bids.models import Bid
from portal.core.db import db
from portal.scoring.models import EnteredValue
from portal.scoring.queries.panel import admitted_bids, criteria
from portal.scoring.values import CriterionKind
from portal.tenders.models import Criterion

ONCE = (CriterionKind.OBJECTIVE, CriterionKind.BONUS, CriterionKind.PENALTY, CriterionKind.CHANNEL)


@dataclass(frozen=True)
class Entered:
    """How far the values of one criterion are."""

    criterion: Criterion
    bids: int
    entered: int
    confirmed: int

    @property
    def is_done(self) -> bool:
        """Every proposal has a confirmed value."""
        return self.confirmed == self.bids


def entered_once(tender_id: UUID) -> list[Criterion]:
    """The criteria of a call whose values are entered once for all experts."""
    return [criterion for criterion in criteria(tender_id) if criterion.kind in ONCE]


def entered_values(tender_id: UUID) -> dict[tuple[UUID, UUID], EnteredValue]:
    """What was entered, by proposal and criterion (one query)."""
    statement = (
        select(EnteredValue).join(Bid, Bid.id == EnteredValue.bid_id).where(Bid.tender_id == tender_id)
    )
    return {(row.bid_id, row.criterion_id): row for row in db.session.scalars(statement)}


def entering(tender_id: UUID) -> list[Entered]:
    """How far each criterion is that is entered once; empty where the call has none (three queries at most)."""
    wanted = entered_once(tender_id)
    if not wanted:
        return []
    bids, values = admitted_bids(tender_id), entered_values(tender_id)
    found = []
    for criterion in wanted:
        rows = [values[bid.id, criterion.id] for bid in bids if (bid.id, criterion.id) in values]
        confirmed = sum(row.confirmed_at is not None for row in rows)
        found.append(Entered(criterion, len(bids), len(rows), confirmed))
    return found
