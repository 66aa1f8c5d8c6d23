"""Calls for projects: lots, criteria, periods, money rules, and the keys of the seal."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.db import Model, Versioned
from portal.core.money import Money
from portal.core.proofs import restore
from portal.core.types import enum_column
from portal.tenders.values import (
    Band,
    CriterionKind,
    EndReason,
    FundingForm,
    HolderRole,
    InstalmentCondition,
    LotStatus,
    Requirement,
    TenderStatus,
)


class Tender(Versioned, Model):
    """A call for projects (项目征集). Everything that binds bidders is frozen at publication.

    ``written_by`` lists everybody who wrote in the draft: none of them may approve it.
    """

    __tablename__ = "tender"
    __table_args__ = (
        CheckConstraint("(published_at IS NOT NULL) = (status IN ('active', 'complete', 'cancelled', 'unsuccessful'))", name="published_has_time"),
        CheckConstraint("approved_by IS NULL OR approved_by <> drafted_by", name="approved_by_another"),
    )  # fmt: skip

    number: Mapped[str] = mapped_column(unique=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"), index=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id"), index=True)
    procedure: Mapped[str]
    procedure_frozen: Mapped[dict[str, Any] | None]
    procedure_digest: Mapped[str | None]
    title: Mapped[str]
    description: Mapped[str]
    field: Mapped[str]
    area: Mapped[str]
    eligibility: Mapped[str]
    conditions: Mapped[list[Any]] = mapped_column(default=list)
    budget: Mapped[Money]
    funding: Mapped[list[Any]] = mapped_column(default=list)
    status: Mapped[TenderStatus] = enum_column(TenderStatus, default=TenderStatus.DRAFT, index=True)
    intention_on: Mapped[date | None]
    sole_source_on: Mapped[date | None]
    documents_from: Mapped[date | None]
    deadline_at: Mapped[datetime | None] = mapped_column(index=True)
    project_starts_on: Mapped[date | None]
    project_ends_on: Mapped[date | None]
    notice_working_days: Mapped[int] = mapped_column(default=5)
    minimum_bids: Mapped[int] = mapped_column(default=3)
    panel_size: Mapped[int] = mapped_column(default=5)
    scheme: Mapped[dict[str, Any]] = mapped_column(default=dict)
    scheme_digest: Mapped[str | None]
    form: Mapped[dict[str, Any] | None]
    form_digest: Mapped[str | None]
    drafted_by: Mapped[UUID]
    written_by: Mapped[list[str]] = mapped_column(default=list)
    approved_by: Mapped[UUID | None]
    created_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    opened_at: Mapped[datetime | None]
    closed_reason: Mapped[str | None]
    end_code: Mapped[EndReason | None] = enum_column(EndReason)
    rerun_of: Mapped[UUID | None] = mapped_column(ForeignKey("tender.id"), index=True)

    @property
    def funding_forms(self) -> tuple[FundingForm, ...]:
        """How the money is given; empty where the call does not say."""
        return tuple(FundingForm(name) for name in self.funding)

    lots: Mapped[list["Lot"]] = relationship(
        back_populates="tender", order_by="Lot.position", lazy="raise_on_sql", cascade="all, delete-orphan"
    )
    criteria: Mapped[list["Criterion"]] = relationship(
        order_by="Criterion.position", lazy="raise_on_sql", cascade="all, delete-orphan"
    )
    heads: Mapped[list["BudgetHead"]] = relationship(
        order_by="BudgetHead.position", lazy="raise_on_sql", cascade="all, delete-orphan"
    )
    instalments: Mapped[list["PlannedInstalment"]] = relationship(
        order_by="PlannedInstalment.position", lazy="raise_on_sql", cascade="all, delete-orphan"
    )
    milestones: Mapped[list["PlannedMilestone"]] = relationship(
        order_by="PlannedMilestone.position", lazy="raise_on_sql", cascade="all, delete-orphan"
    )
    documents: Mapped[list["GoverningDocument"]] = relationship(
        order_by="GoverningDocument.position", lazy="raise_on_sql", cascade="all, delete-orphan"
    )
    holders: Mapped[list["SealHolder"]] = relationship(
        order_by="SealHolder.role", lazy="raise_on_sql", cascade="all, delete-orphan"
    )


class Lot(Model):
    """A part of a call that is awarded on its own. ``cap`` is the most one proposal may ask for."""

    __tablename__ = "lot"
    __table_args__ = (UniqueConstraint("tender_id", "position"),)

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tender.id"), index=True)
    position: Mapped[int]
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    cap: Mapped[Money]
    awards_max: Mapped[int] = mapped_column(default=1)
    scheme_digest: Mapped[str | None]
    status: Mapped[LotStatus] = enum_column(LotStatus, default=LotStatus.ACTIVE)

    tender: Mapped[Tender] = relationship(back_populates="lots", lazy="raise_on_sql")


class Criterion(Model):
    """An award criterion of the rubric; the maxima add up to 100. ``anchors`` are its bands as JSON."""

    __tablename__ = "criterion"
    __table_args__ = (
        UniqueConstraint("tender_id", "code"),
        CheckConstraint("maximum > 0", name="maximum_above_zero"),
    )

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tender.id"), index=True)
    position: Mapped[int]
    code: Mapped[str]
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    kind: Mapped[CriterionKind] = enum_column(CriterionKind)
    maximum: Mapped[Decimal]
    step: Mapped[Decimal] = mapped_column(default=Decimal("0.5"))
    section: Mapped[str] = mapped_column(default="")
    scale: Mapped[Decimal | None]
    anchors: Mapped[list[Any]] = mapped_column(default=list)

    @property
    def bands(self) -> tuple[Band, ...]:
        """What ranges of marks mean, in words."""
        return tuple(restore(Band, row) for row in self.anchors)

    @property
    def top(self) -> Decimal:
        """The highest mark that an expert may give."""
        return self.maximum if self.scale is None else self.scale


class BudgetHead(Model):
    """A head of the proposal's budget, with the largest share of the total that it may take (basis points)."""

    __tablename__ = "budget_head"
    __table_args__ = (UniqueConstraint("tender_id", "code"),)

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tender.id"), index=True)
    position: Mapped[int]
    code: Mapped[str]
    title: Mapped[str]
    cap_bp: Mapped[int | None]


