"""Units of government, organisations, roles held in them, and what organisations did before."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model, Versioned, append_only
from portal.core.types import enum_column
from portal.parties.values import (
    AccountState,
    CertificateKind,
    ChangeStatus,
    Grade,
    ListKind,
    ListStatus,
    PartyKind,
    PartyOrganisation,
    PartyStatus,
    Role,
    UnitLevel,
)


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


class Deputy(Model):
    """Somebody who holds a role in another person's place for some days (AB posts); ended early, never deleted.

    It gives nothing once the person stood in for has lost the role.
    """

    __tablename__ = "deputy"
    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="ends_after_it_begins"),
        CheckConstraint("holder_id <> deputy_id", name="two_people"),
    )

    holder_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    deputy_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    role: Mapped[Role] = enum_column(Role)
    scope_id: Mapped[UUID]
    from_on: Mapped[date]
    until_on: Mapped[date]
    named_by: Mapped[UUID | None]
    named_at: Mapped[datetime]
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
    withdrawn_at: Mapped[datetime | None]


class Party(Versioned, Model):
    """A social organisation (or another provider), one row for each, whatever part it plays in a case.

    ``unit_id`` is the district that verifies it. ``code`` is the unified social credit code, or the filing number
    of a community organisation, which applies through its hub (``hub_id``).
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
    grade_until: Mapped[date | None]
    inspections: Mapped[dict[str, Any]] = mapped_column(default=dict)
    hub_id: Mapped[UUID | None] = mapped_column(ForeignKey("party.id"), index=True)
    party_organisation: Mapped[PartyOrganisation | None] = enum_column(PartyOrganisation, nullable=True)
    party_members: Mapped[int | None]
    cross_posts: Mapped[str] = mapped_column(default="")
    staff: Mapped[int | None]
    social_workers: Mapped[int | None]
    volunteers: Mapped[int | None]
    venues: Mapped[list[Any]] = mapped_column(default=list)
    bank_name: Mapped[str] = mapped_column(default="")
    bank_account: Mapped[str] = mapped_column(default="")
    account_confirmed_by: Mapped[UUID | None]
    account_confirmed_at: Mapped[datetime | None]
    account_verified_by: Mapped[UUID | None]
    account_verified_at: Mapped[datetime | None]
    certificate_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    registered_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[UUID | None]
    decision_reason: Mapped[str | None]

    @property
    def grade(self) -> Grade | None:
        """The assessment grade as a member; ``None`` while nothing is said."""
        return Grade(self.assessment_grade) if self.assessment_grade in set(Grade) else None

    @property
    def account_state(self) -> AccountState:
        """How far the two-person check of the account has come; a new account begins anew."""
        if not self.bank_account:
            return AccountState.MISSING
        if self.account_verified_at:
            return AccountState.VERIFIED
        return AccountState.CONFIRMED if self.account_confirmed_at else AccountState.ENTERED


class PartyDocument(Model):
    """A paper in an organisation's library, offered for reuse in each proposal; replaced or removed, never deleted."""

    __tablename__ = "party_document"

    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"), index=True)
    kind: Mapped[CertificateKind] = enum_column(CertificateKind)
    title: Mapped[str] = mapped_column(default="")
    year: Mapped[int | None]
    issued_on: Mapped[date | None]
    expires_on: Mapped[date | None] = mapped_column(index=True)
    file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id"))
    added_by: Mapped[UUID | None]
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    reminded_days: Mapped[int | None]


class FactChange(Model):
    """New values for facts that were verified: they wait for an officer, the old ones count until then."""

    __tablename__ = "fact_change"
    __table_args__ = (
        CheckConstraint(
            "(status IN ('accepted', 'refused', 'withdrawn')) = (decided_at IS NOT NULL)",
            name="decided_has_time",
        ),
    )

    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"), index=True)
    status: Mapped[ChangeStatus] = enum_column(ChangeStatus, default=ChangeStatus.PENDING, index=True)
    values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    asked_by: Mapped[UUID | None]
    asked_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None]


class ListEntry(Model):
    """An entry of the red and black list, or a ban, with reason and source; the organisation may appeal once."""

    __tablename__ = "list_entry"
    __table_args__ = (
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="ends_after_it_begins"),
        CheckConstraint("(status = 'lifted') <= (decided_at IS NOT NULL)", name="lifted_has_time"),
    )

    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"), index=True)
    kind: Mapped[ListKind] = enum_column(ListKind)
    status: Mapped[ListStatus] = enum_column(ListStatus, default=ListStatus.ACTIVE, index=True)
    reason: Mapped[str]
    source: Mapped[str]
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    entered_by: Mapped[UUID | None]
    entered_at: Mapped[datetime]
    appeal: Mapped[str] = mapped_column(default="")
    appealed_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decision: Mapped[str] = mapped_column(default="")


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
