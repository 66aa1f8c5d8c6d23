"""A competitive consultation across National Day 2026: which deadline is lawful, and why."""

from datetime import date

import pytest

from portal.core import clock
from portal.core.calendar import Calendar, DayKind
from portal.procedures import queries as procedures
from portal.tenders import rules
from portal.tenders.rules.periods import check_deadline
from tests.tenders.cases import lawful

OFF = [date(2026, 9, day) for day in (25, 26, 27)] + [date(2026, 10, day) for day in range(1, 8)]
CALENDAR = Calendar(
    {**dict.fromkeys(OFF, DayKind.HOLIDAY), date(2026, 9, 20): DayKind.ADJUSTED, date(2026, 10, 10): DayKind.ADJUSTED},
    frozenset({2026}),
)  # fmt: skip
PUBLISHED = clock.at(date(2026, 9, 28), 9)
CONSULTATION = procedures.as_packaged("competitive_consultation", date(2026, 9, 28))


def told(day: date) -> list[str]:
    values = lawful(documents_from=date(2026, 9, 28), deadline_at=clock.at(day, 17))
    return [p.message % p.params for p in check_deadline(values, CALENDAR, CONSULTATION, PUBLISHED)]


def test_five_working_days_end_on_the_saturday_that_is_worked():
    values = lawful(documents_from=date(2026, 9, 28))
    assert rules.earliest_deadline(values, CALENDAR, CONSULTATION, date(2026, 9, 28)) == date(2026, 10, 10)


@pytest.mark.parametrize(
    ("day", "sentences"),
    [
        (date(2026, 10, 10), []),
        (date(2026, 10, 9), ["there are 4 working days; at least 5 are required"]),
        (
            date(2026, 10, 6),
            ["which is a day off", "there are 8 days; at least 10", "there are 2 working days"],
        ),
        (date(2026, 10, 11), ["which is a day off"]),
        (date(2026, 10, 12), []),
    ],
)
def test_a_deadline_is_lawful_or_refused_with_its_reason(day, sentences):
    found = told(day)
    assert len(found) == len(sentences), found
    assert all(sentence in found[n] for n, sentence in enumerate(sentences)), found


def test_the_dates_are_explained_stretch_by_stretch():
    values = lawful(documents_from=date(2026, 9, 28), deadline_at=clock.at(date(2026, 10, 12), 17))
    dues = {due.name: due for due in rules.dates(values, CALENDAR, CONSULTATION, date(2026, 9, 28))}
    documents = dues["documents"]
    assert documents.walk.end == date(2026, 10, 10)
    assert [
        (s.first, s.last, s.kind, s.counted)
        for s in documents.walk.stretches
        if s.kind is not DayKind.WORKING
    ] == [
        (date(2026, 10, 1), date(2026, 10, 7), DayKind.HOLIDAY, 0),
        (date(2026, 10, 10), date(2026, 10, 10), DayKind.ADJUSTED, 1),
    ]
    assert "214号" in documents.figure.source
