"""The audit log for those who supervise."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from portal.bids import queries as bids
from portal.bids.models import Bid
from portal.core.audit import AuditEvent, broken_links
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.lists import Page, paginate


def events(args: Mapping[str, str]) -> Page[AuditEvent]:
    """All events, newest first. Filters: ``action`` (its beginning), ``person`` (name), ``subject`` (type or id).

    Those of proposals come after the opening of their call: before it they would tell how many there are, and whose.
    """
    statement = select(AuditEvent).where(~_of_unopened())
    action, person, subject = (args.get(key, "").strip() for key in ("action", "person", "subject"))
    if action:
        statement = statement.where(AuditEvent.action.startswith(action, autoescape=True))
    if person:
        statement = statement.where(AuditEvent.actor_name.icontains(person, autoescape=True))
    if subject:
        statement = statement.where(
            or_(AuditEvent.subject_type == subject, AuditEvent.subject_id == _as_id(subject))
        )
    return paginate(
        statement, args, sorts={"at": AuditEvent.at, "action": AuditEvent.action}, default="-at", per_page=50
    )


def _of_unopened() -> ColumnElement[bool]:
    return and_(AuditEvent.subject_type == Bid.__tablename__, AuditEvent.subject_id.in_(bids.unopened()))


def _as_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def chain(subject_type: str, subject_id: UUID) -> tuple[Sequence[AuditEvent], list[int]]:
    """All events of one subject, oldest first, and the positions whose hash does not fit (two queries)."""
    rows = db.session.scalars(
        select(AuditEvent)
        .where(AuditEvent.subject_type == subject_type, AuditEvent.subject_id == subject_id, ~_of_unopened())
        .order_by(AuditEvent.position)
    ).all()
    if not rows:
        raise NotFound()
    return rows, broken_links(subject_type, subject_id)
