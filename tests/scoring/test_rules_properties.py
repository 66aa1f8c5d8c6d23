"""What must hold for every scheme."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from portal.scoring.rules import check_scheme, check_seats, evaluate, kept_marks, rank, score_bids
from portal.scoring.values import Aggregation, AggregationMethod, CriterionKind, PriceMethod
from tests.scoring.strategies import bids_for, marks_for, rounds, schemes, seats_for, sheets_for

SEED = "5a" * 32


@given(rounds())
def test_the_strategy_gives_schemes_that_may_be_published(case):
    scheme, seats, _, _ = case
    assert check_scheme(scheme) == []
    groups = [seat.group for seat in seats]
    assert check_seats(scheme, {group: groups.count(group) for group in groups}) == []


@given(rounds(), st.booleans())
def test_ranking_is_a_total_preorder(case, drawn):
    scheme, _, bids, sheets = case
    results = evaluate(scheme, bids, sheets, SEED if drawn else None)
    assert sorted(result.bid_id for result in results) == sorted(bid.bid_id for bid in bids)
    ranks = [result.rank for result in results]
    assert ranks == sorted(ranks)
    assert all(result.rank == 1 + sum(other.rank < result.rank for other in results) for result in results)
    equal = [r for r in results if ranks.count(r.rank) > 1]
    assert all(r.tie_reason in ("equal", "draw_needed") for r in equal)
    if drawn and "draw" in scheme.ties:
        assert not equal


@given(rounds())
def test_a_better_rank_never_has_a_lower_score_within_its_stage(case):
    scheme, _, bids, sheets = case
    assume(len(scheme.stages) == 1)
    results = evaluate(scheme, bids, sheets)
    assert [r.total for r in results] == sorted((r.total for r in results), reverse=True)


@given(rounds(), st.randoms(use_true_random=False))
def test_the_order_of_bids_and_experts_changes_nothing(case, random):
    scheme, _, bids, sheets = case
    expected = evaluate(scheme, bids, sheets, SEED)
    random.shuffle(bids)
    random.shuffle(sheets)
    assert evaluate(scheme, bids, sheets, SEED) == expected


@given(rounds(), st.data())
def test_an_invalid_bid_changes_nothing(case, data):
    scheme, seats, bids, sheets = case
    invalid = data.draw(bids_for(scheme, "A0", valid=False))
    more = data.draw(sheets_for(scheme, seats, ["A0"]))
    assert evaluate(scheme, [invalid, *bids], [*more, *sheets], SEED) == evaluate(scheme, bids, sheets, SEED)


@given(rounds())
def test_the_lowest_valid_quote_gets_the_maximum(case):
    scheme, _, bids, sheets = case
    assume(scheme.price.method is PriceMethod.LOWEST_OVER_QUOTE)
    price = scheme.of_kind(CriterionKind.PRICE)[0]
    lowest = min(bid.compared_price for bid in bids)
    for bid, scored in zip(bids, score_bids(scheme, bids, sheets), strict=True):
        assert 0 < scored.parts[price.code] <= price.maximum or scheme.rounding.decimals == 0
        if bid.compared_price == lowest:
            assert scored.parts[price.code] == price.maximum


@given(st.lists(st.integers(0, 50), min_size=3, max_size=9), st.integers(0, 3), st.integers(0, 3))
def test_trimming_stays_within_what_is_kept(marks, high, low):
    assume(0 < high + low < len(marks))
    kept = kept_marks(marks, Aggregation(AggregationMethod.TRIMMED, drop_high=high, drop_low=low))
    assert len(kept) == len(marks) - high - low
    assert min(marks) <= min(kept) <= Fraction(sum(kept), len(kept)) <= max(kept) <= max(marks)
    dropped = sorted(marks)
    for mark in kept:
        dropped.remove(mark)
    assert sum(mark >= max(kept) for mark in dropped) >= high
    assert sum(mark <= min(kept) for mark in dropped) >= low


@given(rounds())
def test_every_part_stays_within_its_maximum_and_every_total_within_the_stated_one(case):
    scheme, _, bids, sheets = case
    maxima = {criterion.code: criterion.maximum for criterion in scheme.criteria}
    lift = scheme.bonus_cap if scheme.bonus_above_total else Decimal(0)
    for scored in score_bids(scheme, bids, sheets):
        assert all(abs(value) <= maxima.get(code, scheme.total) for code, value in scored.parts.items())
        # group weights and steps are rounded separately: half a unit in the last place each
        slack = Decimal(10) ** -scheme.rounding.decimals * len(scheme.criteria)
        assert scored.totals[0] <= scheme.total + lift + (slack if lift else 0)


@given(rounds(), st.data())
def test_a_higher_mark_never_harms_the_bid(case, data):
    scheme, _, bids, sheets = case
    assume(len(scheme.stages) == 1)
    index = data.draw(st.integers(0, len(sheets) - 1))
    criterion = data.draw(st.sampled_from(scheme.of_kind(CriterionKind.SUBJECTIVE)))
    sheet = sheets[index]
    higher = max(sheet.marks[criterion.code], data.draw(marks_for(criterion)))
    raised = [*sheets]
    raised[index] = replace(sheet, marks={**sheet.marks, criterion.code: higher})
    before = {s.bid_id: s for s in score_bids(scheme, bids, sheets)}
    after = {s.bid_id: s for s in score_bids(scheme, bids, raised)}
    assert after[sheet.bid_id].totals[0] >= before[sheet.bid_id].totals[0]
    assert all(after[bid] == before[bid] for bid in before if bid != sheet.bid_id)


@given(rounds())
def test_the_line_keeps_within_money_and_numbers(case):
    scheme, _, bids, sheets = case
    results = evaluate(scheme, bids, sheets)
    awarded = [r for r in results if r.proposed_fen is not None]
    by_id = {bid.bid_id: bid for bid in bids}
    cut = scheme.cut
    assert all((r.below_line is None) is (r.proposed_fen is not None) for r in results)
    if cut.envelope_fen is not None:
        assert sum(r.proposed_fen for r in awarded) <= cut.envelope_fen
    if cut.awards is not None:
        assert len(awarded) <= cut.awards
    if cut.per_organisation is not None:
        names = [by_id[r.bid_id].organisation for r in awarded]
        assert all(names.count(name) <= cut.per_organisation for name in names)
    assert all(r.proposed_fen <= by_id[r.bid_id].quote_fen for r in awarded)
    statuses = {(r.rank, r.below_line is None) for r in results}
    if cut.per_organisation is None and cut.per_sector is None:
        assert len({place for place, _ in statuses}) == len(statuses), "equals are treated alike"


@given(schemes())
def test_ranking_nobody_gives_nobody(scheme):
    assert rank(scheme, []) == []
    assert seats_for(scheme)
