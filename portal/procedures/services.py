"""Use cases of procedures: the calendar of working days as officially announced."""

from collections import Counter
from datetime import date
from importlib.metadata import version
from uuid import UUID

from chinese_calendar import constants
from sqlalchemy import insert

from portal.core import audit
from portal.core.calendar import DayKind
from portal.core.db import add, db, get, use_case
from portal.core.errors import Invalid, problem
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.procedures import queries, rules
from portal.procedures.models import CalendarDay, CalendarYear
from portal.procedures.policies import may_keep_calendar

PACKAGE = "chinesecalendar"


@use_case
def seed_calendar(*, actor: Actor) -> int:
    """Load the years that the packaged table knows (2004–2026) and return how many days were written.

    A year that is published or that has an entry already is left as it is, so loading twice changes nothing.
    """
    require(may_keep_calendar, actor, queries.keeping_units())
    known = queries.calendar()
    taken = known.published_years | {day.year for day in known.days}
    kinds = dict.fromkeys(constants.holidays, DayKind.HOLIDAY) | dict.fromkeys(
        constants.workdays, DayKind.ADJUSTED
    )
    fresh = {day: kind for day, kind in kinds.items() if day.year not in taken}
    source = f"国务院办公厅年度部分节假日安排通知，取自 {PACKAGE} {version(PACKAGE)}"
    if fresh:
        db.session.execute(
            insert(CalendarDay), [{"day": day, "kind": kind, "source": source} for day, kind in fresh.items()]
        )
    for year, count in sorted(Counter(day.year for day in fresh).items()):
        row = add(CalendarYear(year=year, source=source))
        audit.record("calendar_year.load", row, actor, year=year, days=count, source=source)
    return len(fresh)


@use_case
def set_day(*, actor: Actor, day: date, kind: DayKind, source: str) -> CalendarDay:
    """Enter a day off or a working weekend of a year that is not published yet, or change it. Raises ``Invalid``."""
    require(may_keep_calendar, actor, queries.keeping_units())
    problems = rules.check_day(day, kind, source, queries.is_published(day.year))
    if problems:
        raise Invalid(*problems)
    row = queries.find_day(day)
    if row is None:
        row = add(CalendarDay(day=day, kind=kind, source=source.strip()))
        audit.record("calendar_day.enter", row, actor, day=day.isoformat(), kind=kind, source=row.source)
        return row
    before = {"kind": row.kind, "source": row.source}
    row.kind, row.source = kind, source.strip()
    audit.record(
        "calendar_day.change", row, actor, day=day.isoformat(), before=before, kind=kind, source=row.source
    )
    return row


@use_case
def remove_day(*, actor: Actor, day_id: UUID) -> None:
    """Take a day of an unpublished year out again; the audit keeps what it said. Raises ``Invalid``."""
    require(may_keep_calendar, actor, queries.keeping_units())
    row = get(CalendarDay, day_id, lock=True)
    if queries.is_published(row.day.year):
        raise Invalid(
            problem(N_("The calendar of %(year)s is published and does not change."), year=row.day.year)
        )
    audit.record("calendar_day.remove", row, actor, day=row.day.isoformat(), kind=row.kind, source=row.source)
    db.session.delete(row)


@use_case
def publish_year(*, actor: Actor, year: int, source: str) -> CalendarYear:
    """Declare that the official notice of ``year`` is entered in full: its dates are provisional no longer.

    Raises ``Invalid`` naming the days that the law demands and nobody entered.
    """
    require(may_keep_calendar, actor, queries.keeping_units())
    days = {row.day: row.kind for row in queries.special_days(year)}
    problems = rules.check_year(year, days, source, queries.is_published(year))
    if problems:
        raise Invalid(*problems)
    row = add(CalendarYear(year=year, source=source.strip()))
    audit.record("calendar_year.publish", row, actor, year=year, days=len(days), source=row.source)
    return row
