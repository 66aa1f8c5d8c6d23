"""Plain values of the front page."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portal.core.money import Money


@dataclass(frozen=True)
class Funded:
    """A project that got money, for the front page."""

    contract_id: UUID
    title: str
    party_id: UUID
    party: str
    amount: Money
    signed_at: datetime | None
    stars: int | None


@dataclass(frozen=True)
class Call:
    """An open call, for the front page."""

    tender_id: UUID
    title: str
    unit: str
    budget: Money
    deadline_at: datetime | None


@dataclass(frozen=True)
class Paper:
    """A notice, for the front page."""

    notice_id: UUID
    title: str
    kind: Any
    published_at: datetime
    last_day: date | None


@dataclass(frozen=True)
class Figures:
    """What the portal has done so far."""

    calls: int
    organisations: int
    contracts: int
    committed: Money
    paid: Money


@dataclass(frozen=True)
class Front:
    """All that the front page shows."""

    calls: list[Call]
    papers: list[Paper]
    funded: list[Funded]
    figures: Figures = field(default_factory=lambda: Figures(0, 0, 0, Money(0), Money(0)))
