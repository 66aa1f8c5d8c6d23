"""How many proposals an organisation has in a call, against what the call allows."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from portal.bids import rules
from portal.bids.models import Bid
from portal.bids.values import BidStatus
from portal.core.db import db, get
from portal.core.errors import Problem
from portal.parties.models import Party
from portal.tenders import queries as tenders
from portal.tenders.models import Lot


def over_limits(
    lot: Lot,
    party_id: UUID,
    applicant_tag: str,
    statuses: Collection[BidStatus],
    but: UUID | None,
    field: str | None = None,
) -> list[Problem]:
    """What the call says about the number of proposals and lots of one applicant, and one more would exceed.

    Counted are the proposals in ``statuses``, without the one named ``but``, of the organisation itself or of the group
    with this tag. The organisation's row is locked first, so that two that begin at the same moment are counted one
    after the other; call it within a use case.
    """
    limits = [condition for condition in tenders.conditions_of(lot.tender) if condition.kind in rules.LIMITS]
    if not limits:
        return []
    get(Party, party_id, lock=True)
    statement = select(Bid.lot_id).where(
        Bid.tender_id == lot.tender_id, Bid.party_id == party_id, Bid.applicant_tag == applicant_tag, Bid.status.in_(statuses)
    )  # fmt: skip
    others = db.session.scalars(statement.where(Bid.id != but) if but else statement).all()
    return rules.over_limits(limits, others, lot.id, field)
