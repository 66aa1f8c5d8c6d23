"""Award decisions."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.awards.values import AwardStatus
from portal.core.db import Model, Versioned
from portal.core.money import Money
from portal.core.types import enum_column


class Award(Versioned, Model):
    """The decision to award a lot to a proposal, in public notice until ``notice_ends_on`` has passed.

    ``reason`` says why a better rank was passed over for it; ``paused`` holds it back while a challenge waits for its answer. A proposal has at most one award that stands;
    a cancelled one stays on file.
    """

    __tablename__ = "award"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_above_zero"),
        CheckConstraint("(status = 'active') <= (active_at IS NOT NULL)", name="active_has_time"),
        Index(
            "uq_award_standing", "bid_id", unique=True, sqlite_where=text("status <> 'cancelled'"),
            postgresql_where=text("status <> 'cancelled'"),
        ),
    )  # fmt: skip

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tender.id"), index=True)
    lot_id: Mapped[UUID] = mapped_column(ForeignKey("lot.id"), index=True)
    bid_id: Mapped[UUID] = mapped_column(ForeignKey("bid.id"), index=True)
    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"), index=True)
    amount: Mapped[Money]
    rank: Mapped[int]
    status: Mapped[AwardStatus] = enum_column(AwardStatus, default=AwardStatus.PENDING, index=True)
    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notice.id"))
    notice_ends_on: Mapped[date]
    reason: Mapped[str] = mapped_column(default="")
    paused: Mapped[bool] = mapped_column(default=False)
    decided_at: Mapped[datetime]
    decided_by: Mapped[UUID]
    active_at: Mapped[datetime | None]
