"""The statutory rules row by row: each figure stands in the right procedures with its number, unit, bound and source."""

from datetime import date

import pytest

from portal.core.calendar import Calendar
from portal.core.money import Money
from portal.procedures import queries, rules
from portal.procedures.values import FIGURES, REQUIRED, Event
from tests.core.test_calendar import OFFICIAL

DAY = date(2026, 11, 22)
CALENDAR = Calendar(OFFICIAL, frozenset(range(2004, 2027)))
OT, CC, SS, CO, VC, ST = (
    "open_tender",
    "competitive_consultation",
    "single_source",
    "comparison",
    "venture_contest",
    "small_task",
)
BY_LAW = (OT, CC, SS)

ROWS = [
    (1, (OT,), "submission", 20, "D", "least", "第三十五条"),
    (2, (OT,), "documents", 5, "WD", "least", "第三十一条"),
    (3, (OT,), "clarification", 15, "D", "least", "第三十一条"),
    (4, (OT,), "prequalification", 5, "WD", "least", "第二十一条"),
    (5, (OT,), "prequalification_clarification", 3, "D", "least", "第87号"),
    (6, (OT,), "call_notice", 5, "WD", "least", "公告期限"),
    (7, (CC,), "call_notice", 3, "WD", "least", "公告期限"),
    (8, (CC,), "submission", 10, "D", "least", "214号第十条"),
    (9, (CC,), "documents", 5, "WD", "least", "214号第十条"),
    (10, (CC,), "clarification", 5, "D", "least", "214号第十条"),
    (11, (SS,), "submission", 3, "WD", "least", "第74号"),
    (12, (SS,), "single_source_publicity", 5, "WD", "least", "第三十八条"),
    (13, BY_LAW, "intention", 30, "D", "least", "财库〔2020〕10号"),
    (14, BY_LAW, "report_delivery", 2, "WD", "most", "第四十三条"),
    (15, BY_LAW, "determination", 5, "WD", "most", "第四十三条"),
    (17, BY_LAW, "award_notice", 2, "WD", "most", "第四十三条"),
    (18, BY_LAW, "result_notice", 1, "WD", "least", "第六十九条"),
    (20, BY_LAW, "contract", 30, "D", "most", "第四十六条"),
    (21, BY_LAW, "contract_publication", 2, "WD", "most", "第五十条"),
    (22, BY_LAW, "contract_filing", 7, "WD", "most", "第四十七条"),
    (23, (OT, CC), "deposit_return_losers", 5, "WD", "most", "第三十三条"),
    (24, (OT, CC), "deposit_return_winner", 5, "WD", "most", "第三十三条"),
    (25, BY_LAW, "inquiry_answer", 3, "WD", "most", "第五十二条"),
    (26, BY_LAW, "challenge", 7, "WD", "least", "第五十二条"),
    (29, BY_LAW, "challenge_answer", 7, "WD", "most", "第五十三条"),
    (30, BY_LAW, "complaint", 15, "WD", "least", "第五十五条"),
    (31, BY_LAW, "complaint_check", 5, "WD", "most", "第94号"),
    (32, BY_LAW, "complaint_refusal", 3, "WD", "most", "第94号"),
    (33, BY_LAW, "complaint_copies", 8, "WD", "most", "第94号"),
    (34, BY_LAW, "complaint_statement", 5, "WD", "most", "第94号"),
    (35, BY_LAW, "complaint_decision", 30, "WD", "most", "第五十六条"),
    (36, BY_LAW, "suspension", 30, "D", "most", "第五十七条"),
    (42, (*BY_LAW, CO), "payment", 30, "D", "most", "第九条"),
    (42, (*BY_LAW, CO), "payment_longest", 60, "D", "most", "第九条"),
    (43, (*BY_LAW, CO), "late_interest", 5, "BP", "least", "第十七条"),
    (44, (*BY_LAW, CO), "archive", 15, "Y", "least", "第四十二条"),
    (47, BY_LAW, "expert_draw", 2, "WD", "most", "198号"),
    (48, BY_LAW, "expert_record", 5, "WD", "most", "198号"),
    (49, BY_LAW, "project", 1096, "D", "most", "第102号"),
    (50, (OT, CC), "bid_deposit", 200, "BP", "most", "第三十三条"),
    (51, BY_LAW, "performance_deposit", 1000, "BP", "most", "第四十八条"),
    (52, BY_LAW, "supplements", 1000, "BP", "most", "第四十九条"),
    (53, (SS,), "single_source_addition", 1000, "BP", "most", "第三十一条"),
    (55, (OT, CC), "price_weight_minimum", 10, "P", "least", "10%至 30%"),
    (55, (OT, CC), "price_weight_maximum", 30, "P", "most", "10%至 30%"),
    (57, (OT, CC), "sme_deduction_minimum", 1000, "BP", "least", "财库〔2022〕19号"),
    (57, (OT, CC), "sme_deduction_maximum", 2000, "BP", "most", "财库〔2022〕19号"),
    (58, (OT, CC), "sme_share", 3000, "BP", "least", "财库〔2022〕19号"),
    (58, (OT, CC), "sme_part_deduction_minimum", 400, "BP", "least", "财库〔2022〕19号"),
    (58, (OT, CC), "sme_part_deduction_maximum", 600, "BP", "most", "财库〔2022〕19号"),
    (60, (CC,), "open_tender_from", 2_000_000, "CNY", "most", "公开招标数额标准"),
    (61, (CO,), "budget_maximum", 1_000_000, "CNY", "most", "100 万元"),
    (62, (OT,), "panel_minimum", 5, "N", "least", "第四十七条"),
    (62, (OT,), "expert_share", 2, "THIRDS", "least", "三分之二"),
    (63, (OT,), "panel_large", 7, "N", "least", "第四十七条"),
    (63, (OT,), "panel_large_from", 10_000_000, "CNY", "most", "1000 万元"),
    (64, (CC, SS), "panel_minimum", 3, "N", "least", "3 人以上单数"),
    (64, (CC, SS), "expert_share", 2, "THIRDS", "least", "三分之二"),
    (84, (VC,), "trim_minimum", 3, "N", "least", "3 个评分"),
    (85, (*BY_LAW, CO, VC), "deviation", 3000, "BP", "most", "30%"),
    (86, (*BY_LAW, CO, VC, ST), "low_mark", 6000, "BP", "least", "60%"),
    (87, (*BY_LAW, CO, VC, ST), "decimals", 2, "N", "least", "四舍五入"),
    (91, (CC,), "final_offers", 2, "N", "least", "财库〔2015〕124号"),
    (92, (OT,), "minimum_bids", 3, "N", "least", "第三十六条"),
    (92, (OT,), "minimum_valid_bids", 3, "N", "least", "第三十六条"),
    (92, (CC,), "minimum_bids", 3, "N", "least", "第三十六条"),
]  # fmt: skip
PRACTICE = {
    5,
    11,
    13,
    18,
    34,
    47,
    48,
    49,
    57,
    60,
    61,
    84,
    85,
    86,
    87,
    91,
}  # no text that we read settles them


