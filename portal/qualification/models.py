"""The eligibility check of opened proposals, papers asked for, and saved searches for calls."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model
from portal.core.types import enum_column
from portal.qualification.values import CheckResult


class EligibilityCheck(Model):
    """Pass or fail of one proposal, condition by condition; it counts when a second officer has confirmed it."""

    __tablename__ = "eligibility_check"
    __table_args__ = (
        CheckConstraint("result = 'pass' OR reason <> ''", name="failure_has_reason"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> checked_by", name="two_people"),
    )

    bid_id: Mapped[UUID] = mapped_column(ForeignKey("bid.id"), unique=True)
    result: Mapped[CheckResult] = enum_column(CheckResult)
    reason: Mapped[str] = mapped_column(default="")
    findings: Mapped[list[Any]] = mapped_column(default=list)
    checked_by: Mapped[UUID]
    checked_at: Mapped[datetime]
    returned_reason: Mapped[str] = mapped_column(default="")
    confirmed_by: Mapped[UUID | None]
    confirmed_at: Mapped[datetime | None]
    letter_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    reply: Mapped[str] = mapped_column(default="")
    replied_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]


class Supplement(Model):
    """Papers or facts that an organisation is asked for after opening, by name and until a deadline."""

    __tablename__ = "supplement"

    bid_id: Mapped[UUID] = mapped_column(ForeignKey("bid.id"), index=True)
    items: Mapped[list[Any]] = mapped_column(default=list)
    due_at: Mapped[datetime]
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime]
    text: Mapped[str] = mapped_column(default="")
    file_ids: Mapped[list[Any]] = mapped_column(default=list)
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]


class SavedSearch(Model):
    """Filters of the list of calls that somebody wants to hear of; ending it sets ``ended_at``."""

    __tablename__ = "saved_search"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    name: Mapped[str]
    filters: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SearchAlert(Model):
    """Somebody was told of a call; the key makes it once, however many searches it fits."""

    __tablename__ = "search_alert"
    __table_args__ = (UniqueConstraint("user_id", "tender_id"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tender.id"), index=True)
    at: Mapped[datetime]
