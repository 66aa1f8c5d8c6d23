"""Funds, programmes and the append-only ledger."""

import re
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.budgets.values import AccountKind, FundKind, MovementKind, ProgrammeKind
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


append_only(Movement)
append_only(Posting)

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
