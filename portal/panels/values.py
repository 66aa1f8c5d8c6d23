"""The plain data that panels work on: groups, candidates, quotas, draws, conflicts, legal mixes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from portal.core.enums import Labelled
from portal.core.text import N_
from portal.tenders.values.scheme import ExpertGroup as ExpertGroup


class PanelStatus(Labelled):
    """How far a panel has come."""

    FROZEN = "frozen", N_("List frozen, waiting for the draw"), "warn"
    SEATED = "seated", N_("Drawn"), "progress"
    SCORING = "scoring", N_("Scoring"), "progress"
    CLOSED = "closed", N_("Closed"), "good"


class SeatStatus(Labelled):
    """What became of an invitation to sit."""

    STANDBY = "standby", N_("Standby")
    INVITED = "invited", N_("Invited"), "warn"
    ACCEPTED = "accepted", N_("Accepted"), "good"
    DECLINED = "declined", N_("Declined"), "bad"
    RECUSED = "recused", N_("Recused"), "bad"


class ExclusionReason(Labelled):
    """Why a member of the pool is not in the list that is drawn from."""

    RECUSED = "recused", N_("Conflict of interest with a bidder"), "warn"
    BUYER_STAFF = "buyer_staff", N_("Works for the buyer or its agency"), "warn"
    UNAVAILABLE = "unavailable", N_("Not available on the day")
    NOT_ACTIVE = "not_active", N_("Suspended, left or term ended")
    EDITED_LATE = "edited_late", N_("Entered or changed after the cut-off")
    NO_MATCHING_CELL = "no_matching_cell", N_("No specialty asked for in this draw")
    SEATED_BEFORE = "seated_before", N_("Called in an earlier draw of this tender")


class DrawStatus(Labelled):
    """How far one numbered draw has come."""

    COMMITTING = "committing", N_("Waiting for the commitments"), "warn"
    REVEALING = "revealing", N_("Waiting for the strings"), "warn"
    DRAWN = "drawn", N_("Drawn"), "good"
    VOID = "void", N_("Void"), "bad"


class WitnessRole(Labelled):
    """Who lodges a string of his or her own before the draw."""

    OFFICER = "officer", N_("Programme officer")
    SUPERVISOR = "supervisor", N_("Supervisor")
    WITNESS = "witness", N_("Third witness")


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """What a seat asks for: a group, and a specialty (empty where any will do)."""

    group: ExpertGroup
    specialty: str = ""


@dataclass(frozen=True, slots=True)
class Quota:
    """``standby`` is the least number of people beyond the seats, so that a decline can be made good."""

    cell: Cell
    seats: int
    standby: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """An eligible expert at the moment of freezing; ``salt`` is 64 random hexadecimal digits, new for each draw."""

    expert_id: str
    name: str
    salt: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class Entry:
    """A candidate as the published list shows it: a salted digest and the cell, no name."""

    digest: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class Exclusion:
    digest: str
    reason: ExclusionReason


@dataclass(frozen=True, slots=True)
class Witness:
    """A party's commitment and, after all are in, the string behind it."""

    role: WitnessRole
    commitment: str
    words: str


@dataclass(frozen=True, slots=True)
class DrawInput:
    """What is fixed before anybody reveals anything.

    Draws of a tender are numbered from 1 without gaps; ``previous`` is the digest of the record of the draw before,
    ``None`` for the first, and ``reason`` the supervisor's reason for a further one. ``roles`` are those who lodge
    a string, in the order of the seed.
    """

    tender: str
    draw_no: int
    quotas: tuple[Quota, ...]
    entries: tuple[Entry, ...]
    exclusions: tuple[Exclusion, ...] = ()
    previous: str | None = None
    roles: tuple[WitnessRole, ...] = tuple(WitnessRole)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Standby:
    """The digests of those not seated in a cell, in the order in which they are called."""

    cell: Cell
    digests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DrawResult:
    seated: tuple[Entry, ...]
    standby: tuple[Standby, ...]


@dataclass(frozen=True, slots=True)
class Revealed:
    """A seated member made public with the result: anybody can recompute the digest."""

    digest: str
    salt: str
    expert_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Draw:
    """A finished draw: the content of a proof file."""

    draw: DrawInput
    list_digest: str
    rules_digest: str
    commitment: str
    secret: str
    witnesses: tuple[Witness, ...]
    seed: str
    result: DrawResult
    revealed: tuple[Revealed, ...] = ()


@dataclass(frozen=True, slots=True)
class Lodged:
    """What a witness of a void draw left behind: a commitment, and the string where it was revealed in time."""

    role: WitnessRole
    commitment: str | None
    words: str | None


@dataclass(frozen=True, slots=True)
class VoidDraw:
    """A draw that was opened and not held: the content of the record published under its number."""

    draw: DrawInput
    list_digest: str
    rules_digest: str
    commitment: str
    secret: str
    lodged: tuple[Lodged, ...]
    cause: str


class Severity(Labelled):
    HARD = "hard", N_("Must withdraw"), "bad"
    SOFT = "soft", N_("To be examined"), "warn"


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


class PanelMethod(Labelled):
    """Procedures that differ in what a lawful panel is."""

    TENDER = "tender", N_("Open or invited tender")
    CONSULTATION = "consultation", N_("Competitive consultation")
    NEGOTIATION = "negotiation", N_("Competitive negotiation")
    INQUIRY = "inquiry", N_("Inquiry quotation")
    VENTURE = "venture", N_("Public-interest venture call")


@dataclass(frozen=True, slots=True)
class MixRule:
    """A lawful panel: data of a procedure, with its source. Amounts in fen; the share of experts as a ratio.

    ``large_minimum`` holds from ``large_from_fen`` on, and for work that is complex or of great influence.
    ``earliest_draw`` is how many working days before the review the draw may be held at most; ``reveal_hours`` how
    long the witnesses have to reveal once all commitments are in.
    """

    minimum: int
    source: str
    odd: bool = True
    expert_share: tuple[int, int] = (2, 3)
    large_minimum: int | None = None
    large_from_fen: int | None = None
    buyer_may_chair: bool = False
    group_minimum: Mapping[ExpertGroup, int] = field(default_factory=dict)
    earliest_draw: int | None = None
    earliest_source: str = ""
    reveal_hours: int = 24


@dataclass(frozen=True, slots=True)
class PanelMix:
    """Who sits: experts per group, the buyer's representatives, and whether one of these takes the chair."""

    experts: Mapping[ExpertGroup, int]
    buyers: int = 0
    buyer_chairs: bool = False
    budget_fen: int = 0
    complex_or_influential: bool = False

    @property
    def size(self) -> int:
        """All members with a vote."""
        return sum(self.experts.values()) + self.buyers
