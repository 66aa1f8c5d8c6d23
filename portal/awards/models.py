"""Award decisions."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.awards.values import AwardStatus
from portal.core.db import Model, Versioned
from portal.core.money import Money
from portal.core.types import enum_column


class Award(Versioned, Model):
    """The decision to award a lot to a proposal, in public notice until ``notice_ends_on`` has passed."""

    __tablename__ = "award"
    __table_args__ = (CheckConstraint("amount > 0", name="amount_above_zero"),)

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tender.id"), index=True)
    lot_id: Mapped[UUID] = mapped_column(ForeignKey("lot.id"), index=True)
    bid_id: Mapped[UUID] = mapped_column(ForeignKey("bid.id"), unique=True)
    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"), index=True)
    amount: Mapped[Money]
    rank: Mapped[int]
    status: Mapped[AwardStatus] = enum_column(AwardStatus, default=AwardStatus.PENDING, index=True)
    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notice.id"))
    notice_ends_on: Mapped[date]
    decided_at: Mapped[datetime]
    decided_by: Mapped[UUID]
    active_at: Mapped[datetime | None]
