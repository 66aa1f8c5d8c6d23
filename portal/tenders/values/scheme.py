"""The plain data of a scheme: how a lot is scored, ranked and cut. A call writes it, scoring works by it."""

from dataclasses import dataclass
from decimal import Decimal

from portal.core.enums import Labelled
from portal.core.text import N_

BASIS = 10_000

QUOTE, TECHNICAL, DRAW = "quote", "technical", "draw"
PANEL_PART = "experts"
RESERVED_CODES = frozenset({QUOTE, TECHNICAL, DRAW, PANEL_PART, "total"})


class ExpertGroup(Labelled):
    """The four dimensions of a panel; every expert belongs to exactly one."""

    TECHNICAL = "technical", N_("Technical expert")
    DEPARTMENT = "department", N_("Functional department")
    MEDIA = "media", N_("News media")
    RESIDENT = "resident", N_("Resident representative")


class CriterionKind(Labelled):
    """Where the value of a criterion comes from."""

    SUBJECTIVE = "subjective", N_("Marked by each expert")
    OBJECTIVE = "objective", N_("Objective, one value for all experts")
    PRICE = "price", N_("Price score")
    BONUS = "bonus", N_("Bonus"), "good"
    PENALTY = "penalty", N_("Deduction"), "bad"
    CHANNEL = "channel", N_("Result from outside the panel")

    @property
    def in_base(self) -> bool:
        """Whether the maximum counts towards the stated total (everything but bonus and deduction)."""
        return self not in (CriterionKind.BONUS, CriterionKind.PENALTY)


class FactMethod(Labelled):
    """How a declared fact becomes a mark."""

    HIGHEST_BEST = "highest_best", N_("Value ÷ highest value × maximum")
    LOWEST_BEST = "lowest_best", N_("Lowest value ÷ value × maximum")
    STEPS = "steps", N_("Mark by reached value")
    RANKS = "ranks", N_("Mark by rank of the value")


class AggregationMethod(Labelled):
    """How the marks of several experts become one."""

    MEAN = "mean", N_("Arithmetic mean")
    TRIMMED = "trimmed", N_("Mean without the highest and lowest marks")
    MEDIAN = "median", N_("Median")


class AggregationPer(Labelled):
    """Whether marks are aggregated for each criterion or for each expert's sum."""

    CRITERION = "criterion", N_("For each criterion")
    TOTAL = "total", N_("For each expert's sum")


class PriceMethod(Labelled):
    """How quotes enter the ranking."""

    LOWEST_OVER_QUOTE = "lowest_over_quote", N_("Lowest quote ÷ quote × maximum")
    MEAN_DEVIATION = "mean_deviation", N_("Deviation from the mean quote")
    LOWEST_WINS = "lowest_wins", N_("Lowest quote first among those kept")
    NONE = "none", N_("Fixed price, no price score")


class RoundAt(Labelled):
    """Where results are rounded."""

    STEP = "step", N_("At every step")
    FINAL = "final", N_("Only at the end")


class RoundingMode(Labelled):
    """What happens to a half."""

    HALF_UP = "half_up", N_("Half is rounded up")


class StageBy(Labelled):
    """What a stage ranks by."""

    SCORE = "score", N_("Score")
    QUOTE = "quote", N_("Quote")


@dataclass(frozen=True, slots=True)
class Band:
    """An anchor: what a mark from ``lower`` to ``upper`` (on the marking scale) means."""

    lower: Decimal
    upper: Decimal
    text: str
    text_en: str = ""


@dataclass(frozen=True, slots=True)
class FactStep:
    """``mark`` for a value of at least ``bound`` (steps), or for a rank of at most ``bound`` (ranks)."""

    bound: Decimal
    mark: Decimal


@dataclass(frozen=True, slots=True)
class FactRule:
    method: FactMethod
    steps: tuple[FactStep, ...] = ()


@dataclass(frozen=True, slots=True)
class Criterion:
    """``maximum`` is what it adds to the total; ``scale`` the top of the marking scale when marks are raw (0–100)."""

    code: str
    title: str
    kind: CriterionKind
    maximum: Decimal
    title_en: str = ""
    step: Decimal = Decimal("0.5")
    scale: Decimal | None = None
    technical: bool = False
    stage: int = 1
    fact: FactRule | None = None
    bands: tuple[Band, ...] = ()

    @property
    def top(self) -> Decimal:
        """The highest mark that may be given."""
        return self.maximum if self.scale is None else self.scale


@dataclass(frozen=True, slots=True)
class Aggregation:
    method: AggregationMethod = AggregationMethod.MEAN
    per: AggregationPer = AggregationPer.CRITERION
    drop_high: int = 0
    drop_low: int = 0

    @property
    def minimum_marks(self) -> int:
        """Trimming needs three marks at least, and one that stays."""
        if self.method is AggregationMethod.TRIMMED:
            return max(3, self.drop_high + self.drop_low + 1)
        return 1


@dataclass(frozen=True, slots=True)
class GroupWeight:
    group: str
    weight_bp: int


@dataclass(frozen=True, slots=True)
class PriceFormula:
    """For ``mean_deviation`` the divisor is an amount in fen or a share of the mean quote in basis points."""

    method: PriceMethod = PriceMethod.NONE
    divisor_fen: int | None = None
    divisor_bp: int | None = None


@dataclass(frozen=True, slots=True)
class Rounding:
    at: RoundAt = RoundAt.FINAL
    decimals: int = 2
    mode: RoundingMode = RoundingMode.HALF_UP


@dataclass(frozen=True, slots=True)
class Stage:
    """Rank by ``by`` and let the best ``keep`` go on; the last stage keeps all (``None``)."""

    by: StageBy = StageBy.SCORE
    keep: int | None = None
    total: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """The line: minimum scores, then money and numbers. ``None`` means no limit.

    ``partial`` lets the first bid that does not fit get what is left; ``pass_over`` lets a smaller bid further
    down take what a larger one cannot use.
    """

    minimum_total: Decimal | None = None
    minimum_technical: Decimal | None = None
    envelope_fen: int | None = None
    awards: int | None = None
    per_organisation: int | None = None
    per_sector: int | None = None
    partial: bool = False
    pass_over: bool = False


@dataclass(frozen=True, slots=True)
class Scheme:
    """How a lot is scored; frozen with its digest when the call is published."""

    version: int
    criteria: tuple[Criterion, ...]
    total: Decimal = Decimal(100)
    aggregation: Aggregation = Aggregation()
    groups: tuple[GroupWeight, ...] = ()
    price: PriceFormula = PriceFormula()
    rounding: Rounding = Rounding()
    ties: tuple[str, ...] = ()
    stages: tuple[Stage, ...] = (Stage(),)
    cut: Cut = Cut()
    bonus_cap: Decimal | None = None
    bonus_above_total: bool = False

    def of_kind(self, *kinds: CriterionKind) -> list[Criterion]:
        """The criteria of these kinds, in the order of the scheme."""
        return [criterion for criterion in self.criteria if criterion.kind in kinds]

    def marked_in(self, stage: int) -> list[Criterion]:
        """The criteria that every expert marks in this stage (counted from 1)."""
        return [c for c in self.criteria if c.kind is CriterionKind.SUBJECTIVE and c.stage == stage]
