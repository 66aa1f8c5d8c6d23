"""The example of ``docs/evaluation-record.md``: two groups, trimmed means, price, facts, a tie, a budget."""

from decimal import Decimal

from portal.scoring.rules import evaluate
from portal.scoring.values import (
    Aggregation,
    AggregationMethod,
    BidInput,
    Criterion,
    CriterionKind,
    Cut,
    Evaluation,
    FactMethod,
    FactRule,
    GroupWeight,
    PriceFormula,
    PriceMethod,
    Scheme,
    Seat,
    Sheet,
)

D = Decimal

SCHEME = Scheme(
    version=1,
    criteria=(
        Criterion(
            "need",
            "需求分析与服务对象",
            CriterionKind.SUBJECTIVE,
            D(30),
            "Need and target group",
            technical=True,
        ),
        Criterion(
            "method", "实施方法与进度", CriterionKind.SUBJECTIVE, D(40), "Method and timetable", scale=D(100)
        ),
        Criterion("price", "报价", CriterionKind.PRICE, D(20), "Price"),
        Criterion(
            "staff",
            "持证社工人数",
            CriterionKind.OBJECTIVE,
            D(10),
            "Qualified staff",
            fact=FactRule(FactMethod.HIGHEST_BEST),
        ),
    ),
    aggregation=Aggregation(AggregationMethod.TRIMMED, drop_high=1, drop_low=1),
    groups=(GroupWeight("technical", 7000), GroupWeight("resident", 3000)),
    price=PriceFormula(PriceMethod.LOWEST_OVER_QUOTE),
    ties=("quote", "need", "draw"),
    cut=Cut(minimum_total=D(60), envelope_fen=20_000_000, pass_over=True),
)
SEATS = tuple(Seat(f"E{n}", "technical" if n < 4 else "resident") for n in range(1, 7))
BIDS = (
    BidInput("B1", 9_600_000, facts={"staff": D(12)}, organisation="甲", sector="elderly"),
    BidInput("B2", 8_000_000, facts={"staff": D(9)}, organisation="乙", sector="youth"),
    BidInput("B3", 10_000_000, facts={"staff": D(12)}, organisation="丙", sector="elderly"),
    BidInput(
        "B4", 5_000_000, facts={"staff": D(30)}, valid=False, invalid_reason="超过最高限价", organisation="丁"
    ),
)
MARKS = {
    "B1": [(27, 90), (25, 85), (28, 88), (24, 80), (26, 90), (25, 95)],
    "B2": [(22, 75), (24, 80), (20, 70), (25, 85), (24, 80), (27, 90)],
    "B3": [(15, 50), (14, 45), (18, 60), (16, 50), (12, 40), (15, 55)],
}
SHEETS = tuple(
    Sheet(seat.expert_code, bid_id, {"need": D(need), "method": D(method)}, seat.group)
    for bid_id, given in MARKS.items()
    for seat, (need, method) in zip(SEATS, given, strict=True)
)


def evaluation() -> Evaluation:
    """The example as the portal would publish it."""
    seed = "3c" * 32
    return Evaluation(
        "2026-ZJ-014", "1", 1, SCHEME, SEATS, BIDS, SHEETS, evaluate(SCHEME, BIDS, SHEETS, seed), seed
    )