@pytest.fixture(scope="module")
def law():
    """The packaged figures alone; no database is asked."""
    return {code: rules.effective(raw, DAY) for code, raw in queries._packaged().items()}


@pytest.mark.parametrize(("row", "codes", "name", "value", "unit", "bound", "source"), ROWS)
def test_each_row_of_the_statute_is_a_figure_with_its_source(
    law, row, codes, name, value, unit, bound, source
):
    for code in codes:
        figure = law[code].figures[name]
        assert (figure.value, figure.unit, FIGURES[name].bound) == (value, unit, bound), (row, code)
        assert source in figure.source, (row, code)
        assert figure.since <= DAY
        confirmed = row not in PRACTICE and not (row in (62, 64) and code == SS)
        assert figure.confirmed is confirmed, (row, code)


def test_all_six_procedures_are_there_with_what_every_case_needs(law):
    assert set(law) == {OT, CC, SS, CO, VC, ST}
    assert len({procedure.series for procedure in law.values()}) == 6
    for procedure in law.values():
        assert set(REQUIRED) <= procedure.figures.keys()
        assert procedure.instalments
        assert procedure.instalment_source
    assert law[VC].course.stages == 2
    assert law[VC].course.roadshow
    assert law[VC].course.public_channels


@pytest.mark.parametrize(
    ("code", "size", "experts", "lawful"),
    [
        (CC, 3, 2, True), (CC, 3, 1, False), (CC, 1, 1, False), (CC, 4, 4, False), (CC, 5, 4, True), (CC, 5, 3, False),
        (OT, 3, 3, False), (OT, 5, 4, True), (OT, 7, 5, True), (OT, 7, 4, False), (SS, 3, 2, True), (VC, 5, 0, True),
    ],
)  # fmt: skip
def test_the_smallest_lawful_panels(law, code, size, experts, lawful):
    found = rules.check_panel(law[code], size=size, experts=experts, budget=Money(0))
    assert (found == []) is lawful
    assert all(problem.field == "panel_size" for problem in found)


