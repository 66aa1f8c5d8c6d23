"""The calendar of working days as officially announced, and the figures of procedures that were added here."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.calendar import DayKind
from portal.core.db import Model, append_only
from portal.core.types import enum_column
from portal.procedures.values import LocalFigure


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


class ProcedureFigure(Model):
    """A version of one figure of a packaged procedure, valid from a day on; a later one replaces it, nothing changes it."""

    __tablename__ = "procedure_figure"
    __table_args__ = (UniqueConstraint("procedure", "name", "since"),)

    procedure: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    value: Mapped[int]
    count_first_day: Mapped[bool] = mapped_column(default=False)
    since: Mapped[date]
    source: Mapped[str]
    reason: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None]
    created_by_name: Mapped[str]

    @property
    def plain(self) -> LocalFigure:
        """The version as a value."""
        return LocalFigure(
            self.procedure, self.name, self.value, self.since, self.source, self.reason, self.count_first_day
        )


append_only(ProcedureFigure)
