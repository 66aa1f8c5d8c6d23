"""Plain values of procedures: what a way of awarding demands, each figure with its source and dates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portal.core.calendar import Walk
from portal.core.enums import Labelled
from portal.core.text import N_


class FigureUnit(Labelled):
    """What a figure counts."""

    DAYS = "D", N_("calendar days")
    WORKING_DAYS = "WD", N_("working days")
    YEARS = "Y", N_("years")
    NUMBER = "N", N_("number")
    POINTS = "P", N_("points")
    BASIS_POINTS = "BP", N_("basis points")
    THIRDS = "THIRDS", N_("thirds")
    YUAN = "CNY", N_("yuan")

    @property
    def is_period(self) -> bool:
        """Whether the figure is a stretch of days."""
        return self in (FigureUnit.DAYS, FigureUnit.WORKING_DAYS)


class Bound(Labelled):
    """On which side of a figure the law lies: an own version may only be stricter than a confirmed rule."""

    LEAST = "least", N_("at least")
    MOST = "most", N_("at most")


class Event(Labelled):
    """What happens in a case and sets a period going."""

    CALL = "call", N_("Publication of the call")
    DEADLINE = "deadline", N_("Deadline for proposals")
    REVIEW = "review", N_("Review by the panel")
    REPORT = "report", N_("The buyer receives the review report")
    DETERMINATION = "determination", N_("The buyer decides")
    RESULT = "result", N_("Result notice")
    NOTICE_END = "notice_end", N_("The public notice of the result ends")
    CONTRACT = "contract", N_("Contract signed")
    ACCEPTANCE = "acceptance", N_("Acceptance of the service")
    QUESTION = "question", N_("Inquiry received")
    CHALLENGE = "challenge", N_("Challenge received")
    ANSWER = "answer", N_("The answer period ends")
    COMPLAINT = "complaint", N_("Complaint received")


class Group(Labelled):
    """The parts of a procedure in which its figures are shown."""

    CALL = "call", N_("Call and proposals")
    REVIEW = "review", N_("Panel and review")
    RESULT = "result", N_("Result and contract")
    MONEY = "money", N_("Money and files")
    REMEDY = "remedy", N_("Questions, challenges and complaints")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a procedure. ``confirmed`` is false for usual practice that no text we read settles.

    ``local`` marks a version that an administrator added, for the ``reason`` given there.
    """

    value: int
    unit: FigureUnit
    source: str
    since: date
    until: date | None = None
    confirmed: bool = True
    count_first_day: bool = False
    local: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FigureKind:
    """What a figure means: its words, the side on which the law lies, and for a period what sets it going.

    A ``backward`` period counts back from its event. A ``right`` is time that somebody has for an act of theirs.
    """

    title: str
    group: Group
    bound: Bound
    units: tuple[FigureUnit, ...]
    event: Event | None = None
    backward: bool = False
    right: bool = False

    @property
    def reading(self) -> str:
        """What the computed day of the period means, as a sentence with ``%(day)s``."""
        if self.backward:
            return N_("on %(day)s at the latest") if self.bound is Bound.LEAST else N_("from %(day)s on")
        if self.right or self.bound is Bound.MOST:
            return N_("until %(day)s at the latest")
        return N_("not before %(day)s ends")


@dataclass(frozen=True, slots=True)
class LocalFigure:
    """A version of one figure that an administrator added: it applies from ``since`` on."""

    procedure: str
    name: str
    value: int
    since: date
    source: str
    reason: str
    count_first_day: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """A computed date of a case: the figure, what it counts from, and the walk that says why this date."""

    name: str
    kind: FigureKind
    figure: Figure
    walk: Walk


@dataclass(frozen=True, slots=True)
class Move:
    """What a correction does to a deadline: ``day`` is the deadline that holds after it."""

    moved: bool
    day: date
    figure: Figure
    walk: Walk


