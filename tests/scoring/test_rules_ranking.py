"""Ranks, equal scores, stages and the line, by hand."""

import pytest

from portal.core.errors import Invalid
from portal.panels.rules import shuffle
from portal.scoring.rules import check_scheme, evaluate, rank, score_bids
from portal.scoring.values import BelowLine, Cut, PriceFormula, PriceMethod, Stage, StageBy, TieReason
from tests.scoring.cases import LOWEST, D, bid, marked, once, price, scheme, sheets

SEED = "07" * 32


def ranking(rules, bids, marks=(), seed=None):
    assert check_scheme(rules) == []
    return {r.bid_id: r for r in evaluate(rules, bids, sheets(dict(marks)), seed)}


def simple(points, quotes=None, **more):
    """Bids with given points and the rest of the scheme."""
    rules = scheme(once("points", 100), **more)
    bids = [
        bid(bid_id, (quotes or {}).get(bid_id), {"points": value}, organisation=f"org-{bid_id}")
        for bid_id, value in points.items()
    ]
    return ranking(rules, bids)


def ranks(found):
    return {bid_id: item.rank for bid_id, item in found.items()}


def test_consultation_equal_score_lower_quote_then_better_technical_indicators():
    """Rule 90: A and B 80 points, B cheaper; C and D equal in both, D technically better."""
    rules = scheme(once("tech", 60, technical=True), once("other", 40), ties=("quote", "technical"))
    bids = [
        bid("A", 9_000, {"tech": 50, "other": 30}),
        bid("B", 8_000, {"tech": 40, "other": 40}),
        bid("C", 7_000, {"tech": 30, "other": 40}),
        bid("D", 7_000, {"tech": 40, "other": 30}),
        bid("E", 1_000, {"tech": 10, "other": 0}),
    ]
    found = ranking(rules, bids)
    assert ranks(found) == {"B": 1, "A": 2, "D": 3, "C": 4, "E": 5}
    assert [found[b].tie_reason for b in "ABCDE"] == [
        TieReason.QUOTE,
        TieReason.QUOTE,
        TieReason.TECHNICAL,
        TieReason.TECHNICAL,
        None,
    ]


def test_what_stays_equal_shares_the_rank_and_says_so():
    found = simple({"A": 90, "B": 80, "C": 80, "D": 70})
    assert ranks(found) == {"A": 1, "B": 2, "C": 2, "D": 4}
    assert found["B"].tie_reason is found["C"].tie_reason is TieReason.EQUAL
    assert found["A"].tie_reason is found["D"].tie_reason is None


def test_equal_means_equal_as_published():
    """80.004 and 80.001 are both 80.00: the tie rule decides, not the third decimal."""
    found = simple({"A": "80.004", "B": "80.001"}, {"A": 200, "B": 100}, ties=("quote",))
    assert ranks(found) == {"B": 1, "A": 2}


def test_a_criterion_can_decide():
    rules = scheme(once("need", 50), once("plan", 50), ties=("need",))
    found = ranking(
        rules, [bid("A", marks={"need": 30, "plan": 40}), bid("B", marks={"need": 40, "plan": 30})]
    )
    assert ranks(found) == {"B": 1, "A": 2}
    assert (found["A"].tie_reason, found["A"].tie_code) == (TieReason.CRITERION, "need")


def test_the_draw_decides_when_it_has_been_held():
    points = scheme(once("points", 100), ties=("draw",))
    bids = [bid(bid_id, marks={"points": 80}) for bid_id in "ABC"]
    waiting = ranking(points, bids)
    assert set(ranks(waiting).values()) == {1}
    assert {item.tie_reason for item in waiting.values()} == {TieReason.DRAW_NEEDED}
    drawn = ranking(points, bids, seed=SEED)
    assert sorted(drawn, key=lambda b: drawn[b].rank) == shuffle(bytes.fromhex(SEED), list("ABC"))
    assert {item.tie_reason for item in drawn.values()} == {TieReason.DRAW}


def test_best_three_by_score_then_the_lowest_price():
    """D is cheapest but not among the best three; C is below the minimum and cheaper still."""
    rules = scheme(
        once("points", 100),
        price=PriceFormula(PriceMethod.LOWEST_WINS),
        stages=(Stage(keep=3), Stage(by=StageBy.QUOTE)),
        cut=Cut(minimum_total=D(60)),
    )
    values = {"A": (90, 500), "B": (80, 300), "E": (75, 300), "D": (70, 100), "C": (50, 50)}
    found = ranking(rules, [bid(b, quote, {"points": points}) for b, (points, quote) in values.items()])
    assert ranks(found) == {"B": 1, "E": 1, "A": 3, "D": 4, "C": 5}
    assert found["D"].below_line is BelowLine.NOT_KEPT
    assert found["C"].below_line is BelowLine.MINIMUM_TOTAL


def test_all_that_equal_the_last_kept_one_are_kept():
    rules = scheme(
        once("points", 100),
        price=PriceFormula(PriceMethod.LOWEST_WINS),
        stages=(Stage(keep=1), Stage(by=StageBy.QUOTE)),
    )
    found = ranking(rules, [bid("A", 500, {"points": 80}), bid("B", 300, {"points": 80})])
    assert ranks(found) == {"B": 1, "A": 2}


