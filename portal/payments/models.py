"""Instalments, payments and the organisation's spending."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model, Versioned, append_only
from portal.core.money import Money
from portal.core.proofs import restore
from portal.core.types import enum_column
from portal.payments.values import InstalmentStatus
from portal.tenders.values import InstalmentCondition, Requirement


class Instalment(Versioned, Model):
    """A planned part of the contract sum. Requested, accepted, approved and paid by four different people.

    ``condition`` is the first of its conditions, ``further`` the others as JSON. ``evaluation_passed`` and
    ``evaluation_stars`` are told by the evaluation, which comes later in the life of a contract.
    """

    __tablename__ = "instalment"
    __table_args__ = (
        UniqueConstraint("contract_id", "position"),
        UniqueConstraint("contract_id", "invoice_number"),
        CheckConstraint("approved_by IS NULL OR approved_by <> accepted_by", name="approved_by_another"),
        CheckConstraint("(status = 'paid') = (paid_at IS NOT NULL)", name="paid_has_time"),
    )

    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"), index=True)
    position: Mapped[int]
    share_bp: Mapped[int]
    amount: Mapped[Money]
    condition: Mapped[InstalmentCondition] = enum_column(InstalmentCondition)
    milestone_id: Mapped[UUID | None] = mapped_column(ForeignKey("milestone.id"))
    further: Mapped[list[Any]] = mapped_column(default=list)
    evaluation_passed: Mapped[bool | None]
    evaluation_stars: Mapped[int | None]
    status: Mapped[InstalmentStatus] = enum_column(
        InstalmentStatus, default=InstalmentStatus.PLANNED, index=True
    )
    requested_at: Mapped[datetime | None]
    requested_by: Mapped[UUID | None]
    invoice_number: Mapped[str | None]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[UUID | None]
    paid_at: Mapped[datetime | None]

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """Every condition, the first one first; a milestone is the one of ``milestone_id``."""
        return (Requirement(self.condition), *(restore(Requirement, row) for row in self.further))


class Transaction(Model):
    """A payment that was made: one for each instalment, one for each bank reference."""

    __tablename__ = "payment_transaction"

    instalment_id: Mapped[UUID] = mapped_column(ForeignKey("instalment.id"), unique=True)
    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"), index=True)
    movement_id: Mapped[UUID] = mapped_column(ForeignKey("movement.id"), unique=True)
    amount: Mapped[Money]
    paid_on: Mapped[date]
    reference: Mapped[str] = mapped_column(unique=True)
    payer: Mapped[str]
    payee: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID]


class PaymentVoucher(Model):
    """The voucher paper of a payment, made by a job once."""

    __tablename__ = "payment_voucher"

    transaction_id: Mapped[UUID] = mapped_column(ForeignKey("payment_transaction.id"), unique=True)
    file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id"))


class Spending(Model):
    """A voucher of the organisation: what it spent of the contract's money, under which head.

    Entries stay: a wrong one is taken back by a negative one that ``reverses_id`` ties to it, and may be entered
    anew. ``entry`` counts the entries under one voucher number.
    """

    __tablename__ = "spending"
    __table_args__ = (
        UniqueConstraint("contract_id", "voucher", "entry"),
        CheckConstraint("(amount > 0) = (reverses_id IS NULL)", name="only_reversals_below_zero"),
        CheckConstraint("amount <> 0", name="amount_not_zero"),
    )

    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"), index=True)
    head_code: Mapped[str]
    spent_on: Mapped[date]
    payee: Mapped[str]
    voucher: Mapped[str]
    entry: Mapped[int] = mapped_column(default=1)
    reverses_id: Mapped[UUID | None] = mapped_column(ForeignKey("spending.id"), unique=True)
    amount: Mapped[Money]
    note: Mapped[str] = mapped_column(default="")
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID]


append_only(Transaction)
append_only(PaymentVoucher)
append_only(Spending)
