"""The governing documents of a call."""

from uuid import UUID

from sqlalchemy import select

from portal.bids.values import Accepted
from portal.core.db import db
from portal.tenders.models import GoverningDocument


def governing_documents(tender_id: UUID) -> tuple[Accepted, ...]:
    """What applicants of a call accept, in its order."""
    statement = select(GoverningDocument).where(GoverningDocument.tender_id == tender_id)
    rows = db.session.scalars(statement.order_by(GoverningDocument.position))
    return tuple(Accepted(row.title, row.sha256) for row in rows)
