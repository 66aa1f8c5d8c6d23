"""Plain values of awards (OCDS awardStatus)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from portal.core.enums import Labelled
from portal.core.money import Money
from portal.core.text import N_


class AwardStatus(Labelled):
    """A proposal that was not chosen has no award; why is stated in the notice."""

    PENDING = "pending", N_("In public notice"), "progress"
    ACTIVE = "active", N_("Awarded"), "good"
    CANCELLED = "cancelled", N_("Cancelled"), "bad"


class Outcome(Labelled):
    """What became of a ranked proposal once awards are decided: the same words on every page, in every message."""

    PROPOSED = "proposed", N_("Proposed for award"), "progress"
    NOTICE_OVER = "notice_over", N_("Notice over, to be confirmed"), "progress"
    AWARDED = "awarded", N_("Awarded"), "good"
    RESERVE = "reserve", N_("In reserve"), "neutral"
    NOT_CHOSEN = "not_chosen", N_("Not chosen"), "neutral"
    TAKEN_BACK = "taken_back", N_("Award taken back"), "bad"


@dataclass(frozen=True, slots=True)
class Given:
    """An award of a lot, as far as outcomes need it."""

    bid_id: UUID
    status: AwardStatus
    notice_ends_on: date


class Standing(Labelled):
    """What the ranking says about a proposal when awards are decided."""

    PROPOSED = "proposed", N_("Above the line"), "good"
    RESERVE = "reserve", N_("In reserve"), "progress"
    EXCLUDED = "excluded", N_("Below the line"), "warn"


@dataclass(frozen=True)
class LotLimit:
    """What one lot allows: the most for one proposal and the number of awards."""

    lot_id: UUID
    title: str
    cap: Money
    awards_max: int


@dataclass(frozen=True)
class Candidate:
    """A ranked proposal. ``below_line`` is the reason code or sentence that the ranking gave, empty above the line.

    ``held`` tells that it has an award that stands, ``cancelled`` that an earlier award was cancelled.
    """

    bid_id: UUID
    lot_id: UUID
    party_id: UUID
    name: str
    rank: int
    total: Decimal
    quote: Money
    below_line: str = ""
    tie_reason: str = ""
    held: Money | None = None
    cancelled: bool = False


@dataclass(frozen=True)
class ResultPaper:
    """What the result notice says besides the table of proposals; challenges are possible until ``object_until``."""

    number: str
    title: str
    buyer: str
    first_day: date
    last_day: date
    reason: str
    not_admitted: int
    provisional: bool
    object_until: date
