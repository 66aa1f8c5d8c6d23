"""Score sheets, marks, and the frozen ranking."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model, Versioned, append_only
from portal.core.types import enum_column
from portal.scoring.values import SheetStatus


class ScoreSheet(Versioned, Model):
    """One expert's marks for one proposal. Nobody but that expert reads it before all have locked."""

    __tablename__ = "score_sheet"
    __table_args__ = (
        UniqueConstraint("seat_id", "bid_id"),
        CheckConstraint("(submitted_at IS NOT NULL) >= (status = 'submitted')", name="submitted_has_time"),
    )

    panel_id: Mapped[UUID] = mapped_column(ForeignKey("panel.id"), index=True)
    seat_id: Mapped[UUID] = mapped_column(ForeignKey("seat.id"), index=True)
    bid_id: Mapped[UUID] = mapped_column(ForeignKey("bid.id"), index=True)
    status: Mapped[SheetStatus] = enum_column(SheetStatus, default=SheetStatus.OPEN, index=True)
    comment: Mapped[str] = mapped_column(default="")
    submitted_at: Mapped[datetime | None]


class Mark(Model):
    """One mark on one criterion, with a reason where the rules want one."""

    __tablename__ = "mark"
    __table_args__ = (
        UniqueConstraint("sheet_id", "criterion_id"),
        CheckConstraint("value >= 0", name="not_below_zero"),
    )

    sheet_id: Mapped[UUID] = mapped_column(ForeignKey("score_sheet.id"), index=True)
    criterion_id: Mapped[UUID] = mapped_column(ForeignKey("criterion.id"))
    value: Mapped[Decimal]
    reason: Mapped[str] = mapped_column(default="")


class Ranking(Model):
    """A ranking of one lot as it was fixed: the whole evaluation record and its digest. Corrections are new rows."""

    __tablename__ = "ranking"
    __table_args__ = (UniqueConstraint("lot_id", "number"),)

    panel_id: Mapped[UUID] = mapped_column(ForeignKey("panel.id"), index=True)
    lot_id: Mapped[UUID] = mapped_column(ForeignKey("lot.id"), index=True)
    number: Mapped[int]
    record: Mapped[dict[str, Any]]
    digest: Mapped[str]
    fixed_at: Mapped[datetime]
    fixed_by: Mapped[UUID]


class RankingEntry(Model):
    """The place of one proposal in a ranking; ``parts`` holds the aggregated score of each criterion."""

    __tablename__ = "ranking_entry"
    __table_args__ = (UniqueConstraint("ranking_id", "bid_id"),)

    ranking_id: Mapped[UUID] = mapped_column(ForeignKey("ranking.id"), index=True)
    bid_id: Mapped[UUID] = mapped_column(ForeignKey("bid.id"), index=True)
    total: Mapped[Decimal]
    rank: Mapped[int | None]
    tie_reason: Mapped[str] = mapped_column(default="")
    below_line_reason: Mapped[str] = mapped_column(default="")
    parts: Mapped[dict[str, Any]]


append_only(Ranking)
append_only(RankingEntry)
