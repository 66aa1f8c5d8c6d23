"""Reads of procedures and of the calendar."""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from portal.core.calendar import Calendar
from portal.core.db import db
from portal.core.errors import NotFound
from portal.procedures import rules
from portal.procedures.models import CalendarDay, CalendarYear
from portal.procedures.values import Procedure

DATA = Path(__file__).parent / "data"


def procedure(code: str, on: date) -> Procedure:
    """The procedure ``code`` as in force on the day ``on``. Raises ``NotFound`` for an unknown code."""
    packaged = _packaged().get(code)
    if packaged is None:
        raise NotFound()
    return rules.effective(packaged, on)


def procedures(on: date) -> list[Procedure]:
    """All procedures as in force on the day ``on``, by code."""
    return [rules.effective(packaged, on) for _code, packaged in sorted(_packaged().items())]


def calendar() -> Calendar:
    """The calendar of working days as the tables have it (two queries)."""
    days = db.session.execute(select(CalendarDay.day, CalendarDay.kind))
    years = db.session.scalars(select(CalendarYear.year))
    return Calendar({row[0]: row[1] for row in days}, frozenset(years))


@cache
def _packaged() -> dict[str, dict[str, Any]]:
    files = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(DATA.glob("*.json"))]
    return {packaged["code"]: packaged for packaged in files}
