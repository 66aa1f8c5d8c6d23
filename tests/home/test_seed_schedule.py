"""The days of the demo hold at any date, also around long holidays."""

from datetime import date, timedelta

import pytest
from chinese_calendar import constants

from portal.core.calendar import Calendar, DayKind
from portal.home.seed.schedule import OPEN_AT_LEAST, RUNS_AT_LEAST, Days, open_call
from portal.procedures import queries as procedures
from portal.procedures import rules

KINDS = dict.fromkeys(constants.holidays, DayKind.HOLIDAY) | dict.fromkeys(
    constants.workdays, DayKind.ADJUSTED
)
CALENDAR = Calendar(KINDS, frozenset(range(2004, 2027)))


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027])
def test_the_open_call_is_published_in_time_and_open_on_every_day_of_a_year(year):
    venture = procedures.as_packaged("venture_contest", date(year, 1, 1))
    for n in range(366):
        today = date(year, 1, 1) + timedelta(days=n)
        call = open_call(Days(CALENDAR, today))
        past = [call.drafted, call.published, call.asked, call.answered, call.sealed, call.resumed]
        assert past == sorted(set(past)), today
        assert past[-1] < today, today
        assert all(map(CALENDAR.is_working_day, [*past, call.deadline])), today
        assert call.deadline >= max(
            today + timedelta(OPEN_AT_LEAST), call.published + timedelta(RUNS_AT_LEAST)
        ), today
        assert (call.deadline - today).days <= OPEN_AT_LEAST + 12, today
        lawful = rules.count(CALENDAR, venture.figures["submission"], call.published).end
        assert lawful <= call.deadline, today
        latest = rules.count_back(CALENDAR, venture.figures["clarification"], call.deadline).end
        assert call.answered < latest, "questions are still taken"
