from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.calendar import Calendar, DayKind, Why, end_of_day

FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)


def _official():
    """The official table of 2004 to 2026, holding only what weekdays alone do not tell."""
    days = {}
    for n in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=n)
        works, weekend = chinese_calendar.is_workday(day), day.weekday() >= 5
        if works and weekend:
            days[day] = DayKind.ADJUSTED
        elif not works and not (weekend and chinese_calendar.get_holiday_detail(day)[1] is None):
            days[day] = DayKind.HOLIDAY
    return days


OFFICIAL = _official()
CALENDAR = Calendar(OFFICIAL, frozenset(range(2004, 2027)))
inside = st.dates(date(2004, 3, 1), date(2026, 10, 1))


def test_agrees_with_the_official_schedules_on_every_day():
    for n in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=n)
        assert CALENDAR.is_working_day(day) == chinese_calendar.is_workday(day), day


def test_kinds_of_2026():
    assert CALENDAR.kind(date(2026, 2, 28)) is DayKind.ADJUSTED
    assert CALENDAR.kind(date(2026, 2, 16)) is DayKind.HOLIDAY
    assert CALENDAR.kind(date(2026, 3, 7)) is DayKind.WEEKEND
    assert CALENDAR.kind(date(2026, 3, 9)) is DayKind.WORKING


def test_seven_working_days_for_a_challenge_pass_over_the_national_holiday():
    walk = CALENDAR.add_working_days(date(2026, 9, 29), 7)
    assert [s.day.day for s in walk.days if s.counted] == [30, 8, 9, 10, 12, 13, 14]
    assert walk.end == date(2026, 10, 14)
    assert not walk.provisional


def test_a_walk_explains_each_day():
    walk = CALENDAR.add_working_days(date(2026, 9, 30), 3)
    assert [(s.day, s.kind, s.counted, s.why) for s in walk.days] == [
        (date(2026, 9, 30), DayKind.WORKING, False, Why.EVENT),
        *[(date(2026, 10, d), DayKind.HOLIDAY, False, Why.DAY_OFF) for d in range(1, 8)],
        (date(2026, 10, 8), DayKind.WORKING, True, Why.COUNTED),
        (date(2026, 10, 9), DayKind.WORKING, True, Why.COUNTED),
        (date(2026, 10, 10), DayKind.ADJUSTED, True, Why.COUNTED),
    ]
    assert walk.start == date(2026, 9, 30)
    assert walk.end == date(2026, 10, 10)


def test_the_first_day_counts_when_the_rule_says_so():
    monday = date(2026, 3, 9)
    assert CALENDAR.add_working_days(monday, 5, count_first_day=True).end == date(2026, 3, 13)
    assert CALENDAR.add_working_days(monday, 5).end == date(2026, 3, 16)
    saturday = date(2026, 3, 7)
    assert CALENDAR.add_working_days(saturday, 1, count_first_day=True).end == monday
    assert CALENDAR.add_days(monday, 3, count_first_day=True).end == date(2026, 3, 11)


def test_calendar_days_roll_forward_from_a_day_off():
    walk = CALENDAR.add_days(date(2026, 9, 28), 5)
    assert walk.end == date(2026, 10, 8)
    assert [s.why for s in walk.days] == [
        Why.EVENT, *[Why.COUNTED] * 4, Why.LAST_DAY_OFF, *[Why.DAY_OFF] * 4, Why.MOVED,
    ]  # fmt: skip
    assert [s.day for s in walk.days if s.counted][-1] == date(2026, 10, 3)
    assert CALENDAR.add_days(date(2026, 9, 28), 5, roll=False).end == date(2026, 10, 3)
    assert CALENDAR.add_days(date(2026, 9, 28), 2).end == date(2026, 9, 30)
    assert CALENDAR.add_days(date(2026, 2, 13), 1).end == date(2026, 2, 14), (
        "a working Saturday ends a period"
    )


