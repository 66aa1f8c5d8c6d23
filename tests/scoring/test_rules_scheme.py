"""Schemes that must not be published, and sheets that must not be locked."""

from dataclasses import replace
from decimal import Decimal

import pytest

from portal.scoring.rules import (
    check_scheme,
    check_seats,
    check_sheet,
    deviations,
    missing_sheets,
    scheme_digest,
)
from portal.scoring.values import (
    Aggregation,
    AggregationMethod,
    AggregationPer,
    Band,
    CriterionKind,
    Cut,
    FactMethod,
    FactRule,
    FactStep,
    GroupWeight,
    PriceFormula,
    PriceMethod,
    Rounding,
    Seat,
    Sheet,
    Stage,
    StageBy,
)
from tests.scoring.cases import LOWEST, D, marked, once, price, scheme, sheets

RUBRIC = scheme(
    marked("need", 20),
    marked("goals", 10),
    marked("method", 20),
    marked("innovation", 10),
    marked("budget", 15),
    marked("team", 15),
    marked("effect", 10),
)


def said(problems):
    return [problem.message % problem.params for problem in problems]


def test_the_usual_venture_rubric_adds_up():
    assert check_scheme(RUBRIC) == []


def test_a_rubric_of_102_points_is_refused():
    wrong = replace(RUBRIC, criteria=(marked("need", 22), *RUBRIC.criteria[1:]))
    assert said(check_scheme(wrong)) == ["The maxima of stage 1 add up to 102, but the stated total is 100."]


TRIM = Aggregation(AggregationMethod.TRIMMED)
A100 = marked("a", 100)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (scheme(), "Add at least one criterion."),
        (scheme(marked("a", 50), marked("a", 50)), "used more than once"),
        (scheme(marked("quote", 100)), "cannot be a code"),
        (scheme(marked("", 100)), "cannot be a code"),
        (scheme(replace(A100, title=" ")), "needs a title"),
        (scheme(marked("a", 100), marked("b", 0)), "must be above zero"),
        (scheme(marked("a", 100, step=D("0.3"))), "multiple of its step"),
        (scheme(marked("a", 100, step=D(0))), "multiple of its step"),
        (scheme(marked("a", 100, scale=D("NaN"))), "must be above zero"),
        (scheme(marked("a", 100, fact=FactRule(FactMethod.HIGHEST_BEST))), "cannot be computed from a fact"),
        (scheme(once("a", 100, fact=FactRule(FactMethod.STEPS))), "needs a table"),
        (
            scheme(once("a", 100, fact=FactRule(FactMethod.HIGHEST_BEST, (FactStep(D(1), D(1)),)))),
            "needs a table",
        ),
        (scheme(once("a", 100, fact=FactRule(FactMethod.STEPS, (FactStep(D(1), D(1)),) * 2))), "bound twice"),
        (scheme(once("a", 100, fact=FactRule(FactMethod.STEPS, (FactStep(D(1), D(101)),)))), "outside 0"),
        (scheme(marked("a", 100, bands=(Band(D(0), D(101), "好"),))), "A band of a lies outside"),
        (scheme(marked("a", 100, bands=(Band(D(0), D(60), "中"), Band(D(60), D(100), "好")))), "overlap"),
        (scheme(A100, price=LOWEST), "exactly one price criterion"),
        (scheme(marked("a", 70), price(30)), "Without a price formula"),
        (scheme(price(100), price=PriceFormula(PriceMethod.MEAN_DEVIATION)), "one divisor"),
        (
            scheme(price(100), price=PriceFormula(PriceMethod.LOWEST_OVER_QUOTE, divisor_fen=1)),
            "has a divisor",
        ),
        (scheme(A100, price=PriceFormula(PriceMethod.LOWEST_WINS)), "belong together"),
        (scheme(A100, stages=(Stage(keep=2), Stage(by=StageBy.QUOTE))), "belong together"),
        (scheme(A100, aggregation=TRIM), "how many of the highest"),
        (scheme(A100, aggregation=Aggregation(drop_high=1)), "only when the mean is trimmed"),
        (scheme(A100, aggregation=replace(TRIM, drop_high=-1, drop_low=3)), "cannot be negative"),
        (
            scheme(
                marked("a", 50, technical=True),
                marked("b", 50),
                aggregation=Aggregation(per=AggregationPer.TOTAL),
            ),
            "technical or none",
        ),
        (scheme(A100, groups=(GroupWeight("media", 9_999),)), "add up to 100 percent"),
        (
            scheme(A100, groups=(GroupWeight("media", 10_000), GroupWeight("resident", 0))),
            "weight above zero",
        ),
        (scheme(A100, groups=(GroupWeight("media", 5_000), GroupWeight("media", 5_000))), "named once"),
        (scheme(A100, rounding=Rounding(decimals=7)), "between 0 and 6"),
        (scheme(A100, ties=("quote", "quote")), "named twice"),
        (scheme(A100, ties=("draw", "quote")), "only be the last rule"),
        (scheme(A100, ties=("b",)), "“b”"),
        (scheme(A100, ties=("a",), aggregation=Aggregation(per=AggregationPer.TOTAL)), "“a”"),
        (scheme(A100, ties=("technical",)), "as technical"),
        (scheme(A100, stages=()), "first stage"),
        (
            scheme(A100, stages=(Stage(by=StageBy.QUOTE),), price=PriceFormula(PriceMethod.LOWEST_WINS)),
            "first stage",
        ),
        (scheme(marked("a", "99.9999999")), "at most 6 decimals"),
        (scheme(A100, stages=(Stage(keep=3),)), "Every stage but the last"),
        (scheme(A100, stages=(Stage(), Stage())), "Every stage but the last"),
        (scheme(A100, marked("b", 10, stage=2)), "stage without a score"),
        (scheme(A100, once("b", 10, CriterionKind.BONUS, stage=2)), "belongs to the first stage"),
        (scheme(A100, bonus_cap=D(3)), "no bonus criterion"),
        (scheme(A100, once("b", 10, CriterionKind.BONUS), bonus_above_total=True), "State the cap"),
        (scheme(A100, once("b", 10, CriterionKind.BONUS), bonus_cap=D(0)), "must be above zero"),
        (scheme(A100, cut=Cut(minimum_total=D(101))), "minimum total score"),
        (scheme(A100, cut=Cut(minimum_technical=D(1))), "minimum technical score"),
        (scheme(A100, cut=Cut(awards=0)), "Budget and numbers"),
        (scheme(A100, cut=Cut(partial=True)), "need a budget"),
    ],
)
def test_what_cannot_be_scored_cannot_be_published(wrong, words):
    assert any(words in sentence for sentence in said(check_scheme(wrong))), said(check_scheme(wrong))


