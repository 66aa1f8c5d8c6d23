"""Pure rules: figures in force, and what the calendar may be told."""

from datetime import date, timedelta

import pytest

from portal.core.calendar import DayKind
from portal.procedures import queries, rules

NOTICE = "国务院办公厅关于2027年部分节假日安排的通知"
SATURDAY, MONDAY = date(2027, 2, 6), date(2027, 2, 8)


def year_2027() -> dict[date, DayKind]:
    days = [date(2027, month, day) for month, day in rules.ALWAYS_OFF]
    days += [date(2027, 2, 5) + timedelta(n) for n in range(7)]
    return dict.fromkeys(days, DayKind.HOLIDAY)


@pytest.mark.parametrize(
    ("day", "kind", "source", "published", "field"),
    [
        (MONDAY, DayKind.HOLIDAY, NOTICE, True, "day"),
        (MONDAY, DayKind.WORKING, NOTICE, False, "kind"),
        (SATURDAY, DayKind.WEEKEND, NOTICE, False, "kind"),
        (MONDAY, DayKind.ADJUSTED, NOTICE, False, "kind"),
        (MONDAY, DayKind.HOLIDAY, "  ", False, "source"),
    ],
)
def test_a_day_that_makes_no_sense_is_refused_at_its_field(day, kind, source, published, field):
    assert [p.field for p in rules.check_day(day, kind, source, published)] == [field]


@pytest.mark.parametrize(
    ("day", "kind"), [(MONDAY, DayKind.HOLIDAY), (SATURDAY, DayKind.HOLIDAY), (SATURDAY, DayKind.ADJUSTED)]
)
def test_days_off_and_working_weekends_are_entered(day, kind):
    assert rules.check_day(day, kind, NOTICE, False) == []


def test_a_year_with_all_statutory_days_may_be_published():
    assert rules.check_year(2027, year_2027(), NOTICE, False) == []


def test_each_missing_statutory_day_is_named():
    days = year_2027()
    del days[date(2027, 10, 2)]
    found = rules.check_year(2027, days, NOTICE, False)
    assert [p.params for p in found] == [{"day": date(2027, 10, 2)}, {"entered": 12, "least": 13}]


def test_a_day_off_of_another_year_does_not_count():
    days = {day.replace(year=2028): kind for day, kind in year_2027().items()}
    assert len(rules.check_year(2027, days, NOTICE, False)) == len(rules.ALWAYS_OFF) + 1


def test_a_working_weekend_is_no_day_off():
    days = year_2027() | {date(2027, 5, 1): DayKind.ADJUSTED}
    assert date(2027, 5, 1) in [p.params.get("day") for p in rules.check_year(2027, days, NOTICE, False)]


def test_a_published_year_is_not_published_again_and_a_notice_is_needed():
    assert len(rules.check_year(2027, year_2027(), NOTICE, True)) == 1
    assert [p.field for p in rules.check_year(2027, year_2027(), "", False)] == ["source"]


@pytest.mark.parametrize("code", sorted(queries._packaged()))
def test_every_figure_of_a_procedure_has_title_source_and_date(app, code):
    procedure = queries.procedure(code, date(2026, 11, 22))
    shown = rules.figures(procedure)
    assert len(shown) == len(procedure.content["figures"])
    assert all(figure.source and figure.since for _title, figure in shown)
