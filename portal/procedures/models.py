"""The calendar of working days as officially announced."""

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from portal.core.calendar import DayKind
from portal.core.db import Model
from portal.core.types import enum_column


class CalendarDay(Model):
    """A day that differs from Monday-to-Friday: a day off, or a weekend day on which people work."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(unique=True)
    kind: Mapped[DayKind] = enum_column(DayKind)
    source: Mapped[str]


class CalendarYear(Model):
    """A year whose official notice is in the table; dates in other years are provisional."""

    __tablename__ = "calendar_year"

    year: Mapped[int] = mapped_column(unique=True)
    source: Mapped[str]
