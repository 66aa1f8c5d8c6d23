"""The one clock. Nothing else in the portal asks the operating system for the time.

Tests and seed data set it; in demo mode a file moves it forward for every process at once, so that a visitor
can walk a call past its deadlines. It never moves backwards.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_override: Callable[[], datetime] | None = None
_demo_file: Path | None = None


def _system() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _override() if _override else _system() + demo_offset()


def today() -> date:
    """Today's date in Beijing."""
    return now().astimezone(SHANGHAI).date()


def local(instant: datetime) -> datetime:
    """``instant`` as wall-clock time in Beijing."""
    return instant.astimezone(SHANGHAI)


def at(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """The instant (UTC) of ``day`` at ``hour:minute`` in Beijing."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


def is_set() -> bool:
    """True while a test or the seed holds the clock, so that the database's clock must not be asked."""
    return _override is not None


class SettableClock:
    """A clock for tests and seed data: it stands still and only moves forward."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def __call__(self) -> datetime:
        """The instant this clock shows."""
        return self._now

    def move_to(self, instant: datetime) -> None:
        """Move forward to ``instant``; raises ``ValueError`` when it lies in the past."""
        if instant < self._now:
            raise ValueError("the clock never moves backwards")
        self._now = instant.astimezone(UTC)

    def advance(self, **delta: float) -> None:
        """Move forward by a ``timedelta`` given as keywords, for example ``days=3``."""
        self.move_to(self._now + timedelta(**delta))


@contextmanager
def use(clock: SettableClock) -> Iterator[SettableClock]:
    """Let the whole process read ``clock`` inside the ``with`` block."""
    global _override
    before, _override = _override, clock
    try:
        yield clock
    finally:
        _override = before


def enable_demo(path: Path | None) -> None:
    """Read the demo offset from ``path`` (seconds), or stop reading one when ``path`` is ``None``."""
    global _demo_file
    _demo_file = path


def demo_offset() -> timedelta:
    """How far the demo clock is ahead of the system clock; zero outside demo mode."""
    if _demo_file is None:
        return timedelta()
    try:
        return timedelta(seconds=int(_demo_file.read_text()))
    except FileNotFoundError:
        return timedelta()


def move_demo_to(instant: datetime) -> None:
    """Set the demo clock forward to ``instant``; raises ``ValueError`` outside demo mode or backwards."""
    if _demo_file is None:
        raise ValueError("the clock can be moved in demo mode only")
    if instant < now():
        raise ValueError("the clock never moves backwards")
    ahead = round((instant - _system()).total_seconds())
    temporary = _demo_file.with_suffix(".new")
    temporary.write_text(str(ahead))
    temporary.replace(_demo_file)
