"""Shapes of the demo texts: plain values that the stories hand to the services."""

from dataclasses import dataclass
from decimal import Decimal

from portal.core.money import Money
from portal.parties.values import PartyKind


@dataclass(frozen=True)
class Unit:
    key: str
    name: str
    code: str


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in; ``key`` is also the local part of the e-mail address."""

    key: str
    name: str
    phone: str = ""

    @property
    def email(self) -> str:
        return f"{self.key}@example.org"


@dataclass(frozen=True)
class Organisation:
    """An organisation with its owner; ``prefix`` is the credit code without the check sign."""

    key: str
    name: str
    kind: PartyKind
    prefix: str
    representative: str
    address: str
    owner: str
    phone: str
    founded: str
    description: str
    team: str
    bank: str
    account: str

    @property
    def email(self) -> str:
        return f"{self.key}@example.org"


@dataclass(frozen=True)
class Expert:
    key: str
    name: str
    group: str
    specialties: tuple[str, ...]
    title: str
    employer: str
    past_employers: tuple[str, ...] = ()
    interests: tuple[str, ...] = ()

    @property
    def email(self) -> str:
        return f"{self.key}@example.org"


@dataclass(frozen=True)
class Line:
    """A budget line; amounts are yuan as written on paper."""

    head: str
    content: str
    unit: str
    price: str
    quantity: int
    own: str = "0"

    @property
    def amount(self) -> Money:
        return Money.from_yuan(Decimal(self.price) * self.quantity)


@dataclass(frozen=True)
class Proposal:
    """A whole proposal as an organisation writes it; its team is described by the organisation."""

    organisation: str
    title: str
    summary: str
    needs: str
    target_group: str
    beneficiaries: int
    goals: str
    activities: str
    risk: str
    lines: tuple[Line, ...]

    @property
    def quote(self) -> Money:
        """What is asked for: the lines without the organisation's own money."""
        return sum((line.amount - Money.from_yuan(line.own) for line in self.lines), Money.ZERO)


@dataclass(frozen=True)
class Lot:
    title: str
    description: str
    cap: str
    proposals: tuple[Proposal, ...] = ()


@dataclass(frozen=True)
class Call:
    title: str
    description: str
    field: str
    area: str
    eligibility: str
    lots: tuple[Lot, ...]
    condition: str = ""  # what no data can tell: an officer reads it from the papers
    graded: bool = False  # five points of the team go by the registry's grade, entered once for all experts


@dataclass(frozen=True)
class Progress:
    """A progress report on a milestone, with what was counted."""

    text: str
    sessions: int
    person_times: int
    persons: int
    volunteers: int
    captions: tuple[str, ...]


@dataclass(frozen=True)
class Voucher:
    """Money spent: days after the contract was signed, head, payee, number of the voucher, yuan, purpose."""

    after_days: int
    head: str
    payee: str
    number: str
    amount: str
    note: str
