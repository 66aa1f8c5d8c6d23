"""What a decision may hold, what is proposed, and the reasons for the others."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.awards import rules
from portal.awards.values import AwardStatus, Candidate, Given, LotLimit, Outcome, Standing
from portal.core.money import Money

LOT = LotLimit(UUID(int=1), "独居老人探访", Money(10_000_000), 2)
OTHER = LotLimit(UUID(int=2), "儿童关爱", Money(5_000_000), 1)


def candidate(rank, quote=8_000_000, lot=LOT, below="", **more):
    return Candidate(
        uuid4(), lot.lot_id, uuid4(), f"机构{rank}", rank, Decimal(90 - rank), Money(quote), below, **more
    )


def messages(problems):
    return [p.message for p in problems]


def check(awards, candidates, budget=100_000_000, reason="", lots=(LOT,)):
    return rules.check_decision(
        [(c.bid_id, Money(a)) for c, a in awards], candidates, lots, Money(budget), reason
    )


def test_the_best_ranks_within_number_and_budget_are_proposed():
    a, b, c = candidate(1), candidate(2), candidate(3)
    assert rules.propose([c, b, a], [LOT], Money(100_000_000)) == {a.bid_id: a.quote, b.bid_id: b.quote}
    assert rules.propose([a, b, c], [LOT], Money(10_000_000)) == {a.bid_id: a.quote}


def test_equal_ranks_at_the_line_are_not_picked_apart():
    a, b, c = candidate(1), candidate(2), candidate(2)
    assert rules.propose([a, b, c], [LOT], Money(100_000_000)) == {a.bid_id: a.quote}


def test_below_the_line_is_never_proposed_and_reserve_moves_up_after_a_cancellation():
    first = candidate(1, cancelled=True)
    weak, second = candidate(2, below="minimum_total"), candidate(3, below="awards")
    assert rules.propose([first, weak, second], [LOT], Money(100_000_000)) == {second.bid_id: second.quote}
    assert rules.standing(weak) is Standing.EXCLUDED
    assert rules.standing(second) is Standing.RESERVE


def test_each_limit_is_named():
    a, b, c = candidate(1), candidate(2), candidate(3)
    assert check([(a, 8_000_000)], [a, b, c]) == []
    assert "above the quote" in messages(check([(a, 8_000_001)], [a]))[0]
    dear = replace(a, quote=Money(20_000_000))
    assert "above the cap" in messages(check([(dear, 10_000_001)], [dear]))[0]
    assert "above zero" in messages(check([(a, 0)], [a]))[0]
    assert "allows" in messages(check([(a, 1), (b, 1), (c, 1)], [a, b, c]))[0]
    assert "add up" in messages(check([(a, 8_000_000), (b, 8_000_000)], [a, b], budget=15_999_999))[0]
    assert "once" in messages(check([(a, 1), (a, 1)], [a]))[0]
    assert "at least one" in messages(check([], [a]))[0]
    assert "not ranked" in messages(check([(b, 1)], [a]))[0]
    held = replace(a, held=Money(1))
    assert "already" in messages(check([(held, 1)], [held]))[0]


def test_a_better_rank_of_another_lot_is_not_passed_over():
    a = candidate(1, lot=OTHER)
    b = candidate(2)
    assert rules.passed_over([b.bid_id], [a, b]) == []
    assert check([(b, 1)], [a, b], lots=(LOT, OTHER)) == []


def test_passing_over_asks_for_a_reason_once_and_takes_it():
    a, b = candidate(1), candidate(2)
    (p,) = check([(b, 1)], [a, b])
    assert (p.field, p.params["names"]) == ("reason", a.name)
    assert check([(b, 1)], [a, b], reason="首位放弃") == []


@given(
    st.lists(
        st.tuples(st.integers(1, 6), st.integers(1, 12_000_000), st.sampled_from(["", "awards", "minimum_total"])),
        max_size=8,
    ),
    st.integers(1, 40_000_000),
    st.integers(1, 4),
)  # fmt: skip
def test_what_is_proposed_is_always_a_lawful_decision(rows, budget, places):
    lot = replace(LOT, awards_max=places)
    candidates = [candidate(rank, quote, below=below) for rank, quote, below in rows]
    proposed = rules.propose(candidates, [lot], Money(budget))
    if proposed:
        assert rules.check_decision(list(proposed.items()), candidates, [lot], Money(budget), "") == []


LAST_DAY = date(2026, 3, 9)
RUNNING, OVER = date(2026, 3, 9), date(2026, 3, 10)


@pytest.mark.parametrize(
    ("below", "place", "status", "on", "expected"),
    [
        ("", 1, AwardStatus.PENDING, RUNNING, Outcome.PROPOSED),
        ("", 1, AwardStatus.PENDING, OVER, Outcome.NOTICE_OVER),
        ("", 1, AwardStatus.ACTIVE, OVER, Outcome.AWARDED),
        ("", 1, AwardStatus.CANCELLED, OVER, Outcome.TAKEN_BACK),
        ("", 2, AwardStatus.PENDING, RUNNING, Outcome.RESERVE),
        ("awards", 2, AwardStatus.PENDING, OVER, Outcome.RESERVE),
        ("awards", 2, AwardStatus.ACTIVE, OVER, Outcome.NOT_CHOSEN),
        ("awards", 2, AwardStatus.CANCELLED, OVER, Outcome.RESERVE),
        ("minimum_total", 2, AwardStatus.PENDING, RUNNING, Outcome.NOT_CHOSEN),
    ],
)
def test_one_word_for_what_became_of_a_proposal(below, place, status, on, expected):
    ranked = [candidate(1), candidate(2, below=below)]
    awards = [Given(ranked[0].bid_id, status, LAST_DAY)]
    assert rules.outcome(ranked[place - 1], awards, ranked, on=on) is expected


def test_who_is_passed_over_for_a_reason_is_not_in_reserve():
    first, second = candidate(1), candidate(2)
    awards = [Given(second.bid_id, AwardStatus.PENDING, LAST_DAY)]
    assert rules.outcome(first, awards, [first, second], on=RUNNING) is Outcome.NOT_CHOSEN
    assert rules.why_not(first, [second.bid_id], [first, second], "书面放弃").params["reason"] == "书面放弃"
