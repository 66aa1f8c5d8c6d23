"""Whom to remind, once for each step: of open sheets, and of the signature."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.core import clock
from portal.core.db import add, use_case
from portal.panels.models import Panel, Seat
from portal.scoring import queries
from portal.scoring.models import ScoringReminder

PATIENCE = timedelta(hours=24)


@dataclass(frozen=True)
class Late:
    """An expert the panel waits for: with ``open_sheets`` to lock, or with none, for the signature."""

    panel: Panel
    seat: Seat
    open_sheets: int


@use_case
def remind() -> list[Late]:
    """Note and return the experts who have kept a panel waiting for a day and were not reminded of that step yet."""
    found = []
    now = clock.now()
    for panel in queries.scoring_panels():
        for step, late in _late(panel, now):
            if not queries.was_reminded(late.seat.id, step):
                add(ScoringReminder(seat_id=late.seat.id, step=step, sent_at=now))
                found.append(late)
    return found


def _late(panel: Panel, now: datetime) -> Iterable[tuple[str, Late]]:
    since = queries.opened_at(panel.id)
    comparison = queries.comparison_in_force(panel.id)
    for row in queries.progress(panel):
        if not row.has_locked:
            if row.seat.id in since and since[row.seat.id] <= now - PATIENCE:
                yield "lock", Late(panel, row.seat, row.sheets - row.locked)
        elif comparison and row.seat.concluded_at is None and comparison.compared_at <= now - PATIENCE:
            yield f"sign-{comparison.number}", Late(panel, row.seat, 0)
