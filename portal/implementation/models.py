"""Milestones, progress reports and reminders."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model, Versioned
from portal.core.types import enum_column
from portal.implementation.values import MilestoneStatus


class Milestone(Versioned, Model):
    """A milestone of a contract."""

    __tablename__ = "milestone"
    __table_args__ = (
        UniqueConstraint("contract_id", "position"),
        CheckConstraint("(status = 'met') = (met_at IS NOT NULL)", name="met_has_time"),
    )

    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"), index=True)
    position: Mapped[int]
    title: Mapped[str]
    due_on: Mapped[date] = mapped_column(index=True)
    status: Mapped[MilestoneStatus] = enum_column(
        MilestoneStatus, default=MilestoneStatus.SCHEDULED, index=True
    )
    met_at: Mapped[datetime | None]


class Report(Model):
    """A progress report on a milestone; a returned one stays, the next one is a new row.

    ``person_times`` (人次) counts attendances and is kept apart from ``persons``, distinct people.
    """

    __tablename__ = "report"

    milestone_id: Mapped[UUID] = mapped_column(ForeignKey("milestone.id"), index=True)
    text: Mapped[str]
    sessions: Mapped[int]
    person_times: Mapped[int]
    persons: Mapped[int]
    volunteers: Mapped[int]
    submitted_at: Mapped[datetime]
    submitted_by: Mapped[UUID]
    accepted: Mapped[bool | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    decision_reason: Mapped[str | None]


class ReportFile(Model):
    """A piece of evidence of a report."""

    __tablename__ = "report_file"

    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id"), index=True)
    file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id"))


class Reminder(Model):
    """A reminder that was sent; the key makes it happen once."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("milestone_id", "kind"),)

    milestone_id: Mapped[UUID] = mapped_column(ForeignKey("milestone.id"), index=True)
    kind: Mapped[str]
    sent_at: Mapped[datetime]
