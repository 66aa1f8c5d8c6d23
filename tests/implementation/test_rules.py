from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.implementation import rules
from portal.implementation.values import Counters, ReminderKind, Timing

DUE = date(2026, 6, 1)
TEXT = "本期完成入户探访与建档，服务对象反馈良好，下一步扩大范围。"


@pytest.mark.parametrize(
    ("left", "kind"),
    [
        (15, None), (14, "14"), (10, "14"), (8, "14"), (7, "7"), (2, "7"), (1, "1"), (0, "0"), (-1, "late"), (-40, "late"),
    ],
)  # fmt: skip
def test_reminders_come_in_bands_so_that_a_day_off_is_made_up_for(left, kind):
    assert rules.reminder_due(DUE, DUE - timedelta(days=left), []) == (ReminderKind(kind) if kind else None)


@given(st.lists(st.integers(-30, 30), min_size=1, max_size=60))
def test_each_reminder_is_sent_at_most_once_whatever_days_the_portal_runs(days):
    sent = []
    for left in sorted(days, reverse=True):
        kind = rules.reminder_due(DUE, DUE - timedelta(days=left), sent)
        if kind:
            sent.append(kind)
    assert len(sent) == len(set(sent)) <= 5


@given(st.integers(-100, 100))
def test_a_milestone_is_late_from_the_day_after(left):
    wanted = Timing.LATE if left < 0 else Timing.SOON if left <= 14 else Timing.LATER
    assert rules.timing(DUE, DUE - timedelta(days=left)) == wanted


def fields(counters, text=TEXT, files=1):
    return [problem.field for problem in rules.check_report(text, Counters(*counters), files)]


def test_a_good_report_has_no_problems():
    assert fields((8, 420, 260, 30)) == []
    assert fields((0, 0, 0, 0)) == []


@pytest.mark.parametrize(
    ("counters", "text", "files", "field"),
    [
        ((8, 400, 401, 0), TEXT, 1, "persons"),
        ((0, 10, 5, 0), TEXT, 1, "sessions"),
        ((1, 1, 1, -1), TEXT, 1, "volunteers"),
        ((1, 1, 1, 1), "太短", 1, "text"),
        ((1, 1, 1, 1), TEXT, 0, "evidence"),
        ((1, 1, 1, 1), TEXT, 11, "evidence"),
    ],
)
def test_each_fault_is_named_at_its_field(counters, text, files, field):
    assert fields(counters, text, files) == [field]
