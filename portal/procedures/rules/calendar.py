"""What the calendar of working days may be told."""

from collections.abc import Mapping
from datetime import date

from portal.core.calendar import DayKind
from portal.core.errors import Problem, problem
from portal.core.text import N_

OFFICIAL = (DayKind.HOLIDAY, DayKind.ADJUSTED)  # all other days follow from the weekday
ENTERED = (*OFFICIAL, DayKind.LOCAL_HOLIDAY)
STATUTORY_DAYS_OFF = 13  # 全国年节及纪念日放假办法, in force since 2025-01-01, article 2
ALWAYS_OFF = (
    (1, 1),
    (5, 1),
    (5, 2),
    (10, 1),
    (10, 2),
    (10, 3),
)  # those of the 13 that follow the solar calendar
_SATURDAY = 5


def check_day(
    day: date,
    kind: DayKind,
    source: str,
    published: bool,
    *,
    today: date | None = None,
    before: DayKind | None = None,
) -> list[Problem]:
    """What is wrong with entering ``day`` as ``kind`` from the notice ``source``; ``before`` is its entry so far.

    A local day off is announced by the local government, also in a published year, but only ahead of time, and
    it replaces nothing that the official notice says.
    """
    problems = []
    if kind == DayKind.LOCAL_HOLIDAY:
        if today is not None and day <= today:
            problems.append(problem(N_("A local day off is entered before it comes."), field="day"))
        if before in OFFICIAL:
            problems.append(problem(N_("The official notice says already what this day is."), field="day"))
    elif published:
        problems.append(
            problem(
                N_("The calendar of %(year)s is published and does not change."), field="day", year=day.year
            )
        )
    if kind not in ENTERED:
        problems.append(problem(N_("Enter days off and working weekends only."), field="kind"))
    if kind == DayKind.ADJUSTED and day.weekday() < _SATURDAY:
        problems.append(
            problem(N_("Only a Saturday or Sunday can be a working day in exchange."), field="kind")
        )
    return problems + _source_missing(source)


def check_year(year: int, days: Mapping[date, DayKind], source: str, published: bool) -> list[Problem]:
    """What stands in the way of publishing a year with these days: the notice, or days that it must name."""
    if published:
        return [problem(N_("The calendar of %(year)s is published and does not change."), year=year)]
    off = {day for day, kind in days.items() if kind == DayKind.HOLIDAY and day.year == year}
    problems = [
        problem(N_("%(day)s is a public holiday by law and is not entered as a day off."), day=day)
        for month, number in ALWAYS_OFF
        if (day := date(year, month, number)) not in off
    ]
    if len(off) < STATUTORY_DAYS_OFF:
        problems.append(
            problem(N_("%(entered)s days off are entered; the law knows %(least)s."), entered=len(off), least=STATUTORY_DAYS_OFF)
        )  # fmt: skip
    return problems + _source_missing(source)


def _source_missing(source: str) -> list[Problem]:
    return [] if source.strip() else [problem(N_("Please name the official notice."), field="source")]
