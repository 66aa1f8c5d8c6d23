"""The screening of a call and what it found. Evidence is content of proposals, so it is kept encrypted like them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.bids.models import Bid
from portal.core.db import Model
from portal.core.types import enum_column
from portal.screening.values import Kind, Review


class Screening(Model):
    """The last comparison of a call: how many proposals, and the sentences left out as common (encrypted)."""

    __tablename__ = "screening"

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tender.id"), unique=True)
    compared: Mapped[int]
    common: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]


class ScreeningFinding(Model):
    """One kind of thing that two proposals have in common, and what the officer noted beside it.

    ``share`` is the extent in basis points; ``evidence`` the passages of both sides under the storage key.
    """

    __tablename__ = "screening_finding"
    __table_args__ = (
        UniqueConstraint("one_id", "other_id", "kind"),
        CheckConstraint("(status = 'open') = (reviewed_at IS NULL)", name="review_has_time"),
    )

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tender.id"), index=True)
    one_id: Mapped[UUID] = mapped_column(ForeignKey("bid.id"), index=True)
    other_id: Mapped[UUID] = mapped_column(ForeignKey("bid.id"), index=True)
    kind: Mapped[Kind] = enum_column(Kind)
    share: Mapped[int]
    evidence: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[Review] = enum_column(Review, default=Review.OPEN, index=True)
    reason: Mapped[str] = mapped_column(default="")
    reviewed_by: Mapped[UUID | None]
    reviewed_at: Mapped[datetime | None]
    found_at: Mapped[datetime]

    one: Mapped[Bid] = relationship(foreign_keys=[one_id], lazy="raise_on_sql")
    other: Mapped[Bid] = relationship(foreign_keys=[other_id], lazy="raise_on_sql")
