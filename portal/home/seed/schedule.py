"""Stories in time: each says when it wants to act next, and the earliest always goes first.

So all stories share one clock that only moves forward, as the portal itself does.
"""

import heapq
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal.core import clock
from portal.core.calendar import Calendar
from portal.core.clock import SettableClock

Story = Generator[datetime, None, None]


def tell(
    stories: Iterable[Story], time: SettableClock, until: datetime, after_step: Callable[[], object]
) -> None:
    """Let every story act until ``until``; what it wants to do later than that stays undone.

    ``after_step`` runs whenever somebody has acted, so that papers, mails and milestones exist for the next.
    """
    waiting: list[tuple[datetime, int, Story]] = []
    for number, story in enumerate(stories):
        _put(waiting, number, story)
    while waiting and waiting[0][0] <= until:
        at, number, story = heapq.heappop(waiting)
        time.move_to(max(at, time()))
        _put(waiting, number, story)
        after_step()
    time.move_to(max(until, time()))


def _put(waiting: list[tuple[datetime, int, Story]], number: int, story: Story) -> None:
    following = next(story, None)
    if following is not None:
        heapq.heappush(waiting, (following, number, story))


class Days:
    """Instants in working hours, counted in working days from some day."""

    def __init__(self, calendar: Calendar, today: date) -> None:
        self.calendar, self.today = calendar, today

    def before(self, day: date, n: int) -> date:
        """The n-th working day before ``day``; 0 is ``day`` or the last working day before it."""
        if n == 0:
            return day if self.calendar.is_working_day(day) else self.before(day, 1)
        return self.calendar.subtract_working_days(day, n).end

    def after(self, day: date, n: int) -> date:
        """The n-th working day after ``day``; 0 is ``day`` or the next working day."""
        if n == 0:
            return day if self.calendar.is_working_day(day) else self.calendar.next_working_day(day)
        return self.calendar.add_working_days(day, n).end

    def ago(self, days: int) -> date:
        """The working day at or before so many days ago."""
        return self.before(self.today - timedelta(days=days), 0)


OPEN_AT_LEAST, RUNS_AT_LEAST = (
    12,
    20,
)  # days: from today, and from the publication, to the deadline of the open call


@dataclass(frozen=True)
class OpenCall:
    """The days of the open call: all but the deadline are past working days, each after the one before."""

    drafted: date
    published: date
    asked: date
    answered: date
    sealed: date
    resumed: date
    deadline: date


def open_call(days: Days) -> OpenCall:
    """The days of a call that is open today, whatever holidays lie around: the past counts back from today."""
    drafted, published, asked, answered, sealed, resumed = (
        days.before(days.today, n) for n in (8, 5, 4, 3, 2, 1)
    )
    earliest = max(days.today + timedelta(days=OPEN_AT_LEAST), published + timedelta(days=RUNS_AT_LEAST))
    return OpenCall(drafted, published, asked, answered, sealed, resumed, days.after(earliest, 0))


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """The instant of ``day`` at that time in Beijing."""
    return clock.at(day, hour, minute)
