"""Plain values of evaluation."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from portal.core.enums import Labelled
from portal.core.errors import Problem
from portal.core.money import Money
from portal.core.text import N_

BASIS = 10_000
HUNDREDTH = Decimal("0.01")


class EvaluationStatus(Labelled):
    ASSIGNED = "assigned", N_("Assigned"), "warn"
    REFUSED = "refused", N_("Refused by the evaluator"), "bad"
    SUBMITTED = "submitted", N_("Result waiting for confirmation"), "progress"
    FINAL = "final", N_("Final"), "good"


class EvaluationGroup(Labelled):
    """The four dimensions; the residents' weight is never zero."""

    EXPERT = "expert", N_("Experts")
    DEPARTMENT = "department", N_("Functional departments")
    MEDIA = "media", N_("News media")
    RESIDENT = "resident", N_("Residents")


class Indicator(Labelled):
    """What is judged. The last three are rates of the residents' survey."""

    QUALITY = "quality", N_("Quality")
    PROGRESS = "progress", N_("Progress of the work")
    AWARENESS = "awareness", N_("Awareness rate")
    PARTICIPATION = "participation", N_("Participation rate")
    SATISFACTION = "satisfaction", N_("Satisfaction rate")

    @property
    def is_rate(self) -> bool:
        """Whether the survey gives the mark."""
        return self in (Indicator.AWARENESS, Indicator.PARTICIPATION, Indicator.SATISFACTION)


class Grade(Labelled):
    EXCELLENT = "excellent", N_("Excellent"), "good"
    GOOD = "good", N_("Good"), "good"
    PASS = "pass", N_("Pass"), "progress"
    BASIC = "basic", N_("Basic pass"), "warn"
    FAIL = "fail", N_("Fail"), "bad"


class Channel(Labelled):
    LINK = "link", N_("Link or QR code")
    PAPER = "paper", N_("Paper round")


class SurveyState(Labelled):
    """Where a survey stands at a moment."""

    EARLY = "early", N_("Not open yet"), "neutral"
    OPEN = "open", N_("Open for answers"), "good"
    CLOSED = "closed", N_("Closed"), "neutral"


@dataclass(frozen=True)
class Weights:
    """Basis points: ``indicators`` add up to 10 000, and so do the ``groups`` inside each indicator."""

    indicators: Mapping[Indicator, int]
    groups: Mapping[Indicator, Mapping[EvaluationGroup, int]]


@dataclass(frozen=True)
class Band:
    """A score of at least ``at_least`` gives these stars and this grade."""

    at_least: Decimal
    stars: int
    grade: Grade


@dataclass(frozen=True)
class Answer:
    """One resident's answer; ``satisfaction`` from 1 to 5."""

    aware: bool
    took_part: bool
    satisfaction: int
    comment: str = ""


@dataclass(frozen=True)
class Rate:
    """A rate with what it was counted from; ``method`` says how."""

    numerator: int
    denominator: int
    method: str

    @property
    def mark(self) -> Decimal:
        """The rate in percent with two decimals, half rounded up; zero when nobody answered."""
        if not self.denominator:
            return Decimal(0)
        return (Decimal(100 * self.numerator) / self.denominator).quantize(HUNDREDTH, ROUND_HALF_UP)


@dataclass(frozen=True)
class Rates:
    """The three rates of a survey, and how many of how many residents answered."""

    awareness: Rate
    participation: Rate
    satisfaction: Rate
    answered: int
    population: int

    def of(self, indicator: Indicator) -> Rate:
        """The rate of a survey indicator."""
        found: Rate = getattr(self, indicator.value)
        return found


@dataclass(frozen=True)
class Part:
    """What one group's mark on one indicator adds to the score; ``points`` is exact."""

    indicator: Indicator
    group: EvaluationGroup
    weight: Decimal
    mark: Decimal
    points: Decimal


@dataclass(frozen=True)
class Result:
    """``score`` is the sum of the exact parts, rounded half up to two decimals once."""

    score: Decimal
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Outcome:
    """What a grade means for money and the organisation, in words."""

    passed: bool
    sentence: str


@dataclass(frozen=True)
class ClosingFacts:
    """What the closing of a project rests on."""

    contract_active: bool
    evaluation_final: bool
    passed: bool
    open_milestones: tuple[str, ...]
    unpaid: Money
    approved_unpaid: bool
    paid: Money
    spent: Money
    committed: Money


@dataclass(frozen=True)
class Closing:
    """What closing will do: cancel, release, return; ``problems`` say why it cannot happen now."""

    problems: tuple[Problem, ...]
    cancelled: Money
    released: Money
    returned: Money
