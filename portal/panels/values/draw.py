"""Groups, cells, draws and seats as plain data."""

from dataclasses import dataclass

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
    LAPSED = "lapsed", N_("No answer"), "bad"
    RECUSED = "recused", N_("Recused"), "bad"


class ExclusionReason(Labelled):
    """Why a member of the pool is not in the list that is drawn from."""

    RECUSED = "recused", N_("Conflict of interest with a bidder"), "warn"
    BUYER_STAFF = "buyer_staff", N_("Works for the buyer or its agency"), "warn"
    UNAVAILABLE = "unavailable", N_("Not available on the day")
    NOT_ACTIVE = "not_active", N_("Suspended, left or term ended")
    OUTDATED = "outdated", N_("Declarations not confirmed in time")
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
    """Somebody of the pool who is not in the list, by digest, and why."""

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
    """Who sits, in the order drawn, and who stands by."""

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
