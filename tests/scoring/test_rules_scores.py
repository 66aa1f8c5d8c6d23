"""Scores computed by hand from the rules and programmes that the portal serves."""

from decimal import Decimal

import pytest

from portal.core.errors import Invalid
from portal.scoring.rules import check_scheme, score_bids, to_decimals
from portal.scoring.values import (
    Aggregation,
    AggregationMethod,
    AggregationPer,
    CriterionKind,
    FactMethod,
    FactRule,
    FactStep,
    GroupWeight,
    PriceFormula,
    PriceMethod,
    RoundAt,
    Rounding,
)
from tests.scoring.cases import LOWEST, D, bid, marked, once, price, scheme, sheets

TRIMMED = Aggregation(AggregationMethod.TRIMMED, drop_high=1, drop_low=1)


def totals(rules, bids, marks=(), groups=()):
    assert check_scheme(rules) == []
    return {s.bid_id: str(s.totals[0]) for s in score_bids(rules, bids, sheets(dict(marks), groups))}


def entries(code, *values):
    return [{code: value} for value in values]


def test_trimmed_mean_per_criterion():
    """14 16 16 18 20 without 14 and 20: 50 ÷ 3."""
    rules = scheme(marked("need", 20), total=D(20), aggregation=TRIMMED)
    assert totals(rules, [bid("B1")], {"B1": entries("need", 14, 16, 16, 18, 20)}) == {"B1": "16.67"}


def test_of_equal_highest_marks_only_one_is_dropped():
    rules = scheme(marked("need", 20), total=D(20), aggregation=TRIMMED)
    assert totals(rules, [bid("B1")], {"B1": entries("need", 18, 18, 18, 18, 10)}) == {"B1": "18.00"}
    assert totals(rules, [bid("B1")], {"B1": entries("need", 10, 10, 10, 16)}) == {"B1": "10.00"}


def test_dropping_by_sum_is_not_dropping_by_criterion():
    """Sums 18, 12, 12 → 12 stays. Per criterion: a 10 2 6 → 6, b 8 10 6 → 8, together 14."""
    marks = {"B1": [{"a": 10, "b": 8}, {"a": 2, "b": 10}, {"a": 6, "b": 6}]}
    per_total = Aggregation(AggregationMethod.TRIMMED, AggregationPer.TOTAL, 1, 1)
    both = (marked("a", 10), marked("b", 10))
    assert totals(scheme(*both, total=D(20), aggregation=per_total), [bid("B1")], marks) == {"B1": "12.00"}
    assert totals(scheme(*both, total=D(20), aggregation=TRIMMED), [bid("B1")], marks) == {"B1": "14.00"}


@pytest.mark.parametrize(("marks", "median"), [((3, 9, 4), "4.00"), ((3, 9, 4, 5), "4.50"), ((7,), "7.00")])
def test_median(marks, median):
    rules = scheme(marked("a", 10), total=D(10), aggregation=Aggregation(AggregationMethod.MEDIAN))
    assert totals(rules, [bid("B1")], {"B1": entries("a", *marks)}) == {"B1": median}


def test_lowest_quote_over_quote():
    """80 000 ÷ 100 000 × 30 = 24."""
    rules = scheme(price(30), once("plan", 70), price=LOWEST)
    bids = [bid("B1", 8_000_000, {"plan": 50}), bid("B2", 10_000_000, {"plan": 60})]
    assert totals(rules, bids) == {"B1": "80.00", "B2": "84.00"}


def test_policy_deduction_lowers_base_and_score_but_not_the_quote():
    """A certified organisation, 10 % off: 90 000 × 0.9 = 81 000 is the base; 100 000 → 30 × 0.81 = 24.3."""
    rules = scheme(price(30), once("plan", 70), price=LOWEST)
    bids = [bid("B1", 9_000_000, {"plan": 0}, policy_deduction_bp=1000), bid("B2", 10_000_000, {"plan": 0})]
    assert totals(rules, bids) == {"B1": "30.00", "B2": "24.30"}
    assert [s.quote_fen for s in score_bids(rules, bids, [])] == [9_000_000, 10_000_000]


def test_an_excluded_quote_is_never_the_base():
    rules = scheme(price(100), price=LOWEST)
    bids = [bid("B1", 100, valid=False), bid("B2", 8_000_000), bid("B3", 10_000_000)]
    assert totals(rules, bids) == {"B2": "100.00", "B3": "80.00"}