def test_backward_periods_never_round_towards_the_deadline():
    deadline = date(2026, 10, 12)
    assert CALENDAR.subtract_days(deadline, 5).end == date(2026, 10, 7)
    assert CALENDAR.subtract_days(deadline, 5, roll=True).end == date(2026, 9, 30)
    assert CALENDAR.subtract_working_days(deadline, 4).end == date(2026, 9, 30)


def test_nothing_to_count():
    sunday = date(2026, 3, 8)
    assert CALENDAR.add_working_days(sunday, 0).end == sunday
    assert CALENDAR.add_days(sunday, 0).end == date(2026, 3, 9)
    for count in (CALENDAR.add_days, CALENDAR.add_working_days):
        with pytest.raises(ValueError, match="cannot be counted"):
            count(sunday, 0, count_first_day=True)
        with pytest.raises(ValueError, match="cannot be counted"):
            count(sunday, -1)


def test_a_year_without_a_notice_makes_a_date_provisional():
    assert not CALENDAR.add_working_days(date(2026, 12, 1), 10).provisional
    assert CALENDAR.add_working_days(date(2026, 12, 20), 10).provisional
    assert CALENDAR.is_provisional(date(2026, 12, 31)), "the notice for 2027 may move it"
    assert not CALENDAR.is_provisional(date(2025, 12, 31))
    assert CALENDAR.is_provisional(date(2027, 6, 1))
    assert CALENDAR.subtract_days(date(2027, 1, 4), 10).provisional


def test_a_local_overlay_wins():
    local = Calendar(OFFICIAL, CALENDAR.published_years, {date(2026, 3, 9): DayKind.LOCAL_HOLIDAY})
    assert not local.is_working_day(date(2026, 3, 9))
    assert local.next_working_day(date(2026, 3, 6)) == date(2026, 3, 10)
    assert CALENDAR.next_working_day(date(2026, 3, 6)) == date(2026, 3, 9)


@given(inside, st.integers(1, 40))
def test_working_days_add_and_subtract_as_they_are_counted(start, n):
    walk = CALENDAR.add_working_days(start, n)
    assert CALENDAR.working_days_between(start, walk.end) == n
    assert CALENDAR.is_working_day(walk.end)
    assert sum(s.counted for s in walk.days) == n
    back = CALENDAR.subtract_working_days(walk.end, n)
    assert back.end <= start
    assert CALENDAR.working_days_between(back.end, start) == 0
    assert CALENDAR.is_working_day(back.end)
    assert CALENDAR.working_days_between(back.end, walk.end) == n


@given(inside, st.integers(0, 60))
def test_rolling_lands_on_the_nearest_working_day(start, n):
    plain, rolled = CALENDAR.add_days(start, n, roll=False), CALENDAR.add_days(start, n)
    assert plain.end == start + timedelta(days=n)
    assert CALENDAR.is_working_day(rolled.end)
    assert rolled.end == plain.end or CALENDAR.working_days_between(plain.end, rolled.end) == 1
    back = CALENDAR.subtract_days(start, n, roll=True)
    assert back.end <= start - timedelta(days=n)
    assert CALENDAR.is_working_day(back.end)


@given(inside, st.integers(1, 30), st.booleans())
def test_a_walk_has_no_gaps(start, n, count_first):
    walks = [
        CALENDAR.add_working_days(start, n, count_first_day=count_first),
        CALENDAR.add_days(start, n, count_first_day=count_first),
    ]
    for walk in walks:
        days = [s.day for s in walk.days]
        assert days == [start + timedelta(days=i) for i in range(len(days))]
        assert days[-1] == walk.end
        assert sum(s.counted for s in walk.days) == n


def test_working_days_between():
    friday, monday = date(2026, 3, 6), date(2026, 3, 9)
    assert CALENDAR.working_days_between(friday, monday) == 1
    assert CALENDAR.working_days_between(monday, monday) == 0
    assert CALENDAR.working_days_between(monday, friday) == 0


def test_a_day_ends_at_midnight_in_china():
    assert end_of_day(date(2026, 12, 31)) == datetime(2026, 12, 31, 16, tzinfo=UTC)
    assert end_of_day(date(2026, 12, 31)).utcoffset() == timedelta(0)
