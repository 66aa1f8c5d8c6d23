"""What the administrator must know about the portal's health, and everybody's inbox."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from portal.core import clock, outbox
from portal.core.db import db
from portal.core.lists import Page, paginate
from portal.core.mail import MailState, Message
from portal.core.outbox import Delivery, OutboxMessage
from portal.procedures.models import CalendarYear

STUCK_AFTER = timedelta(minutes=10)


@dataclass(frozen=True)
class Operations:
    """Work that failed, mails that may or may not have gone out, and years whose holidays are unknown."""

    troubled: Sequence[tuple[Delivery, OutboxMessage]]
    waiting: int
    stuck: Sequence[Message]
    missing_years: list[int]


def operations() -> Operations:
    """The state of the portal (four queries)."""
    now = clock.now()
    stuck = db.session.scalars(
        select(Message)
        .where(Message.mail_state == MailState.SENDING, Message.created_at < now - STUCK_AFTER)
        .order_by(Message.created_at)
        .limit(100)
    ).all()
    known = set(db.session.scalars(select(CalendarYear.year)))
    year = clock.local(now).year
    needed = [year, year + 1] if clock.local(now).month >= 11 else [year]
    return Operations(
        outbox.list_troubled(), outbox.count_waiting(), stuck, [y for y in needed if y not in known]
    )


def inbox(user_id: UUID, args: Mapping[str, str]) -> Page[Message]:
    """The person's messages, newest first; ``unread`` leaves out what was opened."""
    statement = select(Message).where(Message.user_id == user_id)
    if args.get("unread"):
        statement = statement.where(Message.read_at.is_(None))
    return paginate(statement, args, sorts={"created_at": Message.created_at}, default="-created_at")
