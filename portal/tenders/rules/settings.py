"""From the settings of a published call to the scheme that its lots are scored by."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Protocol

from portal.tenders.values.scheme import (
    Aggregation,
    AggregationMethod,
    Criterion,
    CriterionKind,
    Cut,
    PriceFormula,
    PriceMethod,
    RoundAt,
    Rounding,
    Scheme,
)

SCHEME_VERSION = 1


class CallCriterion(Protocol):
    """An award criterion as a call holds it."""

    @property
    def code(self) -> str: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def kind(self) -> CriterionKind: ...  # noqa: D102
    @property
    def maximum(self) -> Decimal: ...  # noqa: D102
    @property
    def step(self) -> Decimal: ...  # noqa: D102


def scheme_of(
    settings: Mapping[str, Any], criteria: Iterable[CallCriterion], awards: int | None = None
) -> Scheme:
    """Build the scheme of a lot from the call's settings, its criteria in order, and the lot's number of awards.

    Settings: ``aggregation``, ``drop_high``, ``drop_low``, ``price`` (with ``divisor_fen`` or ``divisor_bp``),
    ``round_at``, ``decimals``, ``ties``, ``minimum_total``; what is missing is the plain mean at a fixed price,
    rounded at the end to two places. What experts mark is the technical score.
    """
    minimum = settings.get("minimum_total")
    return Scheme(
        version=SCHEME_VERSION,
        criteria=tuple(_criterion(row) for row in criteria),
        aggregation=Aggregation(
            method=AggregationMethod(settings.get("aggregation", AggregationMethod.MEAN)),
            drop_high=int(settings.get("drop_high", 0)),
            drop_low=int(settings.get("drop_low", 0)),
        ),
        price=PriceFormula(
            method=PriceMethod(settings.get("price", PriceMethod.NONE)),
            divisor_fen=settings.get("divisor_fen"),
            divisor_bp=settings.get("divisor_bp"),
        ),
        rounding=Rounding(
            at=RoundAt(settings.get("round_at", RoundAt.FINAL)), decimals=int(settings.get("decimals", 2))
        ),
        ties=tuple(settings.get("ties", ())),
        cut=Cut(minimum_total=None if minimum is None else Decimal(str(minimum)), awards=awards),
    )


def _criterion(row: CallCriterion) -> Criterion:
    return Criterion(
        code=row.code, title=row.title, kind=row.kind, maximum=row.maximum, step=row.step,
        technical=row.kind is CriterionKind.SUBJECTIVE,
    )  # fmt: skip
