"""Random schemes, panels and bids of every kind that the scoring rules allow."""

from decimal import Decimal

from hypothesis import strategies as st

from portal.scoring.values import (
    Aggregation,
    AggregationMethod,
    AggregationPer,
    BidInput,
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
    Scheme,
    Seat,
    Sheet,
    Stage,
    StageBy,
)

GROUPS = ("technical", "department", "media", "resident")


@st.composite
def shares(draw, total: int, count: int) -> list[int]:
    """``count`` whole numbers above zero that add up to ``total``."""
    cuts = sorted(draw(st.sets(st.integers(1, total - 1), min_size=count - 1, max_size=count - 1)))
    return [after - before for before, after in zip([0, *cuts], [*cuts, total], strict=True)]


@st.composite
def fact_rules(draw, top: Decimal) -> FactRule:
    method = draw(st.sampled_from(FactMethod))
    if method in (FactMethod.HIGHEST_BEST, FactMethod.LOWEST_BEST):
        return FactRule(method)
    bounds = sorted(draw(st.sets(st.integers(1, 40), min_size=1, max_size=3)))
    marks = [Decimal(draw(st.integers(0, int(top)))) for _ in bounds]
    return FactRule(method, tuple(FactStep(Decimal(b), m) for b, m in zip(bounds, marks, strict=True)))


@st.composite
def schemes(draw) -> Scheme:
    method = draw(st.sampled_from(PriceMethod))
    scored_price = method in (PriceMethod.LOWEST_OVER_QUOTE, PriceMethod.MEAN_DEVIATION)
    kinds = [CriterionKind.SUBJECTIVE] * draw(st.integers(1, 3))
    kinds += [CriterionKind.PRICE] * scored_price
    kinds += draw(st.lists(st.sampled_from([CriterionKind.OBJECTIVE, CriterionKind.CHANNEL]), max_size=2))
    total = draw(st.sampled_from([100, 200]))
    maxima = draw(shares(total, len(kinds)))
    kinds += draw(st.lists(st.sampled_from([CriterionKind.BONUS, CriterionKind.PENALTY]), max_size=2))
    maxima += [5] * (len(kinds) - len(maxima))
    per = draw(st.sampled_from(AggregationPer))
    technical = draw(st.booleans())
    criteria = []
    for number, (kind, maximum) in enumerate(zip(kinds, maxima, strict=True), start=1):
        top = Decimal(100) if kind is CriterionKind.SUBJECTIVE and draw(st.booleans()) else Decimal(maximum)
        computed = kind not in (CriterionKind.SUBJECTIVE, CriterionKind.PRICE) and draw(st.booleans())
        criteria.append(
            Criterion(
                code=f"C{number}",
                title=f"指标{number}",
                title_en=f"Criterion {number}",
                kind=kind,
                maximum=Decimal(maximum),
                scale=None if top == maximum else top,
                step=draw(st.sampled_from([Decimal("1"), Decimal("0.5"), Decimal("0.1")])),
                technical=technical and kind is CriterionKind.SUBJECTIVE,
                fact=draw(fact_rules(top)) if computed else None,
            )
        )
    bonus = any(kind is CriterionKind.BONUS for kind in kinds)
    above = bonus and draw(st.booleans())
    staged = method is PriceMethod.LOWEST_WINS
    roadshow = not staged and draw(st.booleans())
    stages: tuple[Stage, ...] = (Stage(),)
    if staged:
        stages = (Stage(keep=draw(st.integers(1, 4))), Stage(by=StageBy.QUOTE))
    elif roadshow:
        stages = (Stage(keep=draw(st.integers(1, 4))), Stage(total=Decimal(50)))
        criteria.append(
            Criterion("show", "路演", CriterionKind.SUBJECTIVE, Decimal(50), stage=2, technical=technical)
        )
    keys = ["quote", *(["technical"] if technical else [])]
    keys += [
        c.code for c in criteria if per is AggregationPer.CRITERION or c.kind is not CriterionKind.SUBJECTIVE
    ]
    ties = draw(st.lists(st.sampled_from(keys), unique=True, max_size=3))
    trimmed = draw(st.sampled_from(AggregationMethod))
    high, low = draw(st.sampled_from([(1, 1), (1, 0), (0, 1), (2, 1)]))
    if trimmed is not AggregationMethod.TRIMMED:
        high = low = 0
    return Scheme(
        version=1,
        criteria=tuple(criteria),
        total=Decimal(total),
        aggregation=Aggregation(trimmed, per, high, low),
        groups=draw(group_weights()),
        price=PriceFormula(
            method,
            divisor_fen=200_000 if method is PriceMethod.MEAN_DEVIATION and high else None,
            divisor_bp=5000 if method is PriceMethod.MEAN_DEVIATION and not high else None,
        ),
        rounding=Rounding(draw(st.sampled_from(RoundAt)), draw(st.integers(0, 4))),
        ties=(*ties, *(["draw"] if draw(st.booleans()) else [])),
        stages=stages,
        cut=draw(cuts(total)),
        bonus_cap=Decimal(3) if bonus and (above or draw(st.booleans())) else None,
        bonus_above_total=above,
    )


