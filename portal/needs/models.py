"""Needs and the rounds that collected them, ideas with their recorded steps, resources."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model, Versioned, append_only
from portal.core.money import Money
from portal.core.types import enum_column
from portal.needs.values import (
    ClaimStatus,
    IdeaStatus,
    NeedChannel,
    NeedStatus,
    ProjectKind,
    ResourceKind,
    ResourceStatus,
    ServiceField,
    Stage,
    StepResult,
    TaskStatus,
)


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


class Idea(Versioned, Model):
    """A project idea made from needs, on its way into the reserve library (项目储备)."""

    __tablename__ = "idea"
    __table_args__ = (
        CheckConstraint("(status = 'reserved') <= (reserved_at IS NOT NULL)", name="reserved_has_time"),
        Index("ix_idea_place", "unit_id", "status"),
    )

    number: Mapped[str] = mapped_column(unique=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"))
    title: Mapped[str]
    summary: Mapped[str]
    field: Mapped[ServiceField] = enum_column(ServiceField, index=True)
    kind: Mapped[ProjectKind] = enum_column(ProjectKind)
    estimate: Mapped[Money]
    status: Mapped[IdeaStatus] = enum_column(IdeaStatus, default=IdeaStatus.PROPOSED, index=True)
    announced_until: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(index=True)
    created_by: Mapped[UUID | None]
    reserved_at: Mapped[datetime | None] = mapped_column(index=True)


class IdeaStep(Model):
    """One recorded step of an idea. A publication carries its frozen text with the digest and its period."""

    __tablename__ = "idea_step"
    __table_args__ = (
        UniqueConstraint("idea_id", "position"),
        CheckConstraint("in_favour >= 0 AND present >= in_favour", name="in_favour_of_those_present"),
    )

    idea_id: Mapped[UUID] = mapped_column(ForeignKey("idea.id"))
    position: Mapped[int]
    stage: Mapped[Stage] = enum_column(Stage)
    result: Mapped[StepResult] = enum_column(StepResult)
    held_on: Mapped[date]
    present: Mapped[int] = mapped_column(default=0)
    in_favour: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(default="")
    minutes_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    content: Mapped[list[Any]] = mapped_column(default=list)
    sha256: Mapped[str] = mapped_column(default="")
    last_day: Mapped[date | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID | None]


class IdeaNeed(Model):
    """An idea answers a need."""

    __tablename__ = "idea_need"
    __table_args__ = (UniqueConstraint("idea_id", "need_id"),)

    idea_id: Mapped[UUID] = mapped_column(ForeignKey("idea.id"))
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id"), index=True)


class IdeaResource(Model):
    """An idea uses a resource."""

    __tablename__ = "idea_resource"
    __table_args__ = (UniqueConstraint("idea_id", "resource_id"),)

    idea_id: Mapped[UUID] = mapped_column(ForeignKey("idea.id"))
    resource_id: Mapped[UUID] = mapped_column(ForeignKey("resource.id"), index=True)


class IdeaTender(Model):
    """A call carries out an idea; ``tender_id`` belongs to a later stage, which this one does not know."""

    __tablename__ = "idea_tender"
    __table_args__ = (UniqueConstraint("idea_id", "tender_id"),)

    idea_id: Mapped[UUID] = mapped_column(ForeignKey("idea.id"))
    tender_id: Mapped[UUID] = mapped_column(index=True)


class Resource(Versioned, Model):
    """What a unit or an organisation offers: a venue, people, money or goods. The contact is for the desk only."""

    __tablename__ = "resource"
    __table_args__ = (
        CheckConstraint("(status = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_has_time"),
        Index("ix_resource_place", "unit_id", "status"),
    )

    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"))
    party_id: Mapped[UUID | None] = mapped_column(ForeignKey("party.id"), index=True)
    provider: Mapped[str]
    kind: Mapped[ResourceKind] = enum_column(ResourceKind)
    field: Mapped[ServiceField | None] = enum_column(ServiceField, index=True, nullable=True)
    title: Mapped[str]
    description: Mapped[str]
    contact: Mapped[str]
    status: Mapped[ResourceStatus] = enum_column(ResourceStatus, default=ResourceStatus.OFFERED)
    created_at: Mapped[datetime] = mapped_column(index=True)
    created_by: Mapped[UUID | None]
    withdrawn_at: Mapped[datetime | None]


append_only(IdeaStep)


class SmallTask(Versioned, Model):
    """A small need that helpers take on themselves: published with places, claimed, confirmed."""

    __tablename__ = "small_task"
    __table_args__ = (
        CheckConstraint("places > 0 AND taken >= 0 AND taken <= places", name="no_more_than_places"),
        Index("ix_small_task_place", "unit_id", "status"),
    )

    number: Mapped[str] = mapped_column(unique=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"))
    need_id: Mapped[UUID | None] = mapped_column(ForeignKey("need.id"), index=True)
    title: Mapped[str]
    description: Mapped[str]
    field: Mapped[ServiceField] = enum_column(ServiceField, index=True)
    places: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    due_on: Mapped[date] = mapped_column(index=True)
    contact: Mapped[str]
    status: Mapped[TaskStatus] = enum_column(TaskStatus, default=TaskStatus.OPEN, index=True)
    published_at: Mapped[datetime] = mapped_column(index=True)
    published_by: Mapped[UUID | None]


class TaskClaim(Model):
    """Somebody takes a place of a small task, alone or for an organisation."""

    __tablename__ = "task_claim"
    __table_args__ = (UniqueConstraint("task_id", "user_id"),)

    task_id: Mapped[UUID] = mapped_column(ForeignKey("small_task.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    party_id: Mapped[UUID | None] = mapped_column(ForeignKey("party.id"), index=True)
    status: Mapped[ClaimStatus] = enum_column(ClaimStatus, default=ClaimStatus.CLAIMED)
    claimed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