class PlannedInstalment(Model):
    """An instalment of the future contracts: share in basis points and the conditions that release it.

    ``condition`` is the first one (a milestone has its position beside it), ``further`` the others as JSON.
    """

    __tablename__ = "planned_instalment"
    __table_args__ = (UniqueConstraint("tender_id", "position"),)

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tender.id"), index=True)
    position: Mapped[int]
    share_bp: Mapped[int]
    condition: Mapped[InstalmentCondition] = enum_column(InstalmentCondition)
    milestone_position: Mapped[int | None]
    further: Mapped[list[Any]] = mapped_column(default=list)

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """Every condition, the first one first."""
        first = Requirement(self.condition, self.milestone_position)
        return (first, *(restore(Requirement, row) for row in self.further))


class PlannedMilestone(Model):
    """A milestone of the future contracts, due so many days after the project starts."""

    __tablename__ = "planned_milestone"
    __table_args__ = (UniqueConstraint("tender_id", "position"),)

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tender.id"), index=True)
    position: Mapped[int]
    title: Mapped[str]
    due_days: Mapped[int]


class GoverningDocument(Model):
    """A document of the call (PDF) that applicants accept by name and SHA-256 before they submit."""

    __tablename__ = "governing_document"
    __table_args__ = (UniqueConstraint("tender_id", "position"),)

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tender.id"), index=True)
    position: Mapped[int]
    title: Mapped[str]
    file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id"))
    name: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]


class CallTemplate(Model):
    """The form of a call kept by its unit for further calls: everything but dates and key holders."""

    __tablename__ = "call_template"

    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"), index=True)
    title: Mapped[str]
    procedure: Mapped[str]
    content: Mapped[dict[str, Any]]
    form: Mapped[dict[str, Any] | None]
    saved_by: Mapped[UUID]
    saved_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class HolderKey(Model):
    """The public half of a person's seal key; the secret was shown once and is nowhere kept."""

    __tablename__ = "holder_key"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class SealHolder(Model):
    """Who holds a key of this call, and when that person proved to hold it."""

    __tablename__ = "seal_holder"
    __table_args__ = (UniqueConstraint("tender_id", "role"),)

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tender.id"), index=True)
    role: Mapped[HolderRole] = enum_column(HolderRole)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    key_id: Mapped[UUID | None] = mapped_column(ForeignKey("holder_key.id"))
    proved_at: Mapped[datetime | None]


class LotSeal(Model):
    """The key pair of a lot: the public half seals, the private half is wrapped for each pair of holders."""

    __tablename__ = "lot_seal"

    lot_id: Mapped[UUID] = mapped_column(ForeignKey("lot.id"), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    wrapped: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    dropped_at: Mapped[datetime | None]


class Question(Model):
    """A public question about a call. Who asked stays here: no page, paper or log names the asker.

    ``wording`` and ``answer`` are what the Q&A notice ``notice_id`` says, for everybody at once.
    """

    __tablename__ = "question"
    __table_args__ = (
        CheckConstraint("(answered_at IS NULL) = (notice_id IS NULL)", name="answered_by_notice"),
    )

    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tender.id"), index=True)
    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"), index=True)
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime]
    text: Mapped[str]
    wording: Mapped[str | None]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    notice_id: Mapped[UUID | None] = mapped_column(ForeignKey("notice.id"), index=True)
