"""Working-day arithmetic on a given holiday table, with the reason for every day it counts.

Civil Code articles 201 and 203: the day of the event is not counted; a period that ends on a statutory day
off ends on the next day after it; the last day ends at 24:00. Saturday and Sunday alone decide nothing: the
yearly notice of the State Council turns some weekends into working days and some weekdays into days off.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from types import MappingProxyType
from zoneinfo import ZoneInfo

from portal.core.enums import Labelled
from portal.core.text import N_

SHANGHAI = ZoneInfo("Asia/Shanghai")

Pause = tuple[date, date]  # first and last day, both inside

_DAY = timedelta(days=1)
_SATURDAY = 5
_YEAR_END = (12, 24)


class DayKind(Labelled):
    """What a day is for counting; ``HOLIDAY`` includes weekdays off in exchange for a working weekend."""

    WORKING = "working", N_("Working day")
    ADJUSTED = "adjusted", N_("Working day in exchange"), "warn"
    WEEKEND = "weekend", N_("Weekend")
    HOLIDAY = "holiday", N_("Public holiday"), "bad"
    LOCAL_HOLIDAY = "local_holiday", N_("Local holiday"), "bad"

    @property
    def works(self) -> bool:
        """Whether offices are open."""
        return self in (DayKind.WORKING, DayKind.ADJUSTED)


class Why(Labelled):
    """Why a day counts towards a period or not."""

    EVENT = "event", N_("The day of the event is not counted")
    COUNTED = "counted", N_("Counted")
    DAY_OFF = "day_off", N_("Day off, passed over")
    LAST_DAY_OFF = "last_day_off", N_("The last day is a day off, so the period moves on"), "warn"
    PAUSED = "paused", N_("The period is paused, not counted"), "warn"
    MOVED = "moved", N_("Nearest working day, the period ends here"), "good"


@dataclass(frozen=True, slots=True)
class Step:
    """One day of a walk: what it is, whether it counts, and why."""

    day: date
    kind: DayKind
    counted: bool
    why: Why


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbouring days of a walk of one kind, and how many of them count."""

    first: date
    last: date
    kind: DayKind
    why: Why
    counted: int


@dataclass(frozen=True, slots=True)
class Walk:
    """A counted period: ``end`` is its last day, ``days`` explains each day in the order walked.

    ``provisional`` means that the official notice for one of the days is not published yet, so ``end`` has
    to be computed again when it is.
    """

    start: date
    end: date
    days: tuple[Step, ...]
    provisional: bool

    @property
    def stretches(self) -> list[Stretch]:
        """The walk told briefly: neighbouring days of the same kind that count, or not, for the same reason."""
        groups = groupby(self.days, lambda step: (step.kind, step.why))
        return [
            Stretch(min(run)[0], max(run)[0], kind, why, sum(counted for _day, counted in run))
            for (kind, why), steps in groups
            if (run := [(step.day, step.counted) for step in steps])
        ]


