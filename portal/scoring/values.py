"""The plain data that scoring works on: bids, sheets, scores, ranks, and the published record.

The scheme is written with the call; its values are re-exported here for everything that scores by it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from portal.core.enums import Labelled
from portal.core.proofs import UNPUBLISHED
from portal.core.text import N_
from portal.tenders.values.scheme import (
    BASIS,
    DRAW,
    PANEL_PART,
    QUOTE,
    RESERVED_CODES,
    TECHNICAL,
    Aggregation,
    AggregationMethod,
    AggregationPer,
    Band,
    Criterion,
    CriterionKind,
    Cut,
    FactMethod,
    FactRule,
    FactStep,
    GroupWeight,
    PriceFormula,
    PriceMethod,
    RoundAt,
    Rounding,
    RoundingMode,
    Scheme,
    Stage,
    StageBy,
)

__all__ = [
    "BASIS",
    "DRAW",
    "PANEL_PART",
    "QUOTE",
    "RESERVED_CODES",
    "TECHNICAL",
    "Aggregation",
    "AggregationMethod",
    "AggregationPer",
    "Band",
    "BelowLine",
    "BidInput",
    "ClarificationStatus",
    "CorrectionGround",
    "Criterion",
    "CriterionKind",
    "Cut",
    "Deviation",
    "Evaluation",
    "FactMethod",
    "FactRule",
    "FactStep",
    "GroupWeight",
    "PriceFormula",
    "PriceMethod",
    "Ranked",
    "Result",
    "RoundAt",
    "Rounding",
    "RoundingMode",
    "Scheme",
    "Scored",
    "Seat",
    "Sheet",
    "SheetStatus",
    "Stage",
    "StageBy",
    "TieReason",
]


class SheetStatus(Labelled):
    """Whether an expert still works on a sheet or has locked it."""

    OPEN = "open", N_("Being scored"), "warn"
    SUBMITTED = "submitted", N_("Locked"), "good"


class ClarificationStatus(Labelled):
    """Where a question to a bidder stands."""

    ASKED = "asked", N_("Waits for the chair"), "warn"
    RELEASED = "released", N_("Sent to the bidder"), "progress"
    REFUSED = "refused", N_("Not passed on"), "neutral"
    ANSWERED = "answered", N_("Answered"), "good"


class CorrectionGround(Labelled):
    """The only grounds on which a fixed ranking is corrected (Order 87 art. 64, rule 96)."""

    QUALIFICATION = "qualification", N_("Error in the check of qualification")
    COMPLIANCE = "compliance", N_("Error in the check of compliance")
    SUM = "sum", N_("Error in a sum")
    RANGE = "range", N_("Mark of an item outside its range")
    OBJECTIVE = "objective", N_("Objective item scored inconsistently")
    EXTREME = "extreme", N_("Clearly extreme marks")

    @property
    def excludes(self) -> bool:
        """Whether this ground takes a proposal out of the ranking."""
        return self in (CorrectionGround.QUALIFICATION, CorrectionGround.COMPLIANCE)

    @property
    def corrects_values(self) -> bool:
        """Whether this ground changes a value that holds for all experts."""
        return self in (CorrectionGround.SUM, CorrectionGround.RANGE, CorrectionGround.OBJECTIVE)


class TieReason(Labelled):
    """What separated bids with equal scores, or why they stay equal."""

    QUOTE = "quote", N_("Equal score, lower quote first")
    TECHNICAL = "technical", N_("Equal score, higher technical score first")
    CRITERION = "criterion", N_("Equal score, higher mark in the named criterion first")
    DRAW = "draw", N_("Equal score, decided by draw")
    DRAW_NEEDED = "draw_needed", N_("Equal, a draw must decide"), "warn"
    EQUAL = "equal", N_("Equal in everything the scheme compares"), "warn"


class BelowLine(Labelled):
    """Why a ranked bid is not proposed for an award."""

    MINIMUM_TOTAL = "minimum_total", N_("Below the minimum total score"), "bad"
    MINIMUM_TECHNICAL = "minimum_technical", N_("Below the minimum technical score"), "bad"
    NOT_KEPT = "not_kept", N_("Not among the best of the earlier stage"), "bad"
    AWARDS = "awards", N_("All awards are given to better ranks"), "warn"
    PER_ORGANISATION = "per_organisation", N_("The organisation has reached its number of awards"), "warn"
    PER_SECTOR = "per_sector", N_("The field of service has reached its number of awards"), "warn"
    ENVELOPE = "envelope", N_("The remaining budget does not cover the amount"), "warn"
    TIED_AT_LINE = "tied_at_line", N_("Equal rank at the line, not all can be awarded"), "warn"
    TIE_ABOVE = "tie_above", N_("Waits for the decision between equal bids above"), "warn"


@dataclass(frozen=True, slots=True)
class BidInput:
    """What is known of an opened bid besides the experts' marks.

    ``marks`` holds values entered once for all experts (objective, bonus, deduction, channel), ``facts`` the
    declared or measured values that the scheme turns into marks. ``quote_fen`` is the quote or the amount asked
    for; ``policy_deduction_bp`` lowers it for comparison only. ``valid`` is false after any exclusion.
    """

    bid_id: str
    quote_fen: int | None = None
    marks: Mapping[str, Decimal] = field(default_factory=dict)
    facts: Mapping[str, Decimal] = field(default_factory=dict)
    valid: bool = True
    invalid_reason: str = ""
    policy_deduction_bp: int = 0
    organisation: str = ""
    sector: str = ""

    @property
    def compared_price(self) -> int | None:
        """The quote after policy deduction, in ten-thousandths of a fen: whole, hence exact."""
        return None if self.quote_fen is None else self.quote_fen * (BASIS - self.policy_deduction_bp)


@dataclass(frozen=True, slots=True)
class Seat:
    """One expert of the panel under the code drawn for this tender; ``recused`` lists bids not to be marked."""

    expert_code: str
    group: str = ""
    recused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """The marks of one expert for one bid, by criterion code; the reasons stay with the panel."""

    expert_code: str
    bid_id: str
    marks: Mapping[str, Decimal]
    group: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict, metadata=UNPUBLISHED)


@dataclass(frozen=True, slots=True)
class Deviation:
    """An expert's sum for a bid lies further from the panel's mean than the share allows."""

    expert_code: str
    bid_id: str
    total: Decimal
    mean: Decimal
    share_bp: int


@dataclass(frozen=True, slots=True)
class Scored:
    """``totals`` has one score per stage, ``None`` where the bid did not take part or the stage has no score."""

    bid_id: str
    parts: Mapping[str, Decimal]
    totals: tuple[Decimal | None, ...]
    technical: Decimal
    quote_fen: int | None = None
    compared_price: int | None = None
    organisation: str = ""
    sector: str = ""


@dataclass(frozen=True, slots=True)
class Ranked:
    """``total`` is the score of the last scored stage the bid took part in; equal bids share a rank."""

    bid_id: str
    rank: int
    total: Decimal
    tie_reason: TieReason | None = None
    tie_code: str | None = None
    below_line: BelowLine | None = None
    proposed_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What is published of one bid."""

    bid_id: str
    rank: int
    total: Decimal
    technical: Decimal
    parts: Mapping[str, Decimal]
    tie_reason: TieReason | None
    tie_code: str | None
    below_line: BelowLine | None
    proposed_fen: int | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All inputs of a ranking and what was published: the content of an evaluation record.

    ``draw_seed`` is the seed (64 hexadecimal digits) of the verifiable draw that decides remaining ties.
    """

    tender: str
    lot: str
    version: int
    scheme: Scheme
    seats: tuple[Seat, ...]
    bids: tuple[BidInput, ...]
    sheets: tuple[Sheet, ...]
    results: tuple[Result, ...]
    draw_seed: str | None = None
