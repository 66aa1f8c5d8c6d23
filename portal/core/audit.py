"""What happened, who did it and when: append-only rows, chained by hash for each subject."""

import hashlib
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import rfc8785
from sqlalchemy import UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Model, append_only, db
from portal.core.money import Money
from portal.core.policy import Actor


class AuditEvent(Model):
    """One thing that happened to one subject; ``hash`` covers all fields and the hash before it."""

    __tablename__ = "audit_event"
    __table_args__ = (UniqueConstraint("subject_type", "subject_id", "position"),)

    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[UUID | None] = mapped_column(index=True)
    actor_name: Mapped[str]
    action: Mapped[str] = mapped_column(index=True)
    subject_type: Mapped[str]
    subject_id: Mapped[UUID] = mapped_column(index=True)
    position: Mapped[int]
    data: Mapped[dict[str, Any]]
    previous_hash: Mapped[str]
    hash: Mapped[str]


append_only(AuditEvent)


def record(action: str, subject: Any, actor: Actor, **data: Any) -> AuditEvent:
    """Write what ``actor`` did to ``subject`` (a saved row) in the running use case.

    ``data`` holds plain values, money, instants or ids; never proposal content, marks before all have locked,
    or secrets, because the log is read by people who may not see those.
    """
    db.session.flush()  # the subject needs its id, and its row must be locked before the chain is read
    kind = subject.__tablename__
    last = db.session.scalars(
        select(AuditEvent)
        .where(AuditEvent.subject_type == kind, AuditEvent.subject_id == subject.id)
        .order_by(AuditEvent.position.desc())
        .limit(1)
    ).first()
    event = AuditEvent(
        at=clock.now(),
        actor_id=actor.user_id,
        actor_name=actor.name,
        action=action,
        subject_type=kind,
        subject_id=subject.id,
        position=last.position + 1 if last else 1,
        data={key: _plain(value) for key, value in data.items()} | _deputy(actor),
        previous_hash=last.hash if last else "",
    )
    event.hash = event_hash(event)
    db.session.add(event)
    db.session.flush()
    return event


def _deputy(actor: Actor) -> dict[str, Any]:
    """In whose place the actor acted, if in anybody's."""
    return {"instead_of": sorted(actor.stood_in_for)} if actor.stood_in_for else {}


def event_hash(event: AuditEvent) -> str:
    """SHA-256 (hex) over the canonical JSON (RFC 8785) of the event without its own hash."""
    body = {
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor_id": str(event.actor_id) if event.actor_id else None,
        "actor_name": event.actor_name,
        "action": event.action,
        "subject_type": event.subject_type,
        "subject_id": str(event.subject_id),
        "position": event.position,
        "data": event.data,
        "previous_hash": event.previous_hash,
    }
    return hashlib.sha256(rfc8785.dumps(body)).hexdigest()


def history(*subjects: Any) -> list[AuditEvent]:
    """All events of the given rows, oldest first: the timeline of a case (one query)."""
    ids = [subject.id for subject in subjects]
    statement = (
        select(AuditEvent).where(AuditEvent.subject_id.in_(ids)).order_by(AuditEvent.at, AuditEvent.position)
    )
    return list(db.session.scalars(statement))


def broken_links(subject_type: str, subject_id: UUID) -> list[int]:
    """Positions of one subject's chain that do not verify; empty when it is whole."""
    events = db.session.scalars(
        select(AuditEvent)
        .where(AuditEvent.subject_type == subject_type, AuditEvent.subject_id == subject_id)
        .order_by(AuditEvent.position)
    )
    broken, previous = [], ""
    for expected, event in enumerate(events, start=1):
        if event.position != expected or event.previous_hash != previous or event.hash != event_hash(event):
            broken.append(event.position)
        previous = event.hash
    return broken


def _plain(value: Any) -> Any:
    if isinstance(value, Money):
        return {"fen": value.fen}
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(inner) for inner in value]
    return value if value is None or isinstance(value, (bool, int)) else str(value)