def test_deviation_from_the_mean_quote():
    """Quotes 90 100 110, mean 100: 10 off by 10; half the mean as divisor: 100 × (1 − 10 ÷ 50) = 80."""
    bids = [bid("B1", 9_000), bid("B2", 10_000), bid("B3", 11_000)]
    for formula in (
        PriceFormula(PriceMethod.MEAN_DEVIATION, divisor_bp=5000),
        PriceFormula(PriceMethod.MEAN_DEVIATION, divisor_fen=5_000),
    ):
        assert totals(scheme(price(100), price=formula), bids) == {
            "B1": "80.00",
            "B2": "100.00",
            "B3": "80.00",
        }
    narrow = PriceFormula(PriceMethod.MEAN_DEVIATION, divisor_fen=500)
    assert totals(scheme(price(100), price=narrow), bids) == {"B1": "0.00", "B2": "100.00", "B3": "0.00"}


def test_raw_marks_times_weight_by_rank():
    """Weight 8, first 100, second to fifth 50, others 0."""
    table = FactRule(FactMethod.RANKS, (FactStep(D(1), D(100)), FactStep(D(5), D(50))))
    rules = scheme(once("cases", 8, scale=D(100), fact=table), total=D(8))
    bids = [bid(f"B{n}", facts={"cases": value}) for n, value in enumerate([9, 7, 7, 5, 4, 3], start=1)]
    assert list(totals(rules, bids).values()) == ["8.00", "4.00", "4.00", "4.00", "4.00", "0.00"]


def test_raw_marks_of_experts_times_weight():
    """Mean of 90 and 85 on 0–100 is 87.5; times 40 ÷ 100 is 35."""
    rules = scheme(marked("plan", 40, scale=D(100)), total=D(40))
    assert totals(rules, [bid("B1")], {"B1": entries("plan", 90, 85)}) == {"B1": "35.00"}


def test_value_over_best_and_marks_by_reached_value():
    """12 and 8 of best 12, maximum 15: 15 and 10. Reached 80 % gives 2, 100 % gives 3."""
    steps = FactRule(FactMethod.STEPS, (FactStep(D(60), D(1)), FactStep(D(80), D(2)), FactStep(D(100), D(3))))
    rules = scheme(
        once("staff", 15, fact=FactRule(FactMethod.HIGHEST_BEST)), once("reached", 3, fact=steps), total=D(18)
    )
    bids = [bid("B1", facts={"staff": 12, "reached": 99}), bid("B2", facts={"staff": 8, "reached": 120})]
    assert totals(rules, bids) == {"B1": "17.00", "B2": "13.00"}
    days = scheme(once("days", 10, fact=FactRule(FactMethod.LOWEST_BEST)), total=D(10))
    assert totals(days, [bid("B1", facts={"days": 3}), bid("B2", facts={"days": 4})]) == {
        "B1": "10.00",
        "B2": "7.50",
    }


def test_facts_of_zero():
    """Where nobody has any, nobody gets points; where less is better, nothing at all is best."""
    staff = scheme(once("staff", 10, fact=FactRule(FactMethod.HIGHEST_BEST)), total=D(10))
    assert totals(staff, [bid("B1", facts={"staff": 0}), bid("B2", facts={"staff": 0})]) == {
        "B1": "0.00",
        "B2": "0.00",
    }
    days = scheme(once("days", 10, fact=FactRule(FactMethod.LOWEST_BEST)), total=D(10))
    assert totals(days, [bid("B1", facts={"days": 0}), bid("B2", facts={"days": 5})]) == {
        "B1": "10.00",
        "B2": "0.00",
    }


def test_review_donations_and_vote():
    """60/20/20: live review 54, donations 5 000 of best 20 000, votes 300 of best 400."""
    best = FactRule(FactMethod.HIGHEST_BEST)
    rules = scheme(
        marked("review", 60),
        once("donations", 20, CriterionKind.CHANNEL, fact=best),
        once("votes", 20, CriterionKind.CHANNEL, fact=best),
    )
    bids = [
        bid("B1", facts={"donations": 5000, "votes": 300}),
        bid("B2", facts={"donations": 20000, "votes": 400}),
    ]
    marks = {"B1": entries("review", 53, 55), "B2": entries("review", 30, 30)}
    assert totals(rules, bids, marks) == {"B1": "74.00", "B2": "70.00"}


def test_professional_and_public_jury():
    """Of 200 points the professional jury weighs 70 %: 0.7 × 180 + 0.3 × 150 = 171, whatever the heads."""
    rules = scheme(
        marked("show", 200),
        total=D(200),
        groups=(GroupWeight("technical", 7000), GroupWeight("resident", 3000)),
    )
    groups = ("technical", "resident", "resident", "resident")
    assert totals(rules, [bid("B1")], {"B1": entries("show", 180, 150, 140, 160)}, groups) == {"B1": "171.00"}


