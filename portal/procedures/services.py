"""Use cases of procedures: versions of their figures, and the calendar of working days as officially announced."""

from collections import Counter
from datetime import date
from importlib.metadata import version
from uuid import UUID

from chinese_calendar import constants
from sqlalchemy import insert

from portal.core import audit, clock, outbox
from portal.core.calendar import DayKind
from portal.core.db import add, db, get, use_case
from portal.core.errors import Invalid, problem
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.procedures import queries, rules
from portal.procedures.models import CalendarDay, CalendarYear, ProcedureFigure
from portal.procedures.policies import may_keep_calendar, may_keep_procedures
from portal.procedures.values import LocalFigure

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
    fresh = {day: kind for day, kind in kinds.items() if day.year not in taken and day not in known.overlay}
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
    """Enter a day off or a working weekend of a year that is not published yet, or change it.

    A local day off may be entered in any year, ahead of time; then ``calendar.changed`` is emitted, because dates
    that were computed already may move. Raises ``Invalid``.
    """
    require(may_keep_calendar, actor, queries.keeping_units())
    row = queries.find_day(day)
    problems = rules.check_day(
        day,
        kind,
        source,
        queries.is_published(day.year),
        today=clock.today(),
        before=row.kind if row else None,
    )
    if problems:
        raise Invalid(*problems)
    if kind == DayKind.LOCAL_HOLIDAY:
        outbox.emit("calendar.changed", first=day.isoformat(), last=day.isoformat())
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
    local = row.kind == DayKind.LOCAL_HOLIDAY
    if local and row.day <= clock.today():
        raise Invalid(problem(N_("A local day off that has come stays.")))
    if local:
        outbox.emit("calendar.changed", first=row.day.isoformat(), last=row.day.isoformat())
    elif queries.is_published(row.day.year):
        raise Invalid(
            problem(N_("The calendar of %(year)s is published and does not change."), year=row.day.year)
        )
    audit.record("calendar_day.remove", row, actor, day=row.day.isoformat(), kind=row.kind, source=row.source)
    db.session.delete(row)


@use_case
def publish_year(*, actor: Actor, year: int, source: str) -> CalendarYear:
    """Declare that the official notice of ``year`` is entered in full: its dates are provisional no longer.

    Emits ``calendar.changed``, so that dates computed before are computed again. Raises ``Invalid`` naming the days
    that the law demands and nobody entered.
    """
    require(may_keep_calendar, actor, queries.keeping_units())
    days = {row.day: row.kind for row in queries.special_days(year)}
    problems = rules.check_year(year, days, source, queries.is_published(year))
    if problems:
        raise Invalid(*problems)
    row = add(CalendarYear(year=year, source=source.strip()))
    audit.record("calendar_year.publish", row, actor, year=year, days=len(days), source=row.source)
    outbox.emit("calendar.changed", first=f"{year - 1}-12-24", last=f"{year}-12-31")
    return row


@use_case
def add_figure(*, actor: Actor, new: LocalFigure) -> ProcedureFigure:
    """Add a version of one figure of a procedure from ``new.since`` on; what is there never changes.

    ``new.value`` has the unit of the packaged figure. Raises ``Invalid`` for a day before tomorrow, a missing
    source or reason, and a figure weaker than a confirmed rule; ``NotFound`` for an unknown procedure.
    """
    require(may_keep_procedures, actor, queries.keeping_units())
    law = rules.statutory(queries.packaged(new.procedure), new.name, new.since)
    taken = any(row.name == new.name and row.since == new.since for row in queries.added(new.procedure))
    problems = rules.check_local(new, law, today=clock.today(), taken=taken)
    if problems:
        raise Invalid(*problems)
    before = queries.procedure(new.procedure, new.since).figures[new.name]
    row = add(
        ProcedureFigure(
            procedure=new.procedure, name=new.name, value=new.value, count_first_day=new.count_first_day, since=new.since,
            source=new.source.strip(), reason=new.reason.strip(), created_at=clock.now(), created_by=actor.user_id,
            created_by_name=actor.name,
        )
    )  # fmt: skip
    audit.record(
        "procedure_figure.add", row, actor, procedure=row.procedure, name=row.name, before=before.value, value=row.value,
        since=row.since.isoformat(), source=row.source, reason=row.reason,
    )  # fmt: skip
    return row
