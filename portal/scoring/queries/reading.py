"""Reads of the evening's reading."""

from uuid import UUID

from sqlalchemy import or_, select

from portal.core import files, sealing
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.keys import server_key
from portal.panels.models import Panel, Seat
from portal.panels.values import PanelStatus, SeatStatus
from portal.scoring.models import Reading


def latest_reading(seat_id: UUID) -> Reading | None:
    """What the expert asked for last."""
    return db.session.scalars(
        select(Reading).where(Reading.seat_id == seat_id).order_by(Reading.asked_at.desc()).limit(1)
    ).first()


def earlier_readings(reading: Reading) -> list[Reading]:
    """The others of the same expert."""
    statement = select(Reading).where(Reading.seat_id == reading.seat_id, Reading.id != reading.id)
    return list(db.session.scalars(statement))


def readings_of(seat_ids: list[UUID]) -> dict[UUID, Reading]:
    """The newest reading of each seat (one query)."""
    rows = db.session.scalars(select(Reading).where(Reading.seat_id.in_(seat_ids)).order_by(Reading.asked_at))
    return {row.seat_id: row for row in rows}


def reading_place(reading: Reading) -> dict[str, str]:
    """What the ciphertext is bound to."""
    return {"reading": str(reading.id), "seat": str(reading.seat_id)}


def reading_pdf(seat: Seat) -> bytes:
    """The newest reading of an expert as PDF. Raises ``NotFound`` before it is made."""
    found = latest_reading(seat.id)
    if found is None or found.sha256 is None or found.key is None:
        raise NotFound()
    key = sealing.unwrap_with_key(server_key("storage"), found.key, f"reading {found.id}".encode())
    return sealing.decrypt(key, files.read(found.sha256), aad=reading_place(found))


def readings_to_destroy() -> list[Reading]:
    """Copies that are still there though the panel is closed or their expert left it, locked."""
    statement = (
        select(Reading)
        .join(Seat, Seat.id == Reading.seat_id)
        .join(Panel, Panel.id == Seat.panel_id)
        .where(
            Reading.sha256.is_not(None),
            or_(Panel.status == PanelStatus.CLOSED, Seat.status != SeatStatus.ACCEPTED),
        )
        .order_by(Reading.asked_at)
        .with_for_update(of=Reading)
    )
    return list(db.session.scalars(statement))
