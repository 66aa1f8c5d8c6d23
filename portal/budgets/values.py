"""Plain values of budgets."""

from dataclasses import dataclass
from uuid import UUID

from portal.core.enums import Labelled
from portal.core.money import Money
from portal.core.text import N_


class FundKind(Labelled):
    FISCAL = "fiscal", N_("Fiscal funds")
    LOTTERY = "lottery", N_("Lottery public-welfare fund")
    CHARITY = "charity", N_("Charity fund")
    COMMUNITY = "community", N_("Community service fund")
    DONATION = "donation", N_("Social donation")
    PARTY_DUES = "party_dues", N_("Party membership dues")
    MATCHING = "matching", N_("Matching funds")


class ProgrammeKind(Labelled):
    VENTURE = "venture", N_("Public-welfare venture")
    PURCHASE = "purchase", N_("Government purchase of services")


class AccountKind(Labelled):
    """Stages of money; every balance but the external one stays at or above zero."""

    EXTERNAL = "external", N_("Outside (appropriations)")
    AVAILABLE = "available", N_("Available in the programme")
    RESERVED = "reserved", N_("Reserved for the call")
    COMMITTED = "committed", N_("Committed by contract")
    PAYABLE = "payable", N_("Approved for payment")
    PAID = "paid", N_("Paid")
    RETURNED = "returned", N_("Returned")


class MovementKind(Labelled):
    APPROPRIATE = "appropriate", N_("Appropriation")
    RESERVE = "reserve", N_("Reservation")
    COMMIT = "commit", N_("Commitment")
    APPROVE = "approve", N_("Approval for payment")
    FEE = "fee", N_("Expert fees approved")
    PAY = "pay", N_("Payment")
    RELEASE = "release", N_("Release")
    RETURN = "return", N_("Return of unspent money")


@dataclass(frozen=True)
class AccountKey:
    """An account: a stage of one fund source's money in one programme, tender or contract (``subject_id``)."""

    kind: AccountKind
    fund_source_id: UUID
    subject_id: UUID


@dataclass(frozen=True)
class Line:
    """One posting line: ``amount`` (above zero) leaves ``source`` and arrives at ``target``."""

    source: AccountKey
    target: AccountKey
    amount: Money


# --- confirmation of funds before a call is published


class ConfirmationStatus(Labelled):
    REQUESTED = "requested", N_("Waiting for finance"), "warn"
    CONFIRMED = "confirmed", N_("Funds confirmed"), "good"
    REFUSED = "refused", N_("Funds refused"), "bad"


@dataclass(frozen=True)
class FundsAnswer:
    """What finance said about the funds of a call, for which amount."""

    status: ConfirmationStatus
    amount: Money
    reason: str = ""


@dataclass(frozen=True)
class YearShare:
    """What a call takes from the money of one year."""

    year: int
    amount: Money


# --- quotas of communities


class QuotaMethod(Labelled):
    FIXED = "fixed", N_("Fixed amount for each community")
    PER_HOUSEHOLD = "per_household", N_("Amount for each household, with a floor")


@dataclass(frozen=True)
class QuotaRow:
    """One line of the list of communities: its row in the sheet, the community, and its households."""

    row: int
    unit_id: UUID
    households: int


@dataclass(frozen=True)
class AppropriationRow:
    """One line of a sheet of appropriations; what could not be understood is ``None``."""

    row: int
    programme_id: UUID | None
    amount: Money | None
    reference: str
    memo: str