def test_two_thirds_are_met_exactly(law):
    share = law[OT].figures["expert_share"]
    assert [rules.least_experts(share, size) for size in (3, 5, 7, 9)] == [2, 4, 5, 6]


@pytest.mark.parametrize(
    ("code", "budget", "size", "fields"),
    [
        (OT, 999_999_999, 5, []), (OT, 1_000_000_000, 5, ["panel_size"]), (OT, 1_000_000_000, 7, []),
        (CO, 100_000_000, 3, []), (CO, 100_000_001, 3, ["budget"]), (ST, 5_000_100, 3, ["budget"]), (VC, 10**12, 5, []),
    ],
)  # fmt: skip
def test_the_budget_decides_about_procedure_and_panel(law, code, budget, size, fields):
    found = rules.check_amount(law[code], budget=Money(budget), panel_size=size)
    assert [problem.field for problem in found] == fields
    assert all(problem.params["source"] for problem in found)


def test_the_dates_of_a_consultation_across_the_national_day(law):
    events = {
        Event.CALL: date(2026, 9, 28),
        Event.DEADLINE: date(2026, 10, 12),
        Event.RESULT: date(2026, 9, 30),
    }
    dues = {due.name: due for due in rules.timetable(law[CC], CALENDAR, events)}
    assert dues["submission"].walk.end == date(2026, 10, 8)  # the tenth day itself, a working day
    assert dues["documents"].walk.end == date(2026, 10, 10)  # a working Saturday counts
    assert dues["clarification"].walk.end == date(2026, 10, 7)  # backward: not rounded towards the deadline
    assert dues["result_notice"].walk.end == date(2026, 10, 8)
    assert dues["challenge"].walk.end == date(2026, 10, 16)  # counted from the end of the notice, article 53
    assert dues["contract"].walk.end == date(2026, 10, 30)
    assert not any(due.walk.provisional for due in dues.values())
    skipped = [part for part in dues["documents"].walk.stretches if not part.counted]
    assert (skipped[-1].first, skipped[-1].last) == (date(2026, 10, 1), date(2026, 10, 7))


@pytest.mark.parametrize(
    ("code", "corrected", "deadline", "holds"),
    [
        (OT, date(2026, 3, 2), date(2026, 3, 17), date(2026, 3, 17)),  # fifteen days are left: nothing moves
        (OT, date(2026, 3, 3), date(2026, 3, 17), date(2026, 3, 18)),
        (OT, date(2026, 9, 18), date(2026, 9, 30), date(2026, 10, 8)),  # the fifteenth day is in the break
        (CC, date(2026, 3, 12), date(2026, 3, 17), date(2026, 3, 17)),
        (CC, date(2026, 3, 13), date(2026, 3, 17), date(2026, 3, 18)),
        (SS, date(2026, 3, 13), date(2026, 3, 17), date(2026, 3, 18)),  # working days
    ],
)
def test_a_correction_moves_the_deadline_only_where_the_period_is_cut(law, code, corrected, deadline, holds):
    move = rules.moved_deadline(law[code], CALENDAR, corrected, deadline)
    assert (move.day, move.moved) == (holds, holds != deadline)
    assert rules.lasts(CALENDAR, move.figure, corrected, move.day) >= move.figure.value


def test_what_a_call_froze_is_the_same_procedure_again(law):
    for procedure in law.values():
        again = rules.frozen(dict(procedure.content))
        assert again == procedure
        assert again.digest == procedure.digest
