"""Reads of a roadshow."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.bids.models import Bid
from portal.core.db import db
from portal.scoring.models import Roadshow
from portal.tenders.models import Tender


def roadshow_of(panel_id: UUID) -> Roadshow | None:
    """The roadshow of a panel, once its order is drawn."""
    return db.session.scalars(select(Roadshow).where(Roadshow.panel_id == panel_id)).first()


def roadshows(panel_ids: Iterable[UUID]) -> dict[UUID, Roadshow]:
    """The roadshows of several panels (one query)."""
    rows = db.session.scalars(select(Roadshow).where(Roadshow.panel_id.in_(list(panel_ids))))
    return {row.panel_id: row for row in rows}


def speakers(roadshow: Roadshow) -> list[Bid]:
    """The proposals in speaking order, with organisations and lots (one query)."""
    ids = [UUID(text) for text in roadshow.speakers]
    statement = (
        select(Bid)
        .options(joinedload(Bid.party, innerjoin=True), joinedload(Bid.lot, innerjoin=True))
        .where(Bid.id.in_(ids))
    )
    found = {bid.id: bid for bid in db.session.scalars(statement)}
    return [found[bid_id] for bid_id in ids]


def has_roadshow(tender: Tender) -> bool:
    """Whether the call leaves room for a roadshow; a call that says nothing does."""
    return bool(tender.scheme.get("roadshow", True))
