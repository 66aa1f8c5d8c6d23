"""The calendar in the database: the official years, what administrators enter, and the commands."""

import json
from datetime import date, timedelta

import pytest

from portal.core import audit
from portal.core.calendar import DayKind
from portal.core.errors import Denied, Invalid
from portal.parties.values import Role
from portal.procedures import queries, services
from tests.conftest import SYSTEM, actor_of
from tests.factories import UnitFactory, person

NOTICE = "国务院办公厅关于2027年部分节假日安排的通知"

# The yearly notices of the General Office of the State Council: first and last day of each break, working weekends.
OFFICIAL = {
    2025: (
        ["01-01 01-01", "01-28 02-04", "04-04 04-06", "05-01 05-05", "05-31 06-02", "10-01 10-08"],
        ["01-26", "02-08", "04-27", "09-28", "10-11"],
    ),
    2026: (
        ["01-01 01-03", "02-15 02-23", "04-04 04-06", "05-01 05-05", "06-19 06-21", "09-25 09-27", "10-01 10-07"],
        ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"],
    ),
}  # fmt: skip


def on(year: int, text: str) -> date:
    return date.fromisoformat(f"{year}-{text}")


def days_off(year: int) -> set[date]:
    found = set()
    for span in OFFICIAL[year][0]:
        first, last = (on(year, text) for text in span.split())
        found |= {first + timedelta(n) for n in range((last - first).days + 1)}
    return found


@pytest.fixture
def loaded(app):
    services.seed_calendar(actor=SYSTEM)
    return queries.calendar()


@pytest.fixture
def keeper(app):
    return actor_of(person(Role.ADMINISTRATOR, UnitFactory()))


# --- the official years


@pytest.mark.parametrize("year", OFFICIAL)
def test_every_day_is_as_officially_announced(loaded, year):
    off, working = days_off(year), {on(year, text) for text in OFFICIAL[year][1]}
    day = date(year, 1, 1)
    while day.year == year:
        announced = day in working or (day.weekday() < 5 and day not in off)
        assert loaded.is_working_day(day) == announced, day
        day += timedelta(1)


def test_all_years_from_2004_to_2026_are_published_and_2027_is_not(loaded):
    assert loaded.published_years == frozenset(range(2004, 2027))
    assert not loaded.is_provisional(date(2026, 11, 22))
    assert loaded.is_provisional(date(2026, 12, 28))
    assert loaded.is_provisional(date(2027, 2, 11))


def test_loading_twice_changes_nothing(loaded):
    before = [(d.id, d.kind) for d in queries.special_days(2026)]
    assert services.seed_calendar(actor=SYSTEM) == 0
    assert [(d.id, d.kind) for d in queries.special_days(2026)] == before


def test_loading_asks_the_database_few_times(app, count_queries):
    assert count_queries(lambda: services.seed_calendar(actor=SYSTEM)) < 100


def test_each_loaded_year_names_its_source_and_is_on_record(loaded):
    year = queries.years()[0]
    event = audit.history(year)[0]
    assert (event.action, event.data["year"], event.data["source"]) == (
        "calendar_year.load",
        2026,
        year.source,
    )
    assert "chinesecalendar" in year.source


def test_loading_leaves_years_alone_that_somebody_began(app):
    services.set_day(actor=SYSTEM, day=date(2026, 1, 5), kind=DayKind.HOLIDAY, source="地方通知")
    services.seed_calendar(actor=SYSTEM)
    assert [d.source for d in queries.special_days(2026)] == ["地方通知"]
    assert not queries.is_published(2026)
    assert queries.is_published(2025)


# --- what administrators enter


def test_a_day_is_entered_changed_and_taken_out_again_on_record(keeper):
    day = date(2027, 2, 6)
    row = services.set_day(actor=keeper, day=day, kind=DayKind.HOLIDAY, source=NOTICE)
    assert not queries.calendar().is_working_day(day)
    assert services.set_day(actor=keeper, day=day, kind=DayKind.ADJUSTED, source=NOTICE).id == row.id
    assert queries.calendar().is_working_day(day)
    services.remove_day(actor=keeper, day_id=row.id)
    assert queries.find_day(day) is None
    events = audit.history(row)
    assert [e.action for e in events] == ["calendar_day.enter", "calendar_day.change", "calendar_day.remove"]
    assert events[1].data["before"] == {"kind": "holiday", "source": NOTICE}


def enter_2027(actor):
    for text in (
        "01-01",
        "02-05",
        "02-08",
        "02-09",
        "02-10",
        "04-05",
        "05-01",
        "05-02",
        "06-09",
        "09-15",
        "10-01",
        "10-02",
        "10-03",
    ):
        services.set_day(actor=actor, day=on(2027, text), kind=DayKind.HOLIDAY, source=NOTICE)


