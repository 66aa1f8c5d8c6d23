"""Contracts and their signatures."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.contracts.values import ContractStatus, Side
from portal.core.db import Model, Versioned, append_only
from portal.core.money import Money
from portal.core.types import enum_column


class Contract(Versioned, Model):
    """A contract drawn up from an award. ``terms`` is the frozen plain context of its text; the PDF comes from it."""

    __tablename__ = "contract"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_above_zero"),
        CheckConstraint(
            "(status IN ('active', 'terminated')) = (signed_at IS NOT NULL)", name="signed_has_time"
        ),
        CheckConstraint("(status = 'terminated') = (closed_at IS NOT NULL)", name="closed_has_time"),
    )

    number: Mapped[str] = mapped_column(unique=True)
    award_id: Mapped[UUID] = mapped_column(ForeignKey("award.id"), unique=True)
    tender_id: Mapped[UUID] = mapped_column(ForeignKey("tender.id"), index=True)
    lot_id: Mapped[UUID] = mapped_column(ForeignKey("lot.id"))
    party_id: Mapped[UUID] = mapped_column(ForeignKey("party.id"), index=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"), index=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id"), index=True)
    fund_source_id: Mapped[UUID] = mapped_column(ForeignKey("fund_source.id"))
    title: Mapped[str]
    amount: Mapped[Money]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    status: Mapped[ContractStatus] = enum_column(ContractStatus, default=ContractStatus.PENDING, index=True)
    terms: Mapped[dict[str, Any]]
    terms_digest: Mapped[str]
    pdf_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    signed_pdf_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    created_at: Mapped[datetime]
    created_by: Mapped[UUID]
    signed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class Signature(Model):
    """One side's signature over the digest of the terms."""

    __tablename__ = "signature"
    __table_args__ = (UniqueConstraint("contract_id", "side"),)

    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"), index=True)
    side: Mapped[Side] = enum_column(Side)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    name: Mapped[str]
    signed_at: Mapped[datetime]
    digest: Mapped[str]


class ContractLine(Model):
    """An approved budget line of a contract, from the winning proposal."""

    __tablename__ = "contract_line"
    __table_args__ = (UniqueConstraint("contract_id", "position"),)

    contract_id: Mapped[UUID] = mapped_column(ForeignKey("contract.id"), index=True)
    position: Mapped[int]
    head_code: Mapped[str]
    head_title: Mapped[str]
    content: Mapped[str]
    amount: Mapped[Money]


append_only(Signature)
append_only(ContractLine)
