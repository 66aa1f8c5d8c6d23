"""The eligibility check of opened proposals."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model
from portal.core.types import enum_column
from portal.qualification.values import CheckResult


class EligibilityCheck(Model):
    """Pass or fail of one proposal, with the reason when it failed."""

    __tablename__ = "eligibility_check"
    __table_args__ = (CheckConstraint("result = 'pass' OR reason <> ''", name="failure_has_reason"),)

    bid_id: Mapped[UUID] = mapped_column(ForeignKey("bid.id"), unique=True)
    result: Mapped[CheckResult] = enum_column(CheckResult)
    reason: Mapped[str] = mapped_column(default="")
    checked_by: Mapped[UUID]
    checked_at: Mapped[datetime]