@dataclass(frozen=True)
class Calendar:
    """Official days by ``days``, local ones by ``overlay``; what neither names is Monday to Friday or weekend.

    ``published_years`` are the years whose official notice is in ``days``.
    """

    days: Mapping[date, DayKind]
    published_years: frozenset[int]
    overlay: Mapping[date, DayKind] = field(default_factory=lambda: MappingProxyType({}))

    def kind(self, day: date) -> DayKind:
        """Tell what ``day`` is: the local overlay first, then the official table, then the weekday."""
        known = self.overlay.get(day) or self.days.get(day)
        return known or (DayKind.WEEKEND if day.weekday() >= _SATURDAY else DayKind.WORKING)

    def is_working_day(self, day: date) -> bool:
        """Whether offices are open on ``day``."""
        return self.kind(day).works

    def is_provisional(self, day: date) -> bool:
        """Whether a notice that decides on ``day`` is not published yet.

        The last week of December also waits for the next year's notice, which arranges New Year and has
        moved days before it (2018-12-31 was off, 2011-12-31 a working Saturday).
        """
        wanted = {day.year, day.year + 1} if (day.month, day.day) >= _YEAR_END else {day.year}
        return not wanted <= self.published_years

    def next_working_day(self, day: date) -> date:
        """Give the first working day after ``day``."""
        return self._nearest(day + _DAY, _DAY)

    def working_days_between(self, start: date, end: date) -> int:
        """Count working days after ``start`` up to and including ``end``; 0 when ``end`` is not later."""
        span = range(1, (end - start).days + 1)
        return sum(self.is_working_day(start + timedelta(days=n)) for n in span)

    def add_working_days(
        self, start: date, n: int, *, count_first_day: bool = False, paused: Sequence[Pause] = ()
    ) -> Walk:
        """Count ``n`` working days from ``start``; the n-th one is the last day.

        ``count_first_day`` lets ``start`` itself count when it is a working day, as some notices do. Days of a
        ``paused`` stretch are passed over and the count goes on after it (Implementing Regulation of the
        Government Procurement Law, article 58). Raises ``ValueError`` when nothing would be counted.
        """
        return self._walk_working_days(start, n, _DAY, count_first_day, paused)

    def subtract_working_days(self, end: date, n: int) -> Walk:
        """Count ``n`` working days back from ``end``, which is not counted itself.

        The walk ends on the latest working day for an act due at least ``n`` working days before ``end``.
        """
        return self._walk_working_days(end, n, -_DAY, False)

    def add_days(
        self,
        start: date,
        n: int,
        *,
        count_first_day: bool = False,
        roll: bool = True,
        paused: Sequence[Pause] = (),
    ) -> Walk:
        """Count ``n`` calendar days from ``start``; with ``roll`` a last day off moves to the next working day.

        Days of a ``paused`` stretch are passed over. Raises ``ValueError`` when nothing would be counted.
        """
        return self._walk_days(start, n, _DAY, count_first_day, roll, paused)

    def subtract_days(self, end: date, n: int, *, roll: bool = False) -> Walk:
        """Count ``n`` calendar days back from ``end``, which is not counted itself.

        The walk ends on the latest day for an act that must happen at least ``n`` days before ``end``. Days
        off inside change nothing; ``roll`` moves a last day off to an earlier working day, never to a later one.
        """
        return self._walk_days(end, n, -_DAY, False, roll)

    def _walk_working_days(
        self, start: date, n: int, step: timedelta, count_first_day: bool, paused: Sequence[Pause] = ()
    ) -> Walk:
        _at_least(n, count_first_day)
        steps = [] if count_first_day else [self._step(start, Why.EVENT)]
        day = start if count_first_day else start + step
        left = n
        while left:
            why = Why.COUNTED if self.is_working_day(day) else Why.DAY_OFF
            why = Why.PAUSED if _is_paused(day, paused) else why
            steps.append(self._step(day, why))
            left -= why is Why.COUNTED
            day += step
        return self._walk(start, steps)

    def _walk_days(
        self,
        start: date,
        n: int,
        step: timedelta,
        count_first_day: bool,
        roll: bool,
        paused: Sequence[Pause] = (),
    ) -> Walk:
        _at_least(n, count_first_day)
        steps = [] if count_first_day else [self._step(start, Why.EVENT)]
        day = start if count_first_day else start + step
        left = n
        while left:
            why = Why.PAUSED if _is_paused(day, paused) else Why.COUNTED
            steps.append(self._step(day, why))
            left -= why is Why.COUNTED
            day += step
        return self._walk(start, self._rolled(steps, step) if roll else steps)

    def _rolled(self, steps: list[Step], step: timedelta) -> list[Step]:
        *before, last = steps
        if last.kind.works:
            return steps
        landing = self._nearest(last.day, step)
        gap = range(1, abs((landing - last.day).days))
        skipped = [self._step(last.day + step * i, Why.DAY_OFF) for i in gap]
        return [*before, replace(last, why=Why.LAST_DAY_OFF), *skipped, self._step(landing, Why.MOVED)]

    def _nearest(self, day: date, step: timedelta) -> date:
        while not self.is_working_day(day):
            day += step
        return day

    def _step(self, day: date, why: Why) -> Step:
        return Step(day, self.kind(day), why is Why.COUNTED, why)

    def _walk(self, start: date, steps: list[Step]) -> Walk:
        provisional = any(self.is_provisional(step.day) for step in steps)
        return Walk(start, steps[-1].day, tuple(steps), provisional)


def end_of_day(day: date) -> datetime:
    """Give the instant at which ``day`` ends in China (24:00), in UTC; what happens then is already too late."""
    return datetime.combine(day + _DAY, time(), SHANGHAI).astimezone(UTC)


def _is_paused(day: date, paused: Sequence[Pause]) -> bool:
    return any(first <= day <= last for first, last in paused)


def _at_least(n: int, count_first_day: bool) -> None:
    lowest = 1 if count_first_day else 0
    if n < lowest:
        raise ValueError(f"a period of {n} days cannot be counted")