def test_a_bonus_lifts_above_the_total_only_when_the_scheme_says_so():
    criteria = (
        once("base", 100),
        once("funds", 50, CriterionKind.BONUS),
        once("late", 5, CriterionKind.PENALTY),
    )
    bids = [bid("B1", marks={"base": 98, "funds": 40, "late": 1})]
    assert totals(scheme(*criteria), bids) == {"B1": "100.00"}
    assert totals(scheme(*criteria, bonus_cap=D(30), bonus_above_total=True), bids) == {"B1": "127.00"}
    assert totals(scheme(*criteria, bonus_cap=D(2)), bids) == {"B1": "99.00"}
    assert score_bids(scheme(*criteria), bids, [])[0].parts["late"] == -1


def test_rounding_at_the_end_or_at_every_step():
    """Three thirds: 1 exactly at the end, 0.99 when every step is rounded to two decimals."""
    criteria = [once(f"c{n}", 1, scale=D(3), step=D(1)) for n in range(3)]
    bids = [bid("B1", marks={f"c{n}": 1 for n in range(3)})]
    assert totals(scheme(*criteria, total=D(3)), bids) == {"B1": "1.00"}
    step = Rounding(RoundAt.STEP, 2)
    assert totals(scheme(*criteria, total=D(3), rounding=step), bids) == {"B1": "0.99"}


@pytest.mark.parametrize(
    ("value", "decimals", "rounded"),
    [("85.125", 2, "85.13"), ("2.5", 0, "3"), ("0.5", 0, "1"), ("-0.005", 2, "-0.01"), ("-0.004", 2, "0.00")],
)
def test_a_half_is_rounded_up(value, decimals, rounded):
    """Bankers' rounding or floats would give 85.12 and 2."""
    from fractions import Fraction

    assert str(to_decimals(Fraction(value), decimals)) == rounded


def test_exactness_does_not_hang_on_the_decimal_context():
    from decimal import localcontext

    rules = scheme(marked("a", 100, step=D("0.000001")))
    marks = {"B1": entries("a", "99.999999", "0.000001", "33.333333")}
    with localcontext() as context:
        context.prec = 3
        assert totals(rules, [bid("B1")], marks) == {"B1": "44.44"}


def refused(rules, bids, marks=(), groups=()):
    with pytest.raises(Invalid) as refusal:
        score_bids(rules, bids, sheets(dict(marks), groups))
    return [problem.message % problem.params for problem in refusal.value.problems]


def test_what_is_missing_is_refused_in_words():
    rules = scheme(price(30), once("plan", 40), marked("team", 30), price=LOWEST)
    assert refused(rules, [bid("B1")]) == [
        "Bid B1 needs a quote above zero.",
        "Bid B1 has no value for plan.",
        "Bid B1 needs sheets of at least 1 experts; there are 0.",
    ]
    assert refused(rules, [bid("B1", 5, {"plan": 41})], {"B1": [{"team": 3, "other": 3}]}) == [
        "The value of bid B1 for plan is out of range.",
        "The sheet of expert E1 for bid B1 is not complete.",
    ]


def test_an_empty_group_is_an_error_never_a_new_weight():
    rules = scheme(marked("a", 100), groups=(GroupWeight("technical", 6000), GroupWeight("resident", 4000)))
    assert refused(rules, [bid("B1")], {"B1": entries("a", 80, 90)}, ("technical", "technical")) == [
        "Bid B1 needs sheets of at least 1 experts of group resident; there are 0."
    ]
    assert refused(rules, [bid("B1")], {"B1": entries("a", 1, 2, 3)}, ("technical", "resident", "media")) == [
        "Bid B1 has a sheet of a group without weight."
    ]


def test_trimming_needs_three_marks():
    rules = scheme(marked("a", 100), aggregation=Aggregation(AggregationMethod.TRIMMED, drop_high=1))
    assert refused(rules, [bid("B1")], {"B1": entries("a", 1, 2)}) == [
        "Bid B1 needs sheets of at least 3 experts; there are 2."
    ]


def test_two_sheets_of_one_expert_or_one_bid_twice_are_refused():
    rules = scheme(marked("a", 100))
    double = sheets({"B1": entries("a", 1)}) * 2
    with pytest.raises(Invalid, match="two sheets"):
        score_bids(rules, [bid("B1")], double)
    with pytest.raises(Invalid, match="listed twice"):
        score_bids(rules, [bid("B1"), bid("B1", valid=False)], sheets({"B1": entries("a", 1)}))


def test_the_arithmetic_knows_no_float():
    scored = score_bids(scheme(marked("a", 100)), [bid("B1")], sheets({"B1": entries("a", 1)}))
    assert all(type(value) is Decimal for value in (*scored[0].parts.values(), *scored[0].totals))
