"""Use cases of the evening's reading: ask for it, keep what the job made, destroy it after the panel."""

from functools import partial
from uuid import UUID

from portal.core import audit, clock, files, outbox, sealing
from portal.core.db import add, after_commit, get, use_case
from portal.core.errors import Invalid, problem
from portal.core.keys import server_key
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.scoring import queries
from portal.scoring.models import Reading
from portal.scoring.policies import may_sign_sheets
from portal.scoring.services.running import require_running


@use_case
def request_reading(*, actor: Actor, panel_id: UUID) -> Reading:
    """Ask for all proposals of the panel in one PDF that names the reader on each page; emits ``reading.asked``.

    Raises ``Invalid`` while one is being made and after the panel is closed.
    """
    seat = queries.my_seat(actor, panel_id)
    require(may_sign_sheets, actor, seat)
    require_running(seat.panel)
    latest = queries.latest_reading(seat.id)
    if latest is not None and latest.made_at is None:
        raise Invalid(problem(N_("The reading is being made already.")))
    reading = add(Reading(seat_id=seat.id, asked_at=clock.now()))
    audit.record("reading.ask", reading, actor)
    outbox.emit("reading.asked", reading_id=reading.id)
    return reading


@use_case
def keep_reading(*, reading_id: UUID, pdf: bytes) -> Reading:
    """Store the PDF under a key of its own that only the storage key opens; an earlier one is destroyed."""
    reading = get(Reading, reading_id, lock=True)
    for earlier in queries.earlier_readings(reading):
        if earlier.sha256:
            files.discard(earlier.sha256)
        earlier.sha256 = earlier.key = None
    key = sealing.new_key()
    sealed = sealing.encrypt(key, pdf, aad=queries.reading_place(reading))
    reading.sha256, reading.made_at = files.keep(sealed), clock.now()
    reading.key = sealing.wrap_with_key(server_key("storage"), key, f"reading {reading.id}".encode())
    return reading


@use_case
def destroy_readings() -> int:
    """Destroy the copies for the evening of panels whose work is over, and of experts who left; how many went.

    Key and file go, the row stays: who asked for a copy and when remains on record.
    """
    found = queries.readings_to_destroy()
    for reading in found:
        sha256 = reading.sha256
        reading.sha256 = reading.key = None
        audit.record("reading.destroy", reading, Actor.system("scoring"))
        if sha256 is not None:
            after_commit(partial(files.discard, sha256))
    return len(found)
