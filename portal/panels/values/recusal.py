"""What ties experts to bidders, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from portal.core.enums import Labelled
from portal.core.text import N_


class Severity(Labelled):
    """Whether a finding excludes by itself."""

    HARD = "hard", N_("Must withdraw"), "bad"
    SOFT = "soft", N_("To be examined"), "warn"


class RequestStatus(Labelled):
    """What became of a bidder's request that somebody be recused."""

    OPEN = "open", N_("Being examined"), "warn"
    FOLLOWED = "followed", N_("Recusal ensured"), "good"
    REFUSED = "refused", N_("Not followed"), "bad"


class ConflictKind(Labelled):
    """What connects an expert with a bidder."""

    EMPLOYER = "employer", N_("Works for the organisation")
    PAST_EMPLOYER = "past_employer", N_("Worked for the organisation in the last three years")
    BOARD = "board", N_("Board, supervisory or controlling position")
    MEMBER = "member", N_("Member of the organisation")
    DECLARED = "declared", N_("Declared interest")
    FAMILY = "family", N_("Family tie")
    HUB = "hub", N_("Tie with its hub organisation")
    SAME_PHONE = "same_phone", N_("Same telephone number")
    SAME_ADDRESS = "same_address", N_("Same address")
    SAME_NAME = "same_name", N_("Same name as a person of the organisation")


SEVERITIES: Mapping[ConflictKind, Severity] = {
    ConflictKind.EMPLOYER: Severity.HARD,
    ConflictKind.PAST_EMPLOYER: Severity.HARD,
    ConflictKind.BOARD: Severity.HARD,
    ConflictKind.MEMBER: Severity.HARD,
    ConflictKind.DECLARED: Severity.HARD,
    ConflictKind.FAMILY: Severity.HARD,
    ConflictKind.HUB: Severity.SOFT,
    ConflictKind.SAME_PHONE: Severity.SOFT,
    ConflictKind.SAME_ADDRESS: Severity.SOFT,
    ConflictKind.SAME_NAME: Severity.SOFT,
}


class TieKind(Labelled):
    """What a person is, or was, in an organisation."""

    EMPLOYEE = "employee", N_("Employee")
    FORMER = "former", N_("Employee within the last three years")
    BOARD = "board", N_("Director, supervisor or controlling shareholder")
    MEMBER = "member", N_("Member")
    INTEREST = "interest", N_("Other interest")


@dataclass(frozen=True, slots=True)
class OrganisationTie:
    """A tie to an organisation by code or, where the code is unknown, by name; ``until`` is the last day."""

    kind: TieKind
    name: str
    code: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Relative:
    """A declared relative; ``organisation`` or its code say where that person works or sits."""

    name: str
    relation: str
    organisation: str = ""
    organisation_code: str = ""


@dataclass(frozen=True, slots=True)
class ExpertFacts:
    """What is known about an expert that may tie to a bidder."""

    expert_id: str
    name: str
    ties: tuple[OrganisationTie, ...] = ()
    phones: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    relatives: tuple[Relative, ...] = ()


@dataclass(frozen=True, slots=True)
class BidderFacts:
    """A bidder with the people it named and the hub organisations it belongs to (codes or names)."""

    bid_id: str
    name: str
    code: str = ""
    people: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    hubs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """A connection found, with the words that prove it."""

    expert_id: str
    bid_id: str
    kind: ConflictKind
    severity: Severity
    evidence: str


@dataclass(frozen=True)
class Declaration:
    """What an expert declares about himself or herself; ``unavailable`` are first and last days."""

    employer: str
    past_employers: tuple[str, ...] = ()
    interests: tuple[str, ...] = ()
    ties: tuple[OrganisationTie, ...] = ()
    relatives: tuple[Relative, ...] = ()
    address: str = ""
    phone: str = ""
    unavailable: tuple[tuple[date, date], ...] = ()
    agreed: bool = False
