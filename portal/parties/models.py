"""Units of government, organisations, roles held in them, and what organisations did before."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model, Versioned, append_only
from portal.core.types import enum_column
from portal.parties.values import PartyKind, PartyStatus, Role, UnitLevel


class Unit(Model):
    """A buyer: district, street or community. ``path`` lists the ids from the top, so a subtree is a prefix."""

    __tablename__ = "unit"

    name: Mapped[str]
    level: Mapped[UnitLevel] = enum_column(UnitLevel)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"), index=True)
    path: Mapped[str] = mapped_column(index=True)
    code: Mapped[str | None] = mapped_column(unique=True)


class RoleGrant(Model):
    """A role that a person holds in a unit or in an organisation; ended, never deleted."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("user_id", "role", "scope_id"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    role: Mapped[Role] = enum_column(Role)
    scope_id: Mapped[UUID] = mapped_column(index=True)
    granted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Invitation(Model):
    """An invitation by mail to take a role; the link works once and for a limited time."""

    __tablename__ = "invitation"

    email: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    role: Mapped[Role] = enum_column(Role)
    scope_id: Mapped[UUID]
    token_hash: Mapped[str] = mapped_column(unique=True)
    invited_by: Mapped[UUID | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]


class Party(Versioned, Model):
    """A social organisation (or another provider), one row for each, whatever part it plays in a case.

    ``unit_id`` is the district that verifies it.
    """

    __tablename__ = "party"
    __table_args__ = (
        CheckConstraint("(status = 'verified') <= (verified_at IS NOT NULL)", name="verified_has_time"),
    )

    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str] = mapped_column(index=True)
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[PartyKind] = enum_column(PartyKind)
    status: Mapped[PartyStatus] = enum_column(PartyStatus, default=PartyStatus.REGISTERED, index=True)
    legal_representative: Mapped[str]
    address: Mapped[str]
    contact_name: Mapped[str]
    contact_phone: Mapped[str]
    contact_email: Mapped[str]
    founded_on: Mapped[date | None]
    description: Mapped[str] = mapped_column(default="")
    assessment_grade: Mapped[str] = mapped_column(default="")
    bank_name: Mapped[str] = mapped_column(default="")
    bank_account: Mapped[str] = mapped_column(default="")
    certificate_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    registered_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[UUID | None]
    decision_reason: Mapped[str | None]


class TrackEntry(Model):
    """One line of an organisation's track record, written by a later stage, read at the next call."""

    __tablename__ = "track_entry"
    __table_args__ = (UniqueConstraint("party_id", "kind", "reference"),)

    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"), index=True)
    kind: Mapped[str]
    at: Mapped[datetime]
    title: Mapped[str]
    reference: Mapped[str]
    stars: Mapped[int | None]
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)


append_only(TrackEntry)