def test_the_evaluated_price_decides_in_the_second_envelope():
    rules = scheme(
        once("points", 100),
        price=PriceFormula(PriceMethod.LOWEST_WINS),
        stages=(Stage(keep=5), Stage(by=StageBy.QUOTE)),
    )
    bids = [bid("A", 1000, {"points": 80}, policy_deduction_bp=1000), bid("B", 950, {"points": 90})]
    assert ranks(ranking(rules, bids)) == {"A": 1, "B": 2}


ROADSHOW = {
    "stages": (Stage(keep=2), Stage(total=D(50))),
}


def test_a_roadshow_ranks_those_that_were_kept():
    rules = scheme(once("paper", 100), marked("show", 50, stage=2), **ROADSHOW)
    bids = [bid(b, marks={"paper": points}) for b, points in {"A": 90, "B": 80, "C": 70}.items()]
    found = ranking(rules, bids, {"A": [{"show": 30}, {"show": 35}], "B": [{"show": 45}, {"show": 40}]})
    assert ranks(found) == {"B": 1, "A": 2, "C": 3}
    assert [str(found[b].total) for b in "ABC"] == ["32.50", "42.50", "70.00"]


def test_a_kept_bid_without_a_roadshow_is_an_error():
    rules = scheme(once("paper", 100), marked("show", 50, stage=2), **ROADSHOW)
    bids = [bid(b, marks={"paper": 80}) for b in "AB"]
    with pytest.raises(Invalid, match="stage"):
        rank(rules, score_bids(rules, bids, sheets({"A": [{"show": 30}]})))


QUOTES = {"A": 300, "B": 500, "C": 200, "D": 100}
POINTS = {"A": 90, "B": 80, "C": 70, "D": 60}


def line(cut, points=POINTS, quotes=QUOTES):
    found = simple(points, quotes, cut=cut)
    return {b: found[b].proposed_fen or found[b].below_line for b in sorted(found)}


def test_the_envelope_ends_the_line():
    short = BelowLine.ENVELOPE
    assert line(Cut(envelope_fen=600)) == {"A": 300, "B": short, "C": short, "D": short}
    assert line(Cut(envelope_fen=600, partial=True)) == {"A": 300, "B": 300, "C": short, "D": short}
    assert line(Cut(envelope_fen=600, pass_over=True)) == {"A": 300, "B": short, "C": 200, "D": 100}


def test_the_number_of_awards_and_a_minimum_technical_score():
    assert line(Cut(awards=2)) == {"A": 300, "B": 500, "C": BelowLine.AWARDS, "D": BelowLine.AWARDS}
    rules = scheme(once("t", 50, technical=True), once("o", 50), cut=Cut(minimum_technical=D(30)))
    found = ranking(rules, [bid("A", marks={"t": 20, "o": 50}), bid("B", marks={"t": 30, "o": 10})])
    assert ranks(found) == {"B": 1, "A": 2}, "who misses a minimum never leads"
    assert found["A"].below_line is BelowLine.MINIMUM_TECHNICAL


def test_quotas_per_organisation_and_sector_pass_on_to_the_next():
    rules = scheme(once("points", 100), cut=Cut(per_organisation=1, per_sector=2))
    bids = [
        bid("A", 1, {"points": 90}, organisation="甲", sector="old"),
        bid("B", 1, {"points": 80}, organisation="甲", sector="young"),
        bid("C", 1, {"points": 70}, organisation="乙", sector="old"),
        bid("D", 1, {"points": 60}, organisation="丙", sector="old"),
    ]
    assert [ranking(rules, bids)[b].below_line for b in "ABCD"] == [
        None,
        BelowLine.PER_ORGANISATION,
        None,
        BelowLine.PER_SECTOR,
    ]


def test_the_line_never_picks_one_of_equals():
    tied, above = BelowLine.TIED_AT_LINE, BelowLine.TIE_ABOVE
    points = {"A": 90, "B": 80, "C": 80, "D": 60}
    assert line(Cut(awards=2), points) == {"A": 300, "B": tied, "C": tied, "D": above}
    assert line(Cut(awards=3), points) == {"A": 300, "B": 500, "C": 200, "D": BelowLine.AWARDS}
    assert line(Cut(awards=1), points)["B"] is BelowLine.AWARDS


def test_excluding_a_bid_later_recomputes_everything():
    """Without the cheapest bid the base rises and the order of the others turns."""
    rules = scheme(price(50), once("plan", 50), price=LOWEST)
    bids = [bid("A", 100, {"plan": 0}), bid("B", 200, {"plan": 40}), bid("C", 400, {"plan": 50})]
    assert ranks(ranking(rules, bids)) == {"B": 1, "C": 2, "A": 3}
    kept = [bid("A", 100, {"plan": 0}, valid=False), *bids[1:]]
    found = ranking(rules, kept)
    assert [str(found[b].total) for b in "BC"] == ["90.00", "75.00"]
