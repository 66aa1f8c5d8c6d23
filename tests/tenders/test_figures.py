"""Each procedure's usual form is lawful, and a call that breaks one figure is refused and says which."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from portal.core import clock
from portal.core.calendar import Calendar
from portal.core.money import Money
from portal.procedures import queries as procedures
from portal.procedures import rules as law
from portal.procedures.values import LocalFigure
from portal.tenders import rules
from portal.tenders.services.beginning import _usual
from portal.tenders.values import CriterionKind, TenderDraft
from tests.core.test_calendar import OFFICIAL

NOW = clock.at(date(2026, 3, 2), 9)
CALENDAR = Calendar(OFFICIAL, frozenset(range(2004, 2027)))
CODES = (
    "open_tender",
    "competitive_consultation",
    "comparison",
    "single_source",
    "venture_contest",
    "small_task",
)


def usual(code: str, **changes) -> TenderDraft:
    """The form that a new call starts with, its dates and money filled in."""
    draft = _usual(procedures.as_packaged(code, NOW.date()), "社区服务")
    values = {
        "budget": Money(5_000_000), "documents_from": NOW.date(), "deadline_at": clock.at(date(2026, 3, 26), 17),
        "project_starts_on": date(2026, 4, 20), "project_ends_on": date(2026, 10, 19),
        "lots": (replace(draft.lots[0], cap=Money(5_000_000)),),
    }  # fmt: skip
    return replace(draft, **{**values, **changes})


def found(code: str, values: TenderDraft) -> list:
    return rules.check_tender(values, CALENDAR, procedures.as_packaged(code, NOW.date()), NOW)


@pytest.mark.parametrize("code", CODES)
def test_the_usual_form_of_each_procedure_breaks_nothing(code):
    assert found(code, usual(code)) == []


def days(n: int, hour: int = 17):
    return clock.at(date(2026, 3, 2) + timedelta(days=n), hour)


def price(points: int):
    def change(draft: TenderDraft) -> TenderDraft:
        plain, *others = [c for c in draft.criteria if c.kind != CriterionKind.PRICE]
        [scored] = [c for c in draft.criteria if c.kind == CriterionKind.PRICE]
        rest = Decimal(100 - points) - sum(c.maximum for c in others)
        return replace(
            draft, criteria=(replace(plain, maximum=rest), *others, replace(scored, maximum=Decimal(points)))
        )

    return change


def sets(**changes):
    return lambda draft: replace(draft, **changes)


LONG = {"project_ends_on": date(2030, 1, 1)}


@pytest.mark.parametrize(
    ("code", "change", "field", "source"),
    [
        ("open_tender", sets(deadline_at=days(18)), "deadline_at", "第三十五条"),
        ("open_tender", sets(minimum_bids=2), "minimum_bids", "第三十六条"),
        ("open_tender", sets(panel_size=3), "panel_size", "第四十七条"),
        ("open_tender", sets(budget=Money(1_000_000_000)), "panel_size", "第四十七条"),
        ("open_tender", sets(notice_working_days=0), "notice_working_days", "第六十九条"),
        ("open_tender", sets(**LONG), "project_ends_on", "第102号"),
        ("open_tender", price(9), "criteria", ""),
        ("open_tender", price(31), "criteria", ""),
        ("competitive_consultation", sets(deadline_at=days(9)), "deadline_at", "214号第十条"),
        ("competitive_consultation", sets(deadline_at=days(4)), "deadline_at", "发售期限"),
        ("competitive_consultation", sets(minimum_bids=2), "minimum_bids", "第三十六条"),
        ("competitive_consultation", sets(panel_size=1), "panel_size", "第十四条"),
        ("competitive_consultation", price(31), "criteria", ""),
        ("comparison", sets(budget=Money(100_000_100)), "budget", "100 万元"),
        ("comparison", sets(minimum_bids=2), "minimum_bids", "3 家"),
        ("comparison", sets(deadline_at=days(3)), "deadline_at", "比选"),
        ("single_source", sets(deadline_at=days(2)), "deadline_at", "第74号"),
        ("single_source", sets(panel_size=1), "panel_size", "第三十八条"),
        ("single_source", sets(sole_source_on=date(2026, 2, 24)), "sole_source_on", "第三十八条"),
        ("open_tender", sets(intention_on=date(2026, 2, 1)), "intention_on", "财库〔2020〕10号"),
        ("venture_contest", sets(deadline_at=days(14)), "deadline_at", "15 日"),
        ("venture_contest", sets(notice_working_days=4), "notice_working_days", "5 个工作日"),
        ("venture_contest", sets(panel_size=3), "panel_size", "第四十七条"),
        ("venture_contest", sets(project_ends_on=date(2028, 6, 1)), "project_ends_on", "两年"),
        ("small_task", sets(budget=Money(5_000_100)), "budget", "5 万元"),
        ("small_task", sets(project_ends_on=date(2026, 12, 1)), "project_ends_on", "半年"),
    ],
)  # fmt: skip
def test_a_call_that_breaks_one_figure_is_refused_and_says_which(code, change, field, source):
    problems = [p for p in found(code, change(usual(code))) if p.field == field]
    assert problems
    assert any(source in str(p.params.get("source", "")) for p in problems)


def test_every_day_of_the_period_counts_and_the_next_is_lawful():
    for code, least in (("open_tender", 20), ("competitive_consultation", 10)):
        day = date(2026, 3, 2) + timedelta(days=least)
        early, late = (
            usual(code, deadline_at=clock.at(day - timedelta(1), 17)),
            usual(code, deadline_at=clock.at(day, 17)),
        )
        assert any("least" in p.message or p.params.get("wanted") == least for p in found(code, early))
        assert not [p for p in found(code, late) if p.params.get("wanted") == least]


def test_a_period_whose_first_day_counts_may_end_a_day_earlier():
    own = LocalFigure("venture_contest", "submission", 15, date(2026, 3, 1), "区级办法", "发布当日起算", True)
    procedure = law.effective(procedures.packaged("venture_contest"), NOW.date(), [own])
    for first, lawful in (
        (date(2026, 3, 3), False),
        (date(2026, 3, 2), True),
    ):  # 15 days with the first and 16 March
        values = usual("venture_contest", documents_from=first, deadline_at=days(14))
        broken = [
            p for p in rules.check_tender(values, CALENDAR, procedure, NOW) if p.params.get("wanted") == 15
        ]
        assert (broken == []) is lawful


def test_a_single_source_waits_for_its_own_notice_and_others_for_none():
    single = procedures.as_packaged("single_source", NOW.date())
    assert [p.field for p in rules.unannounced(usual("single_source"), single)] == ["sole_source_on"]
    assert rules.unannounced(usual("open_tender"), procedures.as_packaged("open_tender", NOW.date())) == []
    for day, early in (
        (date(2026, 2, 14), True),
        (date(2026, 2, 24), False),
    ):  # the Spring Festival lies between
        fine = usual("single_source", sole_source_on=day, intention_on=date(2026, 1, 31))
        assert rules.unannounced(fine, single) == []
        assert (found("single_source", fine) == []) is early
