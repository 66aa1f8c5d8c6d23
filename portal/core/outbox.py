"""News that leave a use case: rows written in the same transaction, delivered to handlers exactly once.

A message has one delivery for each handler of its topic. The worker runs a handler inside a use case that first
marks the delivery as done, so its database effects happen once, whatever is killed, lost or sent twice. The
queue in Redis only carries ids; when it loses them, the next tick sends them again.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, func, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.config import settings
from portal.core.db import Model, add, after_commit, db, get, use_case

MAX_ATTEMPTS = 6
BACKOFF = [timedelta(seconds=s) for s in (10, 60, 300, 1800, 7200)]


class OutboxMessage(Model):
    """Something that happened and that others may react to; ``payload`` holds ids and strings only."""

    __tablename__ = "outbox_message"

    topic: Mapped[str] = mapped_column(index=True)
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(index=True)


class Delivery(Model):
    """One message for one handler: open until ``done_at``, given up at ``failed_at`` until an operator retries."""

    __tablename__ = "delivery"

    message_id: Mapped[UUID] = mapped_column(ForeignKey("outbox_message.id"), index=True)
    handler: Mapped[str]
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime | None] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]
    done_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None] = mapped_column(index=True)


_topics: dict[str, list[str]] = {}
_nudge: Callable[[], None] = lambda: None  # noqa: E731 - replaced by core.jobs at start


def subscribe(topic: str, handler: str) -> None:
    """Let ``handler`` receive every message of ``topic`` that is emitted from now on."""
    _topics.setdefault(topic, []).append(handler)


def set_nudge(nudge: Callable[[], None]) -> None:
    """Install the best-effort call that wakes a worker after a commit."""
    global _nudge
    _nudge = nudge


def wake() -> None:
    """Tell a worker that deliveries may be waiting; never fails, because the tick finds them anyway."""
    _nudge()


def emit(topic: str, /, **payload: str | int | bool | None | UUID) -> None:
    """Announce ``topic`` in the running use case; handlers run after the commit, or never if it fails."""
    now = clock.now()
    plain = {key: str(value) if isinstance(value, UUID) else value for key, value in payload.items()}
    message = add(OutboxMessage(topic=topic, payload=plain, created_at=now))
    for handler in _topics.get(topic, []):
        add(Delivery(message_id=message.id, handler=handler, created_at=now, next_attempt_at=now))
    after_commit(wake)


def due_deliveries(limit: int = 200) -> list[tuple[UUID, int]]:
    """Take up to ``limit`` deliveries that are due, oldest first: ids with the number of this attempt.

    Each is put off by the setting ``lost_after``: one that is not done by then was lost with its worker and is sent
    again, and until then no second relay sends it too.
    """

    @use_case
    def take() -> list[tuple[UUID, int]]:
        now = clock.now()
        rows = db.session.scalars(
            select(Delivery)
            .where(Delivery.done_at.is_(None), Delivery.failed_at.is_(None), Delivery.next_attempt_at <= now)
            .order_by(Delivery.next_attempt_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        for row in rows:
            row.next_attempt_at = now + timedelta(seconds=settings().lost_after)
            row.attempts += 1
        return [(row.id, row.attempts) for row in rows]

    return take()


def open_delivery(delivery_id: UUID) -> tuple[str, dict[str, Any], datetime] | None:
    """Handler name and payload of a delivery still to be done and when it was announced, else ``None``."""
    row = db.session.execute(
        select(Delivery.handler, OutboxMessage.payload, OutboxMessage.created_at)
        .join(OutboxMessage, OutboxMessage.id == Delivery.message_id)
        .where(Delivery.id == delivery_id, Delivery.done_at.is_(None))
    ).first()
    return (row[0], row[1], row[2]) if row else None


_HAPPENED: ContextVar[datetime | None] = ContextVar("happened_at", default=None)


@contextmanager
def telling(at: datetime) -> Iterator[None]:
    """While this runs, a handler tells of what was announced ``at`` that time."""
    token = _HAPPENED.set(at)
    try:
        yield
    finally:
        _HAPPENED.reset(token)


def happened_at() -> datetime:
    """When the event happened that is being told: its announcement inside a handler, else now."""
    return _HAPPENED.get() or clock.now()


def claim(delivery_id: UUID) -> bool:
    """Mark the delivery as done in the running use case; False when somebody else already did."""
    result = db.session.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.done_at.is_(None))
        .values(done_at=clock.now(), error=None, failed_at=None)
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]  # a DML result counts rows


@use_case
def note_failure(delivery_id: UUID, error: str) -> None:
    """Keep ``error`` for the operator and plan the next attempt, or give up after ``MAX_ATTEMPTS``."""
    row = get(Delivery, delivery_id, lock=True)
    if row.done_at:
        return
    row.error = error[-4000:]
    if row.attempts >= MAX_ATTEMPTS:
        row.failed_at, row.next_attempt_at = clock.now(), None
    else:
        row.next_attempt_at = clock.now() + BACKOFF[min(max(row.attempts, 1), len(BACKOFF)) - 1]


@use_case
def retry(delivery_id: UUID) -> None:
    """Run a delivery that was given up again, from the operator's page."""
    row = get(Delivery, delivery_id, lock=True)
    if row.done_at is None:
        row.failed_at, row.attempts, row.next_attempt_at = None, 0, clock.now()
        after_commit(wake)


def count_waiting() -> int:
    """How many deliveries are neither done nor given up: the length of the queue as the database knows it."""
    open_ones = select(func.count()).where(Delivery.done_at.is_(None), Delivery.failed_at.is_(None))
    return int(db.session.scalar(open_ones) or 0)


def list_troubled() -> list[tuple[Delivery, OutboxMessage]]:
    """Deliveries with an error or given up, newest first, for the operator's page."""
    rows = db.session.execute(
        select(Delivery, OutboxMessage)
        .join(OutboxMessage, OutboxMessage.id == Delivery.message_id)
        .where(Delivery.done_at.is_(None), or_(Delivery.failed_at.is_not(None), Delivery.error.is_not(None)))
        .order_by(Delivery.created_at.desc())
        .limit(200)
    )
    return [(row[0], row[1]) for row in rows]
