"""Needs, the rounds that collected them, and the grids of a community."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model, Versioned, append_only
from portal.core.types import enum_column
from portal.needs.values import NeedChannel, NeedStatus, ServiceField


class Grid(Model):
    """A part of a community (about 300 households) with its own warden."""

    __tablename__ = "grid"
    __table_args__ = (UniqueConstraint("unit_id", "name"),)

    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str]


class NeedRound(Model):
    """One round of collection, as its organisers noted it down."""

    __tablename__ = "need_round"

    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"), index=True)
    channel: Mapped[NeedChannel] = enum_column(NeedChannel)
    title: Mapped[str]
    held_on: Mapped[date] = mapped_column(index=True)
    participants: Mapped[int]
    sites: Mapped[int]
    opinions: Mapped[int]
    entered_at: Mapped[datetime]
    entered_by: Mapped[UUID | None]


append_only(NeedRound)


class Need(Versioned, Model):
    """What residents need, in their words. ``summary`` is the public wording; contact and photo never leave the desk.

    ``opinions`` are the people who said so here, ``voices`` those together with everything merged into it.
    """

    __tablename__ = "need"
    __table_args__ = (
        CheckConstraint("(status = 'merged') = (merged_into_id IS NOT NULL)", name="merged_into_another"),
        CheckConstraint("(answered_at IS NOT NULL) = (answer IS NOT NULL)", name="answer_has_time"),
        CheckConstraint("opinions > 0 AND voices >= opinions", name="somebody_said_so"),
        Index("ix_need_order", "received_at", "id"),
        Index("ix_need_priority", "priority", "id"),
        Index("ix_need_voices", "voices", "id"),
        Index("ix_need_answered", "answered_at", "id"),
        Index("ix_need_place", "unit_id", "status", "received_at"),
        Index("ix_need_topic", "field", "status"),
    )

    number: Mapped[str] = mapped_column(unique=True)
    code_hash: Mapped[str | None] = mapped_column(unique=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"))
    grid: Mapped[str] = mapped_column(default="")
    field: Mapped[ServiceField] = enum_column(ServiceField)
    channel: Mapped[NeedChannel] = enum_column(NeedChannel, index=True)
    round_id: Mapped[UUID | None] = mapped_column(ForeignKey("need_round.id"), index=True)
    text: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    opinions: Mapped[int] = mapped_column(default=1)
    voices: Mapped[int] = mapped_column(default=1)
    photo_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    contact_name: Mapped[str] = mapped_column(default="")
    contact_phone: Mapped[str] = mapped_column(default="")
    status: Mapped[NeedStatus] = enum_column(NeedStatus, default=NeedStatus.RECEIVED, index=True)
    urgency: Mapped[int] = mapped_column(default=0)
    breadth: Mapped[int] = mapped_column(default=0)
    priority: Mapped[int] = mapped_column(default=0)
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("need.id"), index=True)
    received_at: Mapped[datetime]
    entered_by: Mapped[UUID | None]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
