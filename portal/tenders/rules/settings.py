"""From the settings of a published call to the scheme that its lots are scored by."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Protocol

from portal.tenders.rules.facts import fact_rule
from portal.tenders.values.scheme import (
    Aggregation,
    AggregationMethod,
    AggregationPer,
    Band,
    Criterion,
    CriterionKind,
    Cut,
    GroupWeight,
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
    @property
    def scale(self) -> Decimal | None: ...  # noqa: D102
    @property
    def bands(self) -> tuple[Band, ...]: ...  # noqa: D102


def scheme_of(
    settings: Mapping[str, Any], criteria: Iterable[CallCriterion], awards: int | None = None
) -> Scheme:
    """Build the scheme of a lot from the call's settings, its criteria in order, and the lot's number of awards.

    Settings: ``aggregation``, ``per``, ``drop_high``, ``drop_low``, ``groups`` (group → basis points), ``price`` (with
    ``divisor_fen`` or ``divisor_bp``), ``round_at``, ``decimals``, ``ties``, ``minimum_total``, ``minimum_technical``,
    ``per_organisation``, ``bonus_cap``, ``bonus_above_total``, ``facts`` (code → source and method). What is missing is the plain mean at a fixed price, rounded
    at the end to two places. What experts mark is the technical score. Raises ``ValueError`` for a word unknown here.
    """
    return Scheme(
        version=SCHEME_VERSION,
        criteria=tuple(_criterion(row, settings) for row in criteria),
        aggregation=Aggregation(
            method=AggregationMethod(settings.get("aggregation", AggregationMethod.MEAN)),
            per=AggregationPer(settings.get("per", AggregationPer.CRITERION)),
            drop_high=int(settings.get("drop_high", 0)),
            drop_low=int(settings.get("drop_low", 0)),
        ),
        groups=tuple(GroupWeight(group, int(bp)) for group, bp in settings.get("groups", {}).items()),
        price=PriceFormula(
            method=PriceMethod(settings.get("price", PriceMethod.NONE)),
            divisor_fen=settings.get("divisor_fen"),
            divisor_bp=settings.get("divisor_bp"),
        ),
        rounding=Rounding(
            at=RoundAt(settings.get("round_at", RoundAt.FINAL)), decimals=int(settings.get("decimals", 2))
        ),
        ties=tuple(settings.get("ties", ())),
        cut=Cut(
            minimum_total=_decimal(settings.get("minimum_total")),
            minimum_technical=_decimal(settings.get("minimum_technical")),
            awards=awards,
            per_organisation=settings.get("per_organisation"),
        ),
        bonus_cap=_decimal(settings.get("bonus_cap")),
        bonus_above_total=bool(settings.get("bonus_above_total", False)),
    )


def _decimal(text: object) -> Decimal | None:
    return None if text is None else Decimal(str(text))


def _criterion(row: CallCriterion, settings: Mapping[str, Any]) -> Criterion:
    return Criterion(
        code=row.code, title=row.title, kind=row.kind, maximum=row.maximum, step=row.step,
        technical=row.kind is CriterionKind.SUBJECTIVE, scale=row.scale, bands=row.bands,
        fact=fact_rule(settings, row.code) if row.kind is CriterionKind.OBJECTIVE else None,
    )  # fmt: skip