def test_the_panel_must_be_large_enough():
    trimmed = scheme(A100, aggregation=replace(TRIM, drop_high=2, drop_low=1))
    assert said(check_seats(trimmed, {"": 3})) == ["The aggregation needs at least 4 experts; there are 3."]
    assert check_seats(trimmed, {"technical": 3, "media": 1}) == []
    grouped = scheme(A100, groups=(GroupWeight("media", 5000), GroupWeight("resident", 5000)))
    assert said(check_seats(grouped, {"media": 1, "technical": 1})) == [
        "Group technical has no weight in the scheme.",
        "The aggregation needs at least 1 experts in each group; resident has 0.",
    ]


def test_the_digest_tells_schemes_apart_and_one_number_has_one_spelling():
    assert scheme_digest(RUBRIC) == scheme_digest(replace(RUBRIC, total=D("100.00")))
    assert scheme_digest(RUBRIC) != scheme_digest(replace(RUBRIC, ties=("draw",)))


TWO = (marked("plan", 20), marked("team", 10, step=D(1)), once("fact", 5))


def check(marks, reasons=()):
    sheet = Sheet("E1", "B1", {code: D(value) for code, value in marks.items()}, reasons=dict(reasons))
    return {problem.field: problem.message % problem.params for problem in check_sheet(sheet, TWO)}


def test_a_good_sheet_can_be_locked():
    assert check({"plan": "12.5", "team": 6}) == {}
    assert check({"plan": 12, "team": 6}) == {}, "60 % itself needs no reason"


@pytest.mark.parametrize(
    ("marks", "field", "words"),
    [
        ({"plan": "20.5", "team": 8}, "plan", "The mark for “plan” must lie between 0 and 20."),
        ({"plan": "-1", "team": 8}, "plan", "The mark for “plan” must lie between 0 and 20."),
        ({"plan": "NaN", "team": 8}, "plan", "The mark for “plan” must lie between 0 and 20."),
        ({"plan": 15, "team": "7.5"}, "team", "The mark for “team” must be a multiple of 1."),
        ({"plan": 15}, "team", "Give a mark for “team”."),
        ({"plan": 15, "team": 8, "fact": 5}, "fact", "fact is not a criterion that experts mark here."),
        ({"plan": 15, "team": 5}, "team", "Give a reason for “team”: the mark is below 60 % of the maximum."),
    ],
)
def test_a_wrong_sheet_says_what_is_wrong(marks, field, words):
    assert check(marks) == {field: words}


def test_a_low_mark_with_a_reason_is_fine_but_blank_is_no_reason():
    assert check({"plan": 15, "team": 5}, {"team": "团队缺少社工证"}) == {}
    assert list(check({"plan": 15, "team": 5}, {"team": "  "})) == ["team"]


def test_missing_sheets_know_recusals():
    seats = [Seat("E1"), Seat("E2", recused=("B2",))]
    given = sheets({"B1": [{"plan": 1}, {"plan": 1}]})
    assert said(missing_sheets(seats, ["B1", "B2"], given)) == [
        "The sheet of expert E1 for bid B2 is missing."
    ]
    unwanted = [*given, Sheet("E2", "B2", {"plan": D(1)}), Sheet("E1", "B2", {"plan": D(1)})]
    assert said(missing_sheets(seats, ["B1", "B2"], unwanted)) == [
        "There is a sheet too many, or of another group: expert E2, bid B2."
    ]


def test_deviations_name_who_is_more_than_thirty_percent_off():
    """Sums 80 80 80 20, mean 65: 20 is 69.23 % below; 80 is 23 % above."""
    rules = scheme(A100)
    found = deviations(sheets({"B1": [{"a": 80}, {"a": 80}, {"a": 80}, {"a": 20}]}), rules)
    assert [(d.expert_code, d.total, d.mean, d.share_bp) for d in found] == [("E4", D(20), D(65), -6923)]
    exactly = sheets({"B1": [{"a": 65}, {"a": 35}]})
    assert deviations(exactly, rules) == [], "30 % itself is not more than 30 %"
    assert len(deviations(exactly, rules, share_bp=2999)) == 2
    assert deviations(sheets({"B1": [{"a": 0}, {"a": 0}]}), rules) == []
    assert isinstance(found[0].total, Decimal)
