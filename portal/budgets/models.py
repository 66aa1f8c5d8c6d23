"""Funds, programmes and the append-only ledger."""

import re
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.budgets.values import (
    AccountKind,
    ConfirmationStatus,
    FundKind,
    MovementKind,
    ProgrammeKind,
    QuotaMethod,
)
from portal.core.db import Model, Versioned, append_only, run_after_create
from portal.core.money import Money
from portal.core.types import enum_column


class FundSource(Model):
    """Money with a purpose that it keeps to the end (专款专用)."""

    __tablename__ = "fund_source"

    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str]
    kind: Mapped[FundKind] = enum_column(FundKind)
    restriction: Mapped[str]
    created_at: Mapped[datetime]


class Programme(Versioned, Model):
    """A yearly programme that calls belong to."""

    __tablename__ = "programme"

    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str]
    kind: Mapped[ProgrammeKind] = enum_column(ProgrammeKind)
    year: Mapped[int]
    description: Mapped[str]
    fund_source_id: Mapped[UUID] = mapped_column(ForeignKey("fund_source.id"), index=True)
    created_at: Mapped[datetime]
    created_by: Mapped[UUID | None]


class Account(Model):
    """A balance; only the trigger of ``posting`` changes it, and only the external one may be negative.

    ``programme_id`` says whose money it is, whatever call or contract holds it; the external account has none.
    """

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("kind", "fund_source_id", "subject_id"),
        CheckConstraint("kind = 'external' OR balance >= 0", name="never_negative"),
        CheckConstraint("(kind = 'external') = (programme_id IS NULL)", name="money_of_a_programme"),
    )

    kind: Mapped[AccountKind] = enum_column(AccountKind)
    fund_source_id: Mapped[UUID] = mapped_column(ForeignKey("fund_source.id"), index=True)
    subject_id: Mapped[UUID] = mapped_column(index=True)
    programme_id: Mapped[UUID | None] = mapped_column(ForeignKey("programme.id"), index=True)
    balance: Mapped[Money] = mapped_column(default=Money(0))


OWN_KEY = re.compile(r":[0-9a-f]{8}-[0-9a-f]{4}-")


class Movement(Model):
    """Why money moved. ``reference`` is unique: the same business fact is posted once."""

    __tablename__ = "movement"

    kind: Mapped[MovementKind] = enum_column(MovementKind, index=True)
    reference: Mapped[str] = mapped_column(unique=True)
    memo: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str]

    @property
    def paper(self) -> str:
        """The number of the paper behind it (fund document, bank slip); empty where the portal made up its own key."""
        return self.reference if self.kind in (MovementKind.APPROPRIATE, MovementKind.PAY) else ""


class Posting(Model):
    """One line of a movement: an amount leaves ``source`` and arrives at ``target``, so every movement sums to zero."""

    __tablename__ = "posting"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_above_zero"),
        CheckConstraint("source_id <> target_id", name="two_accounts"),
    )

    movement_id: Mapped[UUID] = mapped_column(ForeignKey("movement.id"), index=True)
    source_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    target_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    amount: Mapped[Money]


class Confirmation(Versioned, Model):
    """The finance officer's word that a call is paid from a source, before it is published.

    ``tender_id`` belongs to a later stage, which hands in title, amount and years with its request.
    """

    __tablename__ = "fund_confirmation"
    __table_args__ = (
        CheckConstraint("(status = 'requested') = (decided_at IS NULL)", name="decided_has_time"),
        CheckConstraint("status <> 'confirmed' OR (reference <> '' AND economic_class <> '')", name="names_its_papers"),
        CheckConstraint("amount > 0", name="amount_above_zero"),
    )  # fmt: skip

    tender_id: Mapped[UUID] = mapped_column(unique=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id"), index=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"), index=True)
    title: Mapped[str]
    amount: Mapped[Money]
    first_year: Mapped[int]
    last_year: Mapped[int]
    status: Mapped[ConfirmationStatus] = enum_column(
        ConfirmationStatus, default=ConfirmationStatus.REQUESTED, index=True
    )
    reference: Mapped[str] = mapped_column(default="")
    economic_class: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    requested_at: Mapped[datetime] = mapped_column(index=True)
    requested_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]


class YearCommitment(Model):
    """What a confirmed call takes from the money of one year; the years of a call add up to its amount."""

    __tablename__ = "year_commitment"
    __table_args__ = (
        UniqueConstraint("confirmation_id", "year"),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
    )

    confirmation_id: Mapped[UUID] = mapped_column(ForeignKey("fund_confirmation.id"))
    year: Mapped[int] = mapped_column(index=True)
    amount: Mapped[Money]


class QuotaStandard(Versioned, Model):
    """How much of a fund source each community of a unit gets in one year; each year has its own."""

    __tablename__ = "quota_standard"
    __table_args__ = (
        UniqueConstraint("unit_id", "fund_source_id", "year"),
        CheckConstraint("amount > 0 AND floor >= 0", name="amount_above_zero"),
    )

    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"))
    fund_source_id: Mapped[UUID] = mapped_column(ForeignKey("fund_source.id"), index=True)
    year: Mapped[int] = mapped_column(index=True)
    method: Mapped[QuotaMethod] = enum_column(QuotaMethod)
    amount: Mapped[Money]
    floor: Mapped[Money]
    source: Mapped[str]
    target: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]


class Quota(Versioned, Model):
    """A community's share of a standard, and what of it was used; the database lets nobody use more."""

    __tablename__ = "quota"
    __table_args__ = (
        UniqueConstraint("standard_id", "unit_id"),
        CheckConstraint("used >= 0 AND used <= amount", name="no_more_than_the_quota"),
    )

    standard_id: Mapped[UUID] = mapped_column(ForeignKey("quota_standard.id"))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"), index=True)
    households: Mapped[int]
    amount: Mapped[Money]
    used: Mapped[Money] = mapped_column(default=Money(0))


class QuotaUse(Model):
    """One use of a quota by a project, or (below zero) one taken back."""

    __tablename__ = "quota_use"
    __table_args__ = (
        UniqueConstraint("quota_id", "reference"),
        CheckConstraint("amount <> 0", name="moves_something"),
    )

    quota_id: Mapped[UUID] = mapped_column(ForeignKey("quota.id"), index=True)
    amount: Mapped[Money]
    reference: Mapped[str]
    memo: Mapped[str]
    reverses_id: Mapped[UUID | None] = mapped_column(ForeignKey("quota_use.id"), unique=True)
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]


append_only(Movement)
append_only(Posting)
append_only(QuotaUse)

BALANCE_SQL = {
    "sqlite": [
        "CREATE TRIGGER posting_balance AFTER INSERT ON posting BEGIN "
        "UPDATE account SET balance = balance - NEW.amount WHERE id = NEW.source_id; "
        "UPDATE account SET balance = balance + NEW.amount WHERE id = NEW.target_id; END"
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION move_balance() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "UPDATE account SET balance = balance - NEW.amount WHERE id = NEW.source_id; "
        "UPDATE account SET balance = balance + NEW.amount WHERE id = NEW.target_id; RETURN NULL; END $$",
        "CREATE TRIGGER posting_balance AFTER INSERT ON posting FOR EACH ROW EXECUTE FUNCTION move_balance()",
    ],
}
for _dialect, _statements in BALANCE_SQL.items():
    run_after_create(Posting.__table__, _dialect, _statements)