def test_a_published_year_is_provisional_no_longer_and_does_not_change(keeper):
    enter_2027(keeper)
    row = services.publish_year(actor=keeper, year=2027, source=NOTICE)
    assert not queries.calendar().is_provisional(date(2027, 6, 1))
    assert audit.history(row)[0].data == {"year": 2027, "days": 13, "source": NOTICE}
    entered = queries.find_day(date(2027, 1, 1))
    for act in (
        lambda: services.set_day(actor=keeper, day=date(2027, 1, 4), kind=DayKind.HOLIDAY, source=NOTICE),
        lambda: services.remove_day(actor=keeper, day_id=entered.id),
        lambda: services.publish_year(actor=keeper, year=2027, source=NOTICE),
    ):
        with pytest.raises(Invalid):
            act()
    assert len(queries.special_days(2027)) == 13


def test_a_year_without_its_days_is_not_published(keeper):
    with pytest.raises(Invalid):
        services.publish_year(actor=keeper, year=2027, source=NOTICE)
    assert queries.years() == []


@pytest.mark.parametrize("role", [Role.PROGRAMME_OFFICER, Role.ADMINISTRATOR])
def test_only_administrators_of_the_top_keep_the_calendar(app, role):
    street = UnitFactory(parent=UnitFactory())
    other = actor_of(person(role, street))
    for act in (
        lambda: services.set_day(actor=other, day=date(2027, 2, 6), kind=DayKind.HOLIDAY, source=NOTICE),
        lambda: services.publish_year(actor=other, year=2027, source=NOTICE),
        lambda: services.seed_calendar(actor=other),
    ):
        with pytest.raises(Denied):
            act()
    assert queries.special_days(2027) == []


# --- commands


@pytest.fixture
def flask(app):
    from portal.core.db import db

    def run(*arguments):
        db.session.rollback()
        return app.test_cli_runner().invoke(args=["calendar", *arguments])

    return run


def test_an_empty_calendar_says_so_and_counts_nothing(flask):
    result = flask("add", "--from", "2026-02-13", "--working", "5")
    assert result.exit_code == 1
    assert result.output == "The calendar is empty: load it with `flask calendar load`.\n"


def test_the_command_loads_the_calendar_and_the_doctor_sees_it(app, flask):
    from portal.core import permissions

    assert permissions.CHECKS["calendar"]() == "The calendar is empty: load it with `flask calendar load`."
    assert "2004–2026, 23 years" in flask("load").output
    assert flask("load").output.startswith("0 days written.")
    assert permissions.CHECKS["calendar"]() == "2004–2026, 23 years"


def test_five_working_days_around_the_spring_festival(loaded, flask):
    """2026-02-13 is a Friday; Saturday the 14th works in exchange, the break lasts until Monday the 23rd."""
    lines = flask("add", "--from", "2026-02-13", "--working", "5").output.splitlines()
    assert lines[0] == "2026-02-27"
    assert lines[1] == "2026-02-13 Fri     –  Working day; The day of the event is not counted"
    assert lines[2] == "2026-02-14 Sat     1  Working day in exchange; Counted"
    assert lines[3] == "2026-02-15 Sun     –  Public holiday; Day off, passed over"
    assert lines[-1] == "2026-02-27 Fri     5  Working day; Counted"
    assert len(lines) == 16


def test_calendar_days_that_end_on_a_day_off_move_on(loaded, flask):
    walk = json.loads(flask("add", "--from", "2026-09-20", "--days", "12", "--json").output)
    assert (walk["start"], walk["end"], walk["provisional"]) == ("2026-09-20", "2026-10-08", False)
    assert [d["why"] for d in walk["days"]][-1] == "moved"
    assert sum(d["counted"] for d in walk["days"]) == 12


def test_the_first_day_counts_when_asked(loaded, flask):
    walk = json.loads(
        flask("add", "--from", "2026-03-02", "--working", "1", "--count-first-day", "--json").output
    )
    assert walk["end"] == "2026-03-02"


def test_a_walk_into_an_unpublished_year_says_that_it_is_provisional(loaded, flask):
    assert "Provisional" in flask("add", "--from", "2026-12-30", "--working", "5").output


@pytest.mark.parametrize(
    "arguments",
    [["--working", "1", "--days", "1"], [], ["--working", "0", "--count-first-day"], ["--working", "-1"]],
)
def test_a_question_that_makes_no_sense_is_refused(loaded, flask, arguments):
    assert flask("add", "--from", "2026-03-02", *arguments).exit_code == 2
