"""Plain values of contracts (OCDS contractStatus)."""

from dataclasses import dataclass
from datetime import date

from portal.core.enums import Labelled
from portal.core.money import Money
from portal.core.text import N_


class ContractStatus(Labelled):
    PENDING = "pending", N_("Waiting for signatures"), "warn"
    ACTIVE = "active", N_("In force"), "good"
    CANCELLED = "cancelled", N_("Not signed"), "bad"
    TERMINATED = "terminated", N_("Finished"), "neutral"


class Side(Labelled):
    BUYER = "buyer", N_("Buyer (Party A)")
    SUPPLIER = "supplier", N_("Organisation (Party B)")


@dataclass(frozen=True)
class BudgetLine:
    """One line of a contract's budget under a head of the call."""

    head_code: str
    head_title: str
    content: str
    amount: Money


@dataclass(frozen=True)
class Project:
    """What the winning proposal promises, as the contract repeats it."""

    title: str
    target_group: str
    beneficiaries: int
    goals: str
    activities: str
    team: str
    risk: str


@dataclass(frozen=True)
class Basis:
    """The call and the notice that a contract stands on, and the money that pays for it."""

    tender_number: str
    tender_title: str
    notice_number: str
    field: str
    area: str
    fund_name: str
    fund_restriction: str


@dataclass(frozen=True)
class Supplier:
    """Party B as the contract names it."""

    name: str
    code: str
    legal_representative: str
    address: str
    contact_name: str
    contact_phone: str
    bank_name: str
    bank_account: str


@dataclass(frozen=True)
class PlannedStep:
    """A milestone of the contract: due on a date."""

    position: int
    title: str
    due_on: date


@dataclass(frozen=True)
class PlannedPart:
    """An instalment of the contract with its condition in Chinese words; ``share_bp`` in basis points."""

    position: int
    share_bp: int
    amount: Money
    condition: str
