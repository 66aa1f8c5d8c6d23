"""Instalments, payments and the organisation's spending."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model, Versioned, append_only
from portal.core.money import Money
from portal.core.proofs import restore
from portal.core.types import enum_column
from portal.payments.values import FeeStatus, InstalmentStatus
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


class ExpertAccount(Model):
    """Where the fees of an expert go: bank, account and identity number, encrypted; ``tail`` is what screens show."""

    __tablename__ = "expert_account"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), unique=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    tail: Mapped[str]
    saved_at: Mapped[datetime]

    @property
    def place(self) -> dict[str, str | int]:
        """What the encrypted bytes are bound to."""
        return {"user": str(self.user_id), "what": "expert account"}


class FeeBatch(Versioned, Model):
    """The fees of one panel. Proposed, approved and paid by three different people; ``title`` is the call's."""

    __tablename__ = "fee_batch"
    __table_args__ = (
        CheckConstraint("approved_by IS NULL OR approved_by <> proposed_by", name="approved_by_another"),
        CheckConstraint("(status = 'paid') = (paid_at IS NOT NULL)", name="paid_has_time"),
        CheckConstraint("(status = 'paid') = (reference IS NOT NULL)", name="paid_has_reference"),
    )

    panel_id: Mapped[UUID] = mapped_column(ForeignKey("panel.id"), unique=True)
    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tender.id"), index=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"), index=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id"))
    fund_source_id: Mapped[UUID] = mapped_column(ForeignKey("fund_source.id"))
    title: Mapped[str]
    basis: Mapped[str]
    status: Mapped[FeeStatus] = enum_column(FeeStatus, index=True)
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[UUID]
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[UUID | None]
    paid_at: Mapped[datetime | None]
    paid_by: Mapped[UUID | None]
    paid_on: Mapped[date | None]
    reference: Mapped[str | None] = mapped_column(unique=True)


class Fee(Model):
    """What one expert gets for one review; ``slip_id`` is the paper for the expert, made by a job after payment."""

    __tablename__ = "expert_fee"
    __table_args__ = (
        CheckConstraint("gross = net + tax", name="adds_up"),
        CheckConstraint("gross > 0 AND tax >= 0 AND net >= 0", name="nothing_below_zero"),
    )

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("fee_batch.id"), index=True)
    seat_id: Mapped[UUID] = mapped_column(ForeignKey("seat.id"), unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    name: Mapped[str]
    gross: Mapped[Money]
    tax: Mapped[Money]
    net: Mapped[Money]
    account_tail: Mapped[str] = mapped_column(default="")
    slip_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"))


append_only(Transaction)
append_only(PaymentVoucher)
append_only(Spending)
