"""Plain values of payments."""

from dataclasses import dataclass, field
from datetime import date

from portal.core.enums import Labelled
from portal.core.money import Money
from portal.core.text import N_
from portal.tenders.values import Requirement


class InstalmentStatus(Labelled):
    PLANNED = "planned", N_("Planned")
    REQUESTED = "requested", N_("Requested"), "warn"
    ACCEPTED = "accepted", N_("Accepted by the officer"), "progress"
    APPROVED = "approved", N_("Approved for payment"), "progress"
    PAID = "paid", N_("Paid"), "good"
    CANCELLED = "cancelled", N_("Cancelled"), "bad"


@dataclass(frozen=True)
class ConditionFacts:
    """What decides whether an instalment may be requested; ``paid`` and ``spent`` are those of its contract."""

    requirements: tuple[Requirement, ...]
    contract_active: bool
    milestone: str = ""
    milestone_met: bool = False
    evaluation_passed: bool | None = None
    stars: int | None = None
    paid: Money = Money.ZERO
    spent: Money = Money.ZERO
    has_bank_account: bool = True
    account_verified: bool = True


@dataclass(frozen=True)
class HeadBudget:
    """What a head of a contract may spend, and has spent."""

    code: str
    title: str
    budget: Money
    spent: Money

    @property
    def left(self) -> Money:
        """What the approved budget still holds; below zero when it was exceeded."""
        return self.budget - self.spent

    @property
    def rate_bp(self) -> int:
        """Execution rate in basis points, rounded down."""
        return self.spent.fen * 10_000 // self.budget.fen if self.budget else 0


@dataclass(frozen=True)
class Totals:
    """The money of a contract at a glance."""

    amount: Money
    paid: Money
    spent: Money

    @property
    def unspent(self) -> Money:
        """Paid and not spent yet."""
        return self.paid - self.spent

    @property
    def rate_bp(self) -> int:
        """Share of the paid money that was spent, in basis points, rounded down."""
        return self.spent.fen * 10_000 // self.paid.fen if self.paid else 0


@dataclass(frozen=True)
class Voucher:
    """A piece of spending as the organisation enters it."""

    head_code: str
    spent_on: date
    payee: str
    number: str
    amount: Money
    note: str = ""


# --- fees of experts


class FeeStatus(Labelled):
    PROPOSED = "proposed", N_("Waiting for finance"), "warn"
    RETURNED = "returned", N_("Returned to the officer"), "bad"
    APPROVED = "approved", N_("Approved for payment"), "progress"
    PAID = "paid", N_("Paid"), "good"


@dataclass(frozen=True)
class TaxBand:
    """A band of the withholding table: up to which taxable amount (``None``: no end), rate, quick deduction."""

    up_to: Money | None
    rate_bp: int
    quick_deduction: Money


@dataclass(frozen=True)
class FeeSums:
    """The fees of a panel together: before tax, tax withheld, paid out."""

    gross: Money
    tax: Money
    net: Money


@dataclass(frozen=True)
class BankDetails:
    """Where an expert is paid, and the number under which tax is withheld; both stay out of ``repr``."""

    bank_name: str
    account: str = field(repr=False)
    id_number: str = field(repr=False)
