"""Periods of a call: the time for proposals, and the time of the projects."""

from datetime import date, datetime

from portal.core.calendar import SHANGHAI, Calendar
from portal.core.errors import Problem, problem
from portal.core.text import N_
from portal.procedures.rules import count, count_back, lasts, timetable
from portal.procedures.values import Due, Event, Figure, FigureUnit, Procedure
from portal.tenders.values import TenderDraft

_BEFORE_DEADLINE = ("submission", "documents")


def check_deadline(
    values: TenderDraft, calendar: Calendar, procedure: Procedure, now: datetime
) -> list[Problem]:
    """Domain.md section 8 rows 1, 2, 8, 9, 11 and section 9: a deadline on a day off is refused, never moved silently."""
    if values.deadline_at is None:
        return []
    today, day = now.astimezone(SHANGHAI).date(), values.deadline_at.astimezone(SHANGHAI).date()
    if values.deadline_at <= now:
        return [problem(N_("The deadline has passed already."), field="deadline_at")]
    found = []
    if not calendar.is_working_day(day):
        found.append(
            problem(
                N_("The deadline falls on %(day)s, which is a day off (%(kind)s). Please choose a working day, for example %(next)s."),
                field="deadline_at", day=day, kind=calendar.kind(day), next=calendar.next_working_day(day),
            )
        )  # fmt: skip
    start = _first_day(values, today)
    for name in _BEFORE_DEADLINE:
        if short := _too_short(start, day, procedure.periods[name], calendar):
            found.append(short)
    return found


def check_announced(values: TenderDraft, calendar: Calendar, procedure: Procedure) -> list[Problem]:
    """The notices that come before some calls were published early enough (domain.md section 8 rows 12 and 13)."""
    call, found = values.documents_from, []
    intention, sole = (procedure.figures.get(name) for name in ("intention", "single_source_publicity"))
    if intention and values.intention_on and call:
        latest = count_back(calendar, intention, call).end
        if values.intention_on > latest:
            text = N_(
                "The purchase intention must be published on %(latest)s at the latest for a call on %(call)s (%(source)s)."
            )
            found.append(
                problem(text, field="intention_on", latest=latest, call=call, source=intention.source)
            )
    if sole and values.sole_source_on and call:
        over = count(calendar, sole, values.sole_source_on).end
        if call <= over:
            text = N_(
                "The public notice of the single source runs until the end of %(over)s; the call comes after it (%(source)s)."
            )
            found.append(problem(text, field="sole_source_on", over=over, source=sole.source))
    return found


def unannounced(values: TenderDraft, procedure: Procedure) -> list[Problem]:
    """A single source is in public notice before the call (Implementing Regulation, article 38): the day is missing."""
    sole = procedure.figures.get("single_source_publicity")
    if sole is None or values.sole_source_on:
        return []
    text = N_(
        "Please give the day on which the public notice of the single source was published (%(source)s)."
    )
    return [problem(text, field="sole_source_on", source=sole.source)]


def dates(values: TenderDraft, calendar: Calendar, procedure: Procedure, today: date) -> list[Due]:
    """Every date that follows from the planned day of publication and the deadline, each with the days counted."""
    events = {Event.CALL: _first_day(values, today)}
    if values.deadline_at is not None:
        events[Event.DEADLINE] = values.deadline_at.astimezone(SHANGHAI).date()
    return timetable(procedure, calendar, events)


def earliest_deadline(values: TenderDraft, calendar: Calendar, procedure: Procedure, today: date) -> date:
    """The first working day that leaves every period before the deadline whole."""
    start = _first_day(values, today)
    day = max(count(calendar, procedure.periods[name], start).end for name in _BEFORE_DEADLINE)
    return day if calendar.is_working_day(day) else calendar.next_working_day(day)


def _first_day(values: TenderDraft, today: date) -> date:
    return max(values.documents_from or today, today)


def _too_short(start: date, end: date, figure: Figure, calendar: Calendar) -> Problem | None:
    """A period of at least ``figure`` between two days; the first day counts only where the rule says so (Civil Code 201)."""
    has, earliest = lasts(calendar, figure, start, end), count(calendar, figure, start).end
    if figure.unit == FigureUnit.WORKING_DAYS:
        has += figure.count_first_day and calendar.is_working_day(start)
        text = N_(
            "From %(start)s to the deadline on %(end)s there are %(has)s working days; at least %(wanted)s are required (%(source)s). The earliest lawful deadline is %(earliest)s."
        )
    else:
        has += figure.count_first_day
        text = N_(
            "From %(start)s to the deadline on %(end)s there are %(has)s days; at least %(wanted)s are required (%(source)s). The earliest lawful deadline is %(earliest)s."
        )
    if has >= figure.value:
        return None
    return problem(
        text, field="deadline_at", start=start, end=end, has=max(has, 0), wanted=figure.value, source=figure.source, earliest=earliest,
    )  # fmt: skip


def check_project(values: TenderDraft, procedure: Procedure) -> list[Problem]:
    """The projects start after the deadline and last no longer than the procedure allows (row 49)."""
    starts, ends = values.project_starts_on, values.project_ends_on
    found = []
    if starts and values.deadline_at and starts <= values.deadline_at.astimezone(SHANGHAI).date():
        found.append(problem(N_("The projects must start after the deadline."), field="project_starts_on"))
    if starts and ends and ends <= starts:
        found.append(problem(N_("The projects end before they start."), field="project_ends_on"))
    limit = procedure.periods["project"]
    if starts and ends and (ends - starts).days + 1 > limit.value:
        found.append(
            problem(
                N_("The projects last %(has)s days; at most %(limit)s are allowed (%(source)s)."),
                field="project_ends_on", has=(ends - starts).days + 1, limit=limit.value, source=limit.source,
            )
        )  # fmt: skip
    return found
