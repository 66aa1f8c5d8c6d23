"""The expert pool, the draw, and the seats of a panel."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.core.db import Model, Versioned
from portal.core.types import enum_column
from portal.panels.values import ExpertGroup, PanelStatus, SeatStatus
from portal.tenders.models import Tender


class Expert(Versioned, Model):
    """A person of the pool; exactly one group each. ``entered_at`` is since when the person is in that group.

    Who entered after the deadline of a call is not drawn for it, so that nobody is added to suit a bidder.
    """

    __tablename__ = "expert"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), unique=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"), index=True)
    group: Mapped[ExpertGroup] = enum_column(ExpertGroup, index=True)
    specialty: Mapped[str]
    title: Mapped[str]
    employer: Mapped[str]
    past_employers: Mapped[list[str]] = mapped_column(default=list)
    interests: Mapped[list[str]] = mapped_column(default=list)
    active: Mapped[bool] = mapped_column(default=True, index=True)
    entered_at: Mapped[datetime]

    user: Mapped[User] = relationship(lazy="raise_on_sql")


class Panel(Versioned, Model):
    """The panel of one call. ``secret`` is encrypted until the draw reveals it; ``proof`` lets anyone repeat it.

    ``candidates`` and ``excluded`` name people and hold the salts: only the digests are public until
    ``published_at``, when the names of those who scored are.
    """

    __tablename__ = "panel"
    __table_args__ = (
        CheckConstraint("drawn_by IS NULL OR drawn_by <> witness_id", name="two_people_draw"),
        CheckConstraint("(status = 'frozen') = (drawn_at IS NULL)", name="drawn_has_time"),
        CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name="closed_has_time"),
    )

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tender.id"), unique=True)
    status: Mapped[PanelStatus] = enum_column(PanelStatus, default=PanelStatus.FROZEN, index=True)
    quotas: Mapped[dict[str, Any]]
    candidates: Mapped[list[Any]]
    excluded: Mapped[list[Any]]
    list_digest: Mapped[str]
    rules_digest: Mapped[str]
    commitment: Mapped[str]
    secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    witness_string: Mapped[str | None]
    witness_id: Mapped[UUID | None]
    frozen_at: Mapped[datetime]
    frozen_by: Mapped[UUID]
    drawn_at: Mapped[datetime | None]
    drawn_by: Mapped[UUID | None]
    closed_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    proof: Mapped[dict[str, Any] | None]

    tender: Mapped[Tender] = relationship(lazy="raise_on_sql")
    seats: Mapped[list["Seat"]] = relationship(
        back_populates="panel", order_by="Seat.position", lazy="raise_on_sql"
    )


class Seat(Versioned, Model):
    """A place on a panel, or on the standby list (``position`` orders both within a group)."""

    __tablename__ = "seat"
    __table_args__ = (
        UniqueConstraint("panel_id", "expert_id"),
        UniqueConstraint("panel_id", "code"),
        CheckConstraint("(status IN ('recused', 'declined')) = (left_at IS NOT NULL)", name="left_has_time"),
    )

    panel_id: Mapped[UUID] = mapped_column(ForeignKey("panel.id"), index=True)
    expert_id: Mapped[UUID] = mapped_column(ForeignKey("expert.id"), index=True)
    code: Mapped[str]
    group: Mapped[ExpertGroup] = enum_column(ExpertGroup)
    position: Mapped[int]
    status: Mapped[SeatStatus] = enum_column(SeatStatus, index=True)
    accepted_at: Mapped[datetime | None]
    confidential_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("seat.id"))
    signed_at: Mapped[datetime | None]

    panel: Mapped[Panel] = relationship(back_populates="seats", lazy="raise_on_sql")
    expert: Mapped[Expert] = relationship(lazy="raise_on_sql")
