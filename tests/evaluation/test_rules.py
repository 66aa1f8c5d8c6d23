"""Rates, score, stars, and what a closing does."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.errors import Invalid
from portal.core.money import Money
from portal.evaluation import queries, rules
from portal.evaluation.values import (
    Answer,
    ClosingFacts,
    EvaluationGroup,
    Grade,
    Indicator,
    SurveyState,
    Weights,
)

WEIGHTS = rules.weights_from(queries.standard())
BANDS = rules.bands_from(queries.standard())
JUDGED = [(group, i) for group in EvaluationGroup for i in rules.judged_by(WEIGHTS, group)]

marks_of = st.decimals(0, 100, places=2)
all_marks = st.fixed_dictionaries(dict.fromkeys(JUDGED, marks_of))
answers = st.lists(
    st.builds(Answer, st.booleans(), st.booleans(), st.integers(1, 5)), min_size=1, max_size=40
)


def shares(total=10_000, parts=5):
    """Lists of ``parts`` basis points that add up to ``total``."""
    cuts = st.lists(st.integers(0, total), min_size=parts - 1, max_size=parts - 1).map(sorted)
    return cuts.map(lambda c: [b - a for a, b in zip([0, *c], [*c, total], strict=True)])


def texts(problems):
    return [p.message for p in problems]


def test_the_standard_weights_are_lawful_and_residents_count():
    assert rules.check_weights(WEIGHTS) == []
    assert rules.group_share(WEIGHTS, EvaluationGroup.RESIDENT) == 50
    assert sum(rules.group_share(WEIGHTS, group) for group in EvaluationGroup) == 100


def test_a_score_by_hand():
    marks = dict.fromkeys(JUDGED, Decimal(80))
    marks[EvaluationGroup.EXPERT, Indicator.QUALITY] = Decimal(100)
    given_answers = [Answer(True, True, 5), Answer(True, False, 4), Answer(False, False, 3)]
    result = rules.evaluate(WEIGHTS, marks, rules.rates(given_answers, 50))
    # quality 0.3 × (0.5×100 + 0.5×80) = 27, progress 16, awareness 0.15 × 66.67, participation 0.15 × 33.33,
    # satisfaction 0.2 × 66.67: 27 + 16 + 10.0005 + 4.9995 + 13.334 = 71.334
    assert sum(part.points for part in result.parts) == Decimal("71.334")
    assert result.score == Decimal("71.33")
    assert (rules.stars(result.score, BANDS), rules.grade(result.score, BANDS)) == (3, Grade.PASS)


@given(all_marks, answers)
def test_a_score_lies_from_0_to_100_and_its_weights_add_up(marks, given_answers):
    result = rules.evaluate(WEIGHTS, marks, rules.rates(given_answers, 1000))
    assert 0 <= result.score <= 100
    assert sum(part.weight for part in result.parts) == 100
    assert abs(sum(part.points for part in result.parts) - result.score) <= Decimal("0.005")
    assert 1 <= rules.stars(result.score, BANDS) <= 5


@given(all_marks, answers, st.sampled_from(JUDGED), marks_of)
def test_a_better_mark_never_lowers_the_score(marks, given_answers, key, other):
    low, high = sorted((marks[key], other))
    found = rules.rates(given_answers, 1000)
    assert (
        rules.evaluate(WEIGHTS, {**marks, key: low}, found).score
        <= rules.evaluate(WEIGHTS, {**marks, key: high}, found).score
    )


@given(all_marks, answers, st.data())
def test_a_happier_resident_never_lowers_the_score(marks, given_answers, data):
    n = data.draw(st.integers(0, len(given_answers) - 1))
    happier = [replace(a, aware=True, took_part=True, satisfaction=5) if i == n else a for i, a in enumerate(given_answers)]  # fmt: skip
    before = rules.evaluate(WEIGHTS, marks, rules.rates(given_answers, 1000)).score
    assert rules.evaluate(WEIGHTS, marks, rules.rates(happier, 1000)).score >= before


@given(shares(), shares(parts=3), shares(parts=3))
def test_weights_that_add_up_are_accepted_unless_residents_would_not_count(indicators, quality, progress):
    others = [g for g in EvaluationGroup if g is not EvaluationGroup.RESIDENT]
    weights = Weights(
        dict(zip(Indicator, indicators, strict=True)),
        {
            **WEIGHTS.groups,
            Indicator.QUALITY: dict(zip(others, quality, strict=True)),
            Indicator.PROGRESS: dict(zip(others, progress, strict=True)),
        },
    )
    no_residents = sum(indicators[2:]) == 0
    assert texts(rules.check_weights(weights)) == (
        ["The residents' weight must not be zero."] if no_residents else []
    )


def test_each_wrong_weight_is_named():
    wrong = replace(WEIGHTS, indicators={**WEIGHTS.indicators, Indicator.QUALITY: 3001})
    assert "five indicators" in texts(rules.check_weights(wrong))[0]
    groups = {**WEIGHTS.groups, Indicator.QUALITY: {EvaluationGroup.EXPERT: 9_999}}
    assert "must add up" in texts(rules.check_weights(replace(WEIGHTS, groups=groups)))[0]
    groups = {**WEIGHTS.groups, Indicator.AWARENESS: {EvaluationGroup.MEDIA: 10_000}}
    assert "not both" in texts(rules.check_weights(replace(WEIGHTS, groups=groups)))[0]
    groups = {
        **WEIGHTS.groups,
        Indicator.QUALITY: {EvaluationGroup.EXPERT: 10_001, EvaluationGroup.MEDIA: -1},
    }
    assert "below zero" in texts(rules.check_weights(replace(WEIGHTS, groups=groups)))[0]


def test_a_missing_mark_is_an_error_and_never_weighed_away():
    marks = dict.fromkeys(JUDGED, Decimal(100))
    del marks[EvaluationGroup.MEDIA, Indicator.PROGRESS]
    with pytest.raises(Invalid, match="missing"):
        rules.evaluate(WEIGHTS, marks, rules.rates([Answer(True, True, 5)], 10))


@pytest.mark.parametrize("value", ["-0.01", "100.01", "50.001"])
def test_marks_out_of_range_are_refused(value):
    marks = {**dict.fromkeys(JUDGED, Decimal(80)), JUDGED[0]: Decimal(value)}
    assert "from 0 to 100" in texts(rules.check_marks(WEIGHTS, marks))[0]


def test_rates_keep_what_they_were_counted_from():
    found = rules.rates([Answer(True, False, 4), Answer(True, True, 2), Answer(False, False, 5)], 20)
    assert (found.awareness.numerator, found.awareness.denominator, found.awareness.mark) == (
        2,
        3,
        Decimal("66.67"),
    )
    assert (found.participation.numerator, found.participation.mark) == (1, Decimal("33.33"))
    assert (found.satisfaction.numerator, found.satisfaction.mark) == (2, Decimal("66.67"))
    assert all(found.of(i).method for i in Indicator if i.is_rate)


def test_no_answer_and_too_many_answers_are_problems():
    assert "No resident" in texts(rules.check_rates(rules.rates([], 5)))[0]
    assert "answers of" in texts(rules.check_rates(rules.rates([Answer(True, True, 5)] * 3, 2)))[0]


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        ("100", 5),
        ("90", 5),
        ("89.99", 4),
        ("80", 4),
        ("79.99", 3),
        ("70", 3),
        ("60", 2),
        ("59.99", 1),
        ("0", 1),
    ],
)
def test_bands_begin_at_their_bound(score, expected):
    assert rules.stars(Decimal(score), BANDS) == expected


def test_only_a_fail_stops_the_last_instalment():
    assert [g for g in Grade if not rules.outcome(g).passed] == [Grade.FAIL]


def test_a_survey_takes_answers_until_just_before_it_closes():
    opens = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    closes, tick = opens + timedelta(days=1), timedelta(microseconds=1)
    assert rules.survey_state(opens, closes, opens - tick) is SurveyState.EARLY
    assert rules.survey_state(opens, closes, opens) is SurveyState.OPEN
    assert rules.survey_state(opens, closes, closes - tick) is SurveyState.OPEN
    assert rules.survey_state(opens, closes, closes) is SurveyState.CLOSED


READY = ClosingFacts(True, True, True, (), Money(0), False, Money(100), Money(60), Money(0))


def test_a_closing_returns_what_was_not_spent_and_never_less_than_nothing():
    assert rules.close(READY, cancel_unpaid=False).returned == Money(40)
    assert rules.close(replace(READY, spent=Money(140)), cancel_unpaid=False).returned == Money(0)


def test_unpaid_instalments_are_cancelled_after_a_fail_or_on_demand_only():
    unpaid = replace(READY, unpaid=Money(30), committed=Money(30))
    assert "not paid yet" in texts(rules.close(unpaid, cancel_unpaid=False).problems)[0]
    for plan in (
        rules.close(unpaid, cancel_unpaid=True),
        rules.close(replace(unpaid, passed=False), cancel_unpaid=False),
    ):
        assert (plan.problems, plan.cancelled, plan.released) == ((), Money(30), Money(30))


def test_everything_that_is_missing_for_a_closing_is_said():
    facts = ClosingFacts(False, False, False, ("中期报告",), Money(0), True, Money(0), Money(0), Money(0))
    assert len(rules.close(facts, cancel_unpaid=False).problems) == 4