@dataclass(frozen=True, slots=True)
class Course:
    """How a case runs: selection in ``stages`` (at most), a roadshow, channels of the public, negotiation."""

    stages: int
    roadshow: bool
    public_channels: tuple[str, ...]
    negotiated: bool


@dataclass(frozen=True, slots=True)
class DefaultCriterion:
    code: str
    title: str
    description: str
    kind: str
    maximum: Decimal
    step: Decimal


@dataclass(frozen=True, slots=True)
class DefaultHead:
    """A usual budget head; ``cap_bp`` is the largest share that a call may allow, ``None`` means no limit."""

    code: str
    title: str
    cap_bp: int | None
    source: str


@dataclass(frozen=True, slots=True)
class DefaultInstalment:
    share_bp: int
    condition: str
    milestone_position: int | None = None


@dataclass(frozen=True, slots=True)
class DefaultMilestone:
    title: str
    due_days: int


@dataclass(frozen=True)
class Procedure:
    """A procedure as in force on one day; ``content`` is what a call freezes, ``digest`` its SHA-256.

    ``figures`` holds every figure by its name in ``FIGURES``; the names of ``REQUIRED`` are always there.
    """

    code: str
    title: str
    title_en: str
    series: str
    legal_basis: str
    version: str
    course: Course
    figures: Mapping[str, Figure]
    price_formula: str
    aggregations: tuple[str, ...]
    scheme: Mapping[str, Any]
    usual_bids: int
    usual_panel: int
    criteria: tuple[DefaultCriterion, ...]
    heads: tuple[DefaultHead, ...]
    instalments: tuple[DefaultInstalment, ...]
    instalment_source: str
    milestones: tuple[DefaultMilestone, ...]
    content: Mapping[str, Any]
    digest: str

    @property
    def periods(self) -> dict[str, Figure]:
        """The figures that are stretches of days, by name."""
        return {name: figure for name, figure in self.figures.items() if figure.unit.is_period}

    @property
    def minimum_bids(self) -> Figure:
        """The fewest proposals for a lot."""
        return self.figures["minimum_bids"]

    @property
    def panel_minimum(self) -> Figure:
        """The fewest members of a panel."""
        return self.figures["panel_minimum"]

    @property
    def price_weight(self) -> tuple[Figure, Figure] | None:
        """The band in which the weight of the price lies; ``None`` where the price does not count."""
        low, high = self.figures.get("price_weight_minimum"), self.figures.get("price_weight_maximum")
        return (low, high) if low and high else None

    @property
    def notice_days(self) -> int:
        """Working days that a result is publicised."""
        return self.periods["result_notice"].value

    @property
    def head_caps(self) -> dict[str, int]:
        """The largest share of each budget head, in basis points, by code."""
        return {head.code: head.cap_bp for head in self.heads if head.cap_bp is not None}


REQUIRED = (
    "submission", "documents", "call_notice", "clarification", "minimum_bids", "panel_minimum", "minimum_valid_bids", "result_notice",
    "contract", "contract_publication", "project", "archive", "challenge", "challenge_answer",
)  # fmt: skip

_PERIOD = (FigureUnit.DAYS, FigureUnit.WORKING_DAYS)
_NUMBER = (FigureUnit.NUMBER,)
_SHARE = (FigureUnit.BASIS_POINTS,)
_YUAN = (FigureUnit.YUAN,)
_LEAST, _MOST = Bound.LEAST, Bound.MOST
_CALL, _REVIEW, _RESULT, _MONEY, _REMEDY = Group

