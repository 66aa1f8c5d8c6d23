"""Score sheets, marks, and the frozen ranking."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.bids.models import Bid
from portal.core import clock
from portal.core.db import Model, Versioned, append_only
from portal.core.types import enum_column
from portal.panels.models import Panel, Seat
from portal.scoring.values import ClarificationStatus, CorrectionGround, SheetStatus


class ScoreSheet(Versioned, Model):
    """One expert's marks for one proposal. Nobody but that expert reads it before the panel is closed.

    ``note`` is the expert's private reminder: nobody else ever reads it, and it enters no version, report or record.
    """

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
    note: Mapped[str] = mapped_column(default="")
    opened_at: Mapped[datetime] = mapped_column(default=clock.now)
    saved_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]

    panel: Mapped[Panel] = relationship(lazy="raise_on_sql")
    seat: Mapped[Seat] = relationship(lazy="raise_on_sql")
    bid: Mapped[Bid] = relationship(lazy="raise_on_sql")
    marks: Mapped[list["Mark"]] = relationship(lazy="raise_on_sql")


class Mark(Model):
    """One mark on one criterion, with a reason where the rules want one; no value yet means only a reason was typed."""

    __tablename__ = "mark"
    __table_args__ = (
        UniqueConstraint("sheet_id", "criterion_id"),
        CheckConstraint("value >= 0", name="not_below_zero"),
    )

    sheet_id: Mapped[UUID] = mapped_column(ForeignKey("score_sheet.id"), index=True)
    criterion_id: Mapped[UUID] = mapped_column(ForeignKey("criterion.id"))
    value: Mapped[Decimal | None]
    reason: Mapped[str] = mapped_column(default="")


class EnteredValue(Model):
    """The value of a proposal for a criterion that experts do not mark: entered by one person, confirmed by another."""

    __tablename__ = "entered_value"
    __table_args__ = (
        UniqueConstraint("bid_id", "criterion_id"),
        CheckConstraint("value >= 0", name="not_below_zero"),
        CheckConstraint("confirmed_by <> entered_by", name="confirmed_by_another"),
        CheckConstraint("(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="confirmed_has_time"),
    )

    bid_id: Mapped[UUID] = mapped_column(ForeignKey("bid.id"), index=True)
    criterion_id: Mapped[UUID] = mapped_column(ForeignKey("criterion.id"), index=True)
    value: Mapped[Decimal]
    basis: Mapped[str]
    entered_by: Mapped[UUID]
    entered_at: Mapped[datetime]
    confirmed_by: Mapped[UUID | None]
    confirmed_at: Mapped[datetime | None]


class SheetVersion(Model):
    """What a sheet said before its expert got it back or revised it; kept for good (``marks`` as decimal strings by code)."""

    __tablename__ = "sheet_version"
    __table_args__ = (UniqueConstraint("sheet_id", "number"),)

    sheet_id: Mapped[UUID] = mapped_column(ForeignKey("score_sheet.id"), index=True)
    number: Mapped[int]
    marks: Mapped[dict[str, Any]]
    reasons: Mapped[dict[str, Any]]
    comment: Mapped[str]
    submitted_at: Mapped[datetime]
    returned_at: Mapped[datetime]
    returned_by: Mapped[UUID]


class Comparison(Model):
    """All sheets of the panel were locked and held against each other; ``share_bp`` is how far off is too far.

    A sheet that is opened again, or an expert who leaves, ends it (``superseded_at``); the next lock makes a new one.
    """

    __tablename__ = "comparison"
    __table_args__ = (UniqueConstraint("panel_id", "number"),)

    panel_id: Mapped[UUID] = mapped_column(ForeignKey("panel.id"), index=True)
    number: Mapped[int]
    share_bp: Mapped[int]
    compared_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]

    outliers: Mapped[list["Outlier"]] = relationship(lazy="raise_on_sql")


class Outlier(Model):
    """An expert's sum for a proposal too far off the panel's mean, and what the expert says to it."""

    __tablename__ = "outlier"
    __table_args__ = (
        UniqueConstraint("comparison_id", "seat_id", "bid_id"),
        CheckConstraint("(statement <> '') = (stated_at IS NOT NULL)", name="stated_has_time"),
    )

    comparison_id: Mapped[UUID] = mapped_column(ForeignKey("comparison.id"), index=True)
    seat_id: Mapped[UUID] = mapped_column(ForeignKey("seat.id"), index=True)
    bid_id: Mapped[UUID] = mapped_column(ForeignKey("bid.id"))
    total: Mapped[Decimal]
    mean: Mapped[Decimal]
    share_bp: Mapped[int]
    statement: Mapped[str] = mapped_column(default="")
    stated_at: Mapped[datetime | None]

    bid: Mapped[Bid] = relationship(lazy="raise_on_sql")


class Dissent(Model):
    """What a member does not agree with; it belongs to the signature, or the refusal of it, given at the same instant."""

    __tablename__ = "dissent"
    __table_args__ = (UniqueConstraint("seat_id", "stated_at"),)

    seat_id: Mapped[UUID] = mapped_column(ForeignKey("seat.id"), index=True)
    text: Mapped[str]
    stated_at: Mapped[datetime]


class Roadshow(Versioned, Model):
    """The order in which bidders speak before the panel, drawn from ``seed``, and who speaks now.

    ``position`` counts from 1; 0 is before the first, one more than there are speakers is after the last.
    """

    __tablename__ = "roadshow"
    __table_args__ = (
        CheckConstraint("talk_minutes > 0", name="time_to_talk"),
        CheckConstraint("question_minutes >= 0", name="questions_not_below_zero"),
    )

    panel_id: Mapped[UUID] = mapped_column(ForeignKey("panel.id"), unique=True)
    seed: Mapped[str]
    speakers: Mapped[list[str]]
    talk_minutes: Mapped[int]
    question_minutes: Mapped[int]
    position: Mapped[int] = mapped_column(default=0)
    called_at: Mapped[datetime | None]
    drawn_at: Mapped[datetime]

    @property
    def now_speaking(self) -> UUID | None:
        """Whose turn it is."""
        return UUID(self.speakers[self.position - 1]) if 0 < self.position <= len(self.speakers) else None

    @property
    def talk_until(self) -> datetime | None:
        """When the talk that runs must end."""
        return self.called_at + timedelta(minutes=self.talk_minutes) if self.called_at else None

    @property
    def questions_until(self) -> datetime | None:
        """When the questions after it must end."""
        return self.talk_until + timedelta(minutes=self.question_minutes) if self.talk_until else None


class Reading(Model):
    """All proposals of a panel in one PDF for one expert, encrypted like the proposals; the newest counts."""

    __tablename__ = "reading"

    seat_id: Mapped[UUID] = mapped_column(ForeignKey("seat.id"), index=True)
    asked_at: Mapped[datetime]
    made_at: Mapped[datetime | None]
    sha256: Mapped[str | None]
    key: Mapped[bytes | None] = mapped_column(LargeBinary)


class Clarification(Versioned, Model):
    """A question of the panel to one bidder. Texts are content of the proposal, so they are kept encrypted like it.

    ``seat_id`` is who asked: the chair knows the code, the bidder and the others never learn it.
    """

    __tablename__ = "clarification"
    __table_args__ = (
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered_has_time"),
        CheckConstraint("(released_at IS NULL) = (answer_by IS NULL)", name="released_has_limit"),
    )

    panel_id: Mapped[UUID] = mapped_column(ForeignKey("panel.id"), index=True)
    bid_id: Mapped[UUID] = mapped_column(ForeignKey("bid.id"), index=True)
    seat_id: Mapped[UUID] = mapped_column(ForeignKey("seat.id"))
    status: Mapped[ClarificationStatus] = enum_column(
        ClarificationStatus, default=ClarificationStatus.ASKED, index=True
    )
    question: Mapped[bytes] = mapped_column(LargeBinary)
    asked_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    released_by: Mapped[UUID | None]
    answer_by: Mapped[datetime | None] = mapped_column(index=True)
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None]

    panel: Mapped[Panel] = relationship(lazy="raise_on_sql")
    bid: Mapped[Bid] = relationship(lazy="raise_on_sql")
    seat: Mapped[Seat] = relationship(lazy="raise_on_sql")


class ScoringReminder(Model):
    """A reminder that was sent to a late expert; the key makes it come once for each step."""

    __tablename__ = "scoring_reminder"
    __table_args__ = (UniqueConstraint("seat_id", "step"),)

    seat_id: Mapped[UUID] = mapped_column(ForeignKey("seat.id"))
    step: Mapped[str]
    sent_at: Mapped[datetime]


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
    decimals: Mapped[int] = mapped_column(default=2)
    rank: Mapped[int | None]
    tie_reason: Mapped[str] = mapped_column(default="")
    below_line_reason: Mapped[str] = mapped_column(default="")
    parts: Mapped[dict[str, Any]]

    bid: Mapped[Bid] = relationship(lazy="raise_on_sql")

    @property
    def shown(self) -> Decimal:
        """The total with as many places as the scheme states, so that figures stand under each other."""
        return self.total.quantize(Decimal(1).scaleb(-self.decimals))


class Correction(Model):
    """Why a fixed ranking was replaced by a new version; the one it replaces stays as it is."""

    __tablename__ = "ranking_correction"

    ranking_id: Mapped[UUID] = mapped_column(ForeignKey("ranking.id"), unique=True)
    replaces_id: Mapped[UUID] = mapped_column(ForeignKey("ranking.id"), unique=True)
    ground: Mapped[CorrectionGround] = enum_column(CorrectionGround)
    explanation: Mapped[str]
    change: Mapped[str] = mapped_column(default="")
    bid_id: Mapped[UUID] = mapped_column(ForeignKey("bid.id"))

    bid: Mapped[Bid] = relationship(lazy="raise_on_sql")


class CorrectionLetter(Model):
    """The letter that tells an organisation of the correction behind a new version of a ranking; sent once."""

    __tablename__ = "correction_letter"

    ranking_id: Mapped[UUID] = mapped_column(ForeignKey("ranking.id"), unique=True)
    bid_id: Mapped[UUID] = mapped_column(ForeignKey("bid.id"), index=True)
    file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id"))
    sent_at: Mapped[datetime]


class RankingPublication(Model):
    """Since when the public may read a ranking: written with the result notice."""

    __tablename__ = "ranking_publication"

    ranking_id: Mapped[UUID] = mapped_column(ForeignKey("ranking.id"), unique=True)
    published_at: Mapped[datetime]


class PanelReport(Model):
    """The evaluation report (评审报告) of a closed panel as a PDF; after a correction a new one, ``number`` counts."""

    __tablename__ = "panel_report"
    __table_args__ = (UniqueConstraint("panel_id", "number"),)

    panel_id: Mapped[UUID] = mapped_column(ForeignKey("panel.id"))
    number: Mapped[int] = mapped_column(default=1)
    file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id"))


append_only(SheetVersion)
append_only(Dissent)
append_only(Ranking)
append_only(RankingEntry)
append_only(Correction)
append_only(CorrectionLetter)
append_only(RankingPublication)