@st.composite
def group_weights(draw) -> tuple[GroupWeight, ...]:
    names = draw(st.sampled_from([(), GROUPS[:2], GROUPS]))
    if not names:
        return ()
    return tuple(GroupWeight(n, w) for n, w in zip(names, draw(shares(10_000, len(names))), strict=True))


@st.composite
def cuts(draw, total: int) -> Cut:
    envelope = draw(st.none() | st.integers(1, 2_000_000))
    limit = st.none() | st.integers(1, 3)
    return Cut(
        minimum_total=draw(st.none() | st.integers(0, total).map(Decimal)),
        envelope_fen=envelope,
        awards=draw(limit),
        per_organisation=draw(limit),
        per_sector=draw(limit),
        partial=envelope is not None and draw(st.booleans()),
        pass_over=envelope is not None and draw(st.booleans()),
    )


def seats_for(scheme: Scheme, extra: int = 0) -> list[Seat]:
    """The smallest panel the scheme allows, and ``extra`` more in every group."""
    count = scheme.aggregation.minimum_marks + extra
    groups = [group.group for group in scheme.groups] or [""]
    codes = iter(range(1, 1 + count * len(groups)))
    return [Seat(f"E{next(codes):02}", group) for group in groups for _ in range(count)]


@st.composite
def marks_for(draw, criterion: Criterion) -> Decimal:
    return draw(st.integers(0, int(criterion.top / criterion.step))) * criterion.step


@st.composite
def bids_for(draw, scheme: Scheme, bid_id: str, *, valid: bool = True) -> BidInput:
    once = [c for c in scheme.criteria if c.kind not in (CriterionKind.SUBJECTIVE, CriterionKind.PRICE)]
    return BidInput(
        bid_id=bid_id,
        quote_fen=draw(st.integers(1, 9)) * 100_000,
        marks={c.code: draw(marks_for(c)) for c in once if c.fact is None},
        facts={c.code: Decimal(draw(st.integers(0, 30))) for c in once if c.fact is not None},
        valid=valid,
        policy_deduction_bp=draw(st.sampled_from([0, 0, 1000])),
        organisation=draw(st.sampled_from(["甲", "乙", "丙"])),
        sector=draw(st.sampled_from(["elderly", "youth"])),
    )


@st.composite
def sheets_for(draw, scheme: Scheme, seats: list[Seat], bid_ids: list[str]) -> list[Sheet]:
    marked = [c for c in scheme.criteria if c.kind is CriterionKind.SUBJECTIVE]
    return [
        Sheet(seat.expert_code, bid_id, {c.code: draw(marks_for(c)) for c in marked}, seat.group)
        for seat in seats
        for bid_id in bid_ids
    ]


@st.composite
def rounds(draw):
    """A scheme with its panel, one to five valid bids, and all sheets."""
    scheme = draw(schemes())
    seats = seats_for(scheme, draw(st.integers(0, 2)))
    ids = [f"B{number}" for number in range(1, draw(st.integers(1, 5)) + 1)]
    bids = [draw(bids_for(scheme, bid_id)) for bid_id in ids]
    return scheme, seats, bids, draw(sheets_for(scheme, seats, ids))
