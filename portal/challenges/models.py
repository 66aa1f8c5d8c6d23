"""Challenges (质疑) to a result in public notice."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.challenges.values import ChallengeStatus
from portal.core.db import Model, Versioned
from portal.core.types import enum_column


class Challenge(Versioned, Model):
    """A bidder's challenge to a result; while one waits for its answer the award cannot become final.

    A bidder has at most one that waits for its answer in a call.
    """

    __tablename__ = "challenge"
    __table_args__ = (
        CheckConstraint(
            "(status IN ('upheld', 'rejected')) = (answered_at IS NOT NULL)", name="answered_has_time"
        ),
        Index(
            "uq_challenge_open", "tender_id", "party_id", unique=True, sqlite_where=text("status = 'filed'"),
            postgresql_where=text("status = 'filed'"),
        ),
    )  # fmt: skip

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tender.id"), index=True)
    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"), index=True)
    grounds: Mapped[str]
    status: Mapped[ChallengeStatus] = enum_column(ChallengeStatus, default=ChallengeStatus.FILED, index=True)
    filed_at: Mapped[datetime]
    filed_by: Mapped[UUID]
    answer_due_on: Mapped[date]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None]
