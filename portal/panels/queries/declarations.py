"""What experts declare about each proposal before they see it."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from portal.bids import queries as bids
from portal.bids import rules
from portal.bids.models import Bid, BidVersion
from portal.bids.values import BidStatus
from portal.core.db import db
from portal.panels.models import Seat, SeatDeclaration
from portal.parties.models import Party


def admitted(tender_id: UUID) -> list[Bid]:
    """The proposals about which an expert declares, by lot and organisation."""
    return bids.opened_bids(tender_id, {BidStatus.VALID})


def projects(found: Collection[Bid]) -> dict[UUID, str]:
    """The titles of opened proposals and nothing else of them (one query)."""
    known = {bid.id: bid for bid in found}
    rows = db.session.scalars(select(BidVersion).where(BidVersion.bid_id.in_(known)))
    return {
        row.bid_id: rules.open_content(row.ciphertext, bids.opened_key(bid), bid.place)[0].title
        for row in rows
        if (bid := known[row.bid_id]).submitted_version == row.number
    }


def declarations(panel_id: UUID) -> dict[UUID, list[tuple[str, str]]]:
    """(organisation, tie) of every conflict that was declared in a panel, by seat (one query)."""
    statement = (
        select(SeatDeclaration.seat_id, Party.name, SeatDeclaration.tie)
        .join(Seat, Seat.id == SeatDeclaration.seat_id)
        .join(Bid, Bid.id == SeatDeclaration.bid_id)
        .join(Party, Party.id == Bid.party_id)
        .where(Seat.panel_id == panel_id)
        .order_by(Party.name)
    )
    found: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
    for seat_id, name, tie in db.session.execute(statement):
        found[seat_id].append((name, tie))
    return found