FIGURES = {
    "intention": FigureKind(N_("Purchase intention published before the call"), _CALL, _LEAST, _PERIOD, Event.CALL, True),
    "single_source_publicity": FigureKind(N_("Public notice that there is a single source"), _CALL, _LEAST, _PERIOD),
    "prequalification": FigureKind(N_("Time to apply for pre-qualification"), _CALL, _LEAST, _PERIOD),
    "prequalification_clarification": FigureKind(
        N_("Clarification of pre-qualification documents before its deadline"), _CALL, _LEAST, _PERIOD
    ),
    "submission": FigureKind(N_("From the call to the deadline"), _CALL, _LEAST, _PERIOD, Event.CALL),
    "documents": FigureKind(N_("Documents are given out"), _CALL, _LEAST, _PERIOD, Event.CALL),
    "call_notice": FigureKind(N_("Public notice of the call"), _CALL, _LEAST, _PERIOD, Event.CALL),
    "clarification": FigureKind(
        N_("Correction that affects proposals, before the deadline"), _CALL, _LEAST, _PERIOD, Event.DEADLINE, True
    ),
    "minimum_bids": FigureKind(N_("Proposals"), _CALL, _LEAST, _NUMBER),
    "budget_maximum": FigureKind(N_("Budget for which this procedure may be used"), _CALL, _MOST, _YUAN),
    "open_tender_from": FigureKind(N_("Budget from which an open tender is the rule"), _CALL, _MOST, _YUAN),
    "bid_deposit": FigureKind(N_("Deposit with a proposal, share of the budget"), _CALL, _MOST, _SHARE),
    "expert_draw": FigureKind(N_("Experts are drawn before the review"), _REVIEW, _MOST, _PERIOD, Event.REVIEW, True),
    "panel_minimum": FigureKind(N_("Members of the panel"), _REVIEW, _LEAST, _NUMBER),
    "panel_large": FigureKind(N_("Members of the panel for a large budget"), _REVIEW, _LEAST, _NUMBER),
    "panel_large_from": FigureKind(N_("Budget from which the larger panel is needed"), _REVIEW, _MOST, _YUAN),
    "expert_share": FigureKind(N_("Experts in the panel"), _REVIEW, _LEAST, (FigureUnit.THIRDS,)),
    "minimum_valid_bids": FigureKind(N_("Valid proposals for a review"), _REVIEW, _LEAST, _NUMBER),
    "final_offers": FigureKind(N_("Suppliers that make a final offer"), _REVIEW, _LEAST, _NUMBER),
    "price_weight_minimum": FigureKind(N_("Weight of the price, lower end"), _REVIEW, _LEAST, (FigureUnit.POINTS,)),
    "price_weight_maximum": FigureKind(N_("Weight of the price, upper end"), _REVIEW, _MOST, (FigureUnit.POINTS,)),
    "trim_minimum": FigureKind(N_("Marks needed to drop the highest and the lowest"), _REVIEW, _LEAST, _NUMBER),
    "deviation": FigureKind(N_("Distance of a mark from the mean that needs a reason"), _REVIEW, _MOST, _SHARE),
    "low_mark": FigureKind(N_("Share of the maximum below which a mark needs a reason"), _REVIEW, _LEAST, _SHARE),
    "decimals": FigureKind(N_("Decimal places of a result"), _REVIEW, _LEAST, _NUMBER),
    "sme_deduction_minimum": FigureKind(N_("Price deduction for small enterprises, lower end"), _REVIEW, _LEAST, _SHARE),
    "sme_deduction_maximum": FigureKind(N_("Price deduction for small enterprises, upper end"), _REVIEW, _MOST, _SHARE),
    "sme_share": FigureKind(N_("Share of small enterprises in a consortium"), _REVIEW, _LEAST, _SHARE),
    "sme_part_deduction_minimum": FigureKind(N_("Price deduction for such a consortium, lower end"), _REVIEW, _LEAST, _SHARE),
    "sme_part_deduction_maximum": FigureKind(N_("Price deduction for such a consortium, upper end"), _REVIEW, _MOST, _SHARE),
    "report_delivery": FigureKind(N_("Review report sent to the buyer"), _RESULT, _MOST, _PERIOD, Event.REVIEW),
    "determination": FigureKind(N_("The buyer decides"), _RESULT, _MOST, _PERIOD, Event.REPORT),
    "award_notice": FigureKind(N_("Award notice and result notice"), _RESULT, _MOST, _PERIOD, Event.DETERMINATION),
    "result_notice": FigureKind(N_("Public notice of the result"), _RESULT, _LEAST, _PERIOD, Event.RESULT),
    "expert_record": FigureKind(N_("Conduct of the experts recorded"), _RESULT, _MOST, _PERIOD, Event.REVIEW),
    "deposit_return_losers": FigureKind(N_("Deposit back to the others"), _RESULT, _MOST, _PERIOD, Event.RESULT),
    "contract": FigureKind(N_("Contract signed"), _RESULT, _MOST, _PERIOD, Event.RESULT),
    "contract_publication": FigureKind(N_("Contract published"), _RESULT, _MOST, _PERIOD, Event.CONTRACT),
    "contract_filing": FigureKind(N_("Copy of the contract filed with finance"), _RESULT, _MOST, _PERIOD, Event.CONTRACT),
    "deposit_return_winner": FigureKind(N_("Deposit back to the winner"), _RESULT, _MOST, _PERIOD, Event.CONTRACT),
    "single_source_addition": FigureKind(N_("Addition to an earlier contract"), _RESULT, _MOST, _SHARE),
    "performance_deposit": FigureKind(N_("Performance deposit, share of the contract"), _MONEY, _MOST, _SHARE),
    "supplements": FigureKind(N_("All supplementary contracts together"), _MONEY, _MOST, _SHARE),
    "budget_change": FigureKind(N_("Change between budget heads without approval"), _MONEY, _MOST, _SHARE),
    "first_payment": FigureKind(N_("First payment"), _MONEY, _MOST, _PERIOD, Event.CONTRACT),
    "payment": FigureKind(N_("Payment"), _MONEY, _MOST, _PERIOD, Event.ACCEPTANCE),
    "payment_longest": FigureKind(N_("Payment when the contract says so"), _MONEY, _MOST, _PERIOD, Event.ACCEPTANCE),
    "late_interest": FigureKind(N_("Interest for each day of late payment"), _MONEY, _LEAST, _SHARE),
    "project": FigureKind(N_("Duration of a project"), _MONEY, _MOST, _PERIOD),
    "archive": FigureKind(N_("Files are kept"), _MONEY, _LEAST, (FigureUnit.YEARS,)),
    "inquiry_answer": FigureKind(N_("Inquiry answered"), _REMEDY, _MOST, _PERIOD, Event.QUESTION),
    "challenge": FigureKind(N_("Challenge against the result"), _REMEDY, _LEAST, _PERIOD, Event.NOTICE_END, right=True),
    "challenge_answer": FigureKind(N_("Challenge answered"), _REMEDY, _MOST, _PERIOD, Event.CHALLENGE),
    "complaint": FigureKind(N_("Complaint"), _REMEDY, _LEAST, _PERIOD, Event.ANSWER, right=True),
    "complaint_check": FigureKind(N_("Form of a complaint checked"), _REMEDY, _MOST, _PERIOD, Event.COMPLAINT),
    "complaint_refusal": FigureKind(N_("Refusal or transfer of a complaint told"), _REMEDY, _MOST, _PERIOD, Event.COMPLAINT),
    "complaint_copies": FigureKind(N_("Copies of a complaint sent"), _REMEDY, _MOST, _PERIOD, Event.COMPLAINT),
    "complaint_statement": FigureKind(N_("Statement of the respondent"), _REMEDY, _MOST, _PERIOD),
    "complaint_decision": FigureKind(N_("Complaint decided"), _REMEDY, _MOST, _PERIOD, Event.COMPLAINT),
    "suspension": FigureKind(N_("Suspension during a complaint"), _REMEDY, _MOST, _PERIOD, Event.COMPLAINT),
}  # fmt: skip
