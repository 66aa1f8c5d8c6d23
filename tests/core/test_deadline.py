"""Dates that somebody must keep carry their weekday."""

from datetime import UTC, date, datetime

import pytest
from flask_babel import force_locale

from portal.core.templating import deadline
from portal.core.text import quoted


@pytest.mark.parametrize(
    ("at", "shown"),
    [(date(2026, 11, 28), "Saturday"), (datetime(2026, 11, 29, 16, 30, tzinfo=UTC), "Monday) 00:30")],
)
def test_a_deadline_names_its_weekday_in_beijing(app, at, shown):
    with app.app_context(), force_locale("en"):
        assert shown in deadline(at)


def test_quotation_marks_inside_quotation_marks_become_single():
    assert quoted("“放学后的灯”项目") == "“‘放学后的灯’项目”"
