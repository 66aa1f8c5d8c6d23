"""Reads of procedures and of the calendar."""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select

from portal.core.calendar import Calendar, DayKind
from portal.core.db import db
from portal.core.errors import NotFound
from portal.parties.models import Unit
from portal.procedures import rules
from portal.procedures.models import CalendarDay, CalendarYear, ProcedureFigure
from portal.procedures.values import Procedure

DATA = Path(__file__).parent / "data"


def procedure(code: str, on: date) -> Procedure:
    """The procedure ``code`` as in force on the day ``on`` (one query). Raises ``NotFound`` for an unknown code."""
    return rules.effective(packaged(code), on, [row.plain for row in added(code)])


def procedures(on: date) -> list[Procedure]:
    """All procedures as in force on the day ``on``, by code (one query)."""
    ours = [row.plain for row in added()]
    return [rules.effective(raw, on, ours) for _code, raw in sorted(_packaged().items())]


def as_packaged(code: str, on: date) -> Procedure:
    """The procedure as the packaged file has it, without versions added here; asks no database."""
    return rules.effective(packaged(code), on)


def packaged(code: str) -> dict[str, Any]:
    """The packaged file of a procedure with all its versions. Raises ``NotFound`` for an unknown code."""
    raw = _packaged().get(code)
    if raw is None:
        raise NotFound()
    return raw


def added(code: str | None = None) -> list[ProcedureFigure]:
    """The versions of figures added here, youngest first; of one procedure, or of all."""
    statement = select(ProcedureFigure).order_by(ProcedureFigure.since.desc(), ProcedureFigure.name)
    if code is not None:
        statement = statement.where(ProcedureFigure.procedure == code)
    return list(db.session.scalars(statement))


def calendar() -> Calendar:
    """The calendar of working days as the tables have it, local days off laid over it (two queries)."""
    found = {row[0]: row[1] for row in db.session.execute(select(CalendarDay.day, CalendarDay.kind))}
    years = db.session.scalars(select(CalendarYear.year))
    local = {day: kind for day, kind in found.items() if kind == DayKind.LOCAL_HOLIDAY}
    official = {day: kind for day, kind in found.items() if day not in local}
    return Calendar(official, frozenset(years), local)


def is_published(year: int) -> bool:
    """Whether the official notice of the year is in the calendar."""
    return bool(db.session.scalar(select(exists().where(CalendarYear.year == year))))


def years() -> list[CalendarYear]:
    """The published years, newest first; empty until ``flask calendar load`` or an administrator filled it."""
    return list(db.session.scalars(select(CalendarYear).order_by(CalendarYear.year.desc())))


def special_days(year: int) -> list[CalendarDay]:
    """The days of a year that differ from Monday to Friday, in order."""
    within = CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
    return list(db.session.scalars(select(CalendarDay).where(within).order_by(CalendarDay.day)))


def find_day(day: date) -> CalendarDay | None:
    """The entry of a day, if it differs."""
    return db.session.scalars(select(CalendarDay).where(CalendarDay.day == day)).first()


def keeping_units() -> frozenset[UUID]:
    """The topmost units; the calendar is the same for all below."""
    return frozenset(db.session.scalars(select(Unit.id).where(Unit.parent_id.is_(None))))


@cache
def _packaged() -> dict[str, dict[str, Any]]:
    files = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(DATA.glob("*.json"))]
    for raw in files:
        if wrong := rules.faults(raw):
            raise ValueError(f"procedure {raw.get('code')}: {'; '.join(wrong)}")
    return {raw["code"]: raw for raw in files}
