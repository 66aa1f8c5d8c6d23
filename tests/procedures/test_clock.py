"""The legal clock: pauses, local days off, and dates computed again when the calendar changes."""

import json
from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.challenges.models import Challenge
from portal.core import audit
from portal.core import clock as times
from portal.core.calendar import Calendar, DayKind, Why
from portal.core.db import db
from portal.core.errors import Invalid
from portal.core.mail import Message
from portal.parties.values import Role
from portal.procedures import queries, services
from portal.tenders.models import Tender
from tests.conftest import SYSTEM, actor_of
from tests.core.test_calendar import OFFICIAL
from tests.factories import UnitFactory, person
from tests.procedures.test_calendar import NOTICE, enter_2027
from tests.tenders.cases import published, world

CALENDAR = Calendar(OFFICIAL, frozenset(range(2004, 2027)))
inside = st.dates(date(2004, 1, 1), date(2026, 9, 1))


@given(inside, st.integers(1, 60))
def test_working_days_are_counted_as_the_kept_library_counts_them(start, n):
    """``find_workday`` counts from zero, beginning with the first working day that is not earlier."""
    assert CALENDAR.add_working_days(start, n).end == chinese_calendar.find_workday(
        n - 1, start + timedelta(days=1)
    )


@given(inside, st.integers(1, 60))
def test_calendar_days_end_as_the_kept_library_says(start, n):
    last = start + timedelta(days=n)
    while not chinese_calendar.is_workday(last):
        last += timedelta(days=1)
    assert CALENDAR.add_days(start, n).end == last


def test_new_years_eve_2005_where_two_libraries_differ_is_as_announced():
    assert CALENDAR.is_working_day(date(2005, 12, 31)) == chinese_calendar.is_workday(date(2005, 12, 31))


# --- pause and resume


def test_a_paused_period_goes_on_after_the_pause():
    pause = (date(2026, 3, 4), date(2026, 3, 10))
    walk = CALENDAR.add_working_days(date(2026, 3, 2), 7, paused=[pause])
    assert walk.end == date(2026, 3, 18)
    assert [s.day for s in walk.days if s.why is Why.PAUSED] == [pause[0] + timedelta(n) for n in range(7)]
    assert CALENDAR.add_days(date(2026, 3, 2), 30, paused=[pause]).end == date(2026, 4, 8)


@given(inside, st.integers(1, 30), st.integers(0, 20), st.integers(0, 40))
def test_a_pause_never_shortens_a_period_and_every_day_counted_is_outside(start, n, after, length):
    first = start + timedelta(days=after)
    pause = (first, first + timedelta(days=length))
    plain, paused = CALENDAR.add_working_days(start, n), CALENDAR.add_working_days(start, n, paused=[pause])
    assert paused.end >= plain.end
    counted = [s.day for s in paused.days if s.counted]
    assert len(counted) == n
    assert not any(pause[0] <= day <= pause[1] for day in counted)


def test_stretches_tell_the_whole_walk():
    walk = CALENDAR.add_working_days(date(2026, 9, 29), 7)
    parts = [(p.first, p.last, p.why, p.counted) for p in walk.stretches]
    assert parts[0] == (date(2026, 9, 29), date(2026, 9, 29), Why.EVENT, 0)
    assert (date(2026, 10, 1), date(2026, 10, 7), Why.DAY_OFF, 0) in parts
    assert sum(p.counted for p in walk.stretches) == 7
    assert sum((p.last - p.first).days + 1 for p in walk.stretches) == len(walk.days)
    back = CALENDAR.subtract_days(date(2026, 10, 12), 5)
    assert all(p.first <= p.last for p in back.stretches)


# --- local days off


@pytest.fixture
def keeper(app):
    services.seed_calendar(actor=SYSTEM)
    return actor_of(person(Role.ADMINISTRATOR, UnitFactory()))


LOCAL = date(2026, 3, 25)


def local_day(keeper, day=LOCAL):
    return services.set_day(actor=keeper, day=day, kind=DayKind.LOCAL_HOLIDAY, source="自治县人民政府公告")


def test_a_local_day_off_counts_in_a_published_year_and_goes_again(keeper):
    row = local_day(keeper)
    calendar = queries.calendar()
    assert calendar.kind(LOCAL) is DayKind.LOCAL_HOLIDAY
    assert calendar.add_working_days(LOCAL - timedelta(1), 1).end == LOCAL + timedelta(1)
    services.remove_day(actor=keeper, day_id=row.id)
    assert queries.calendar().is_working_day(LOCAL)


def test_a_local_day_off_comes_ahead_of_time_and_beside_the_official_notice(keeper, clock):
    for day in (date(2026, 3, 2), date(2026, 5, 9)):  # today; a working weekend of the notice
        with pytest.raises(Invalid):
            local_day(keeper, day)
    row = local_day(keeper)
    clock.advance(days=30)
    with pytest.raises(Invalid):
        services.remove_day(actor=keeper, day_id=row.id)
    assert not queries.calendar().is_working_day(LOCAL)


# --- computed again


def test_a_deadline_that_becomes_a_day_off_is_recorded_and_the_approver_told(keeper, drain):
    w = world()
    tender = published(w)  # its deadline is 2026-03-25 17:00
    drain()
    local_day(keeper)
    drain()
    event = audit.history(db.session.get(Tender, tender.id))[-1]
    assert (event.action, event.data["works"]) == ("tender.review_deadline", False)
    told = db.session.query(Message).filter(Message.subject.contains("the deadline is a day off")).all()
    assert {message.user_id for message in told} == {w.approver.id}
    assert db.session.get(Tender, tender.id).deadline_at == tender.deadline_at


def test_the_last_day_for_an_answer_is_computed_again_with_a_log_entry(keeper, drain, clock):
    from tests.factories import PartyFactory

    clock.move_to(times.at(date(2026, 11, 2), 9))
    tender = published(
        world(), documents_from=date(2026, 11, 2), deadline_at=times.at(date(2026, 11, 25), 17),
        project_starts_on=date(2027, 2, 1), project_ends_on=date(2027, 10, 1),
    )  # fmt: skip
    challenge = Challenge(
        tender_id=tender.id, party_id=PartyFactory().id, grounds="评分有误", filed_at=times.at(date(2026, 12, 29), 9),
        filed_by=keeper.user_id, answer_due_on=date(2027, 1, 7),
    )  # fmt: skip
    db.session.add(challenge)
    db.session.commit()
    drain()
    enter_2027(keeper)
    services.publish_year(actor=keeper, year=2027, source=NOTICE)
    drain()
    db.session.expire_all()
    again = db.session.get(Challenge, challenge.id)
    # 12-30, 12-31, then 01-04 to 01-08: 2027-01-01 is off by the notice
    assert again.answer_due_on == date(2027, 1, 8)
    event = audit.history(again)[-1]
    assert (event.action, event.data["before"], event.data["due"]) == (
        "challenge.recount",
        "2027-01-07",
        "2027-01-08",
    )


# --- command and page


def test_the_command_counts_with_a_pause_and_refuses_a_wrong_one(app):
    services.seed_calendar(actor=SYSTEM)
    db.session.rollback()
    runner = app.test_cli_runner()
    arguments = ["calendar", "add", "--from", "2026-03-02", "--working", "7"]
    told = runner.invoke(args=[*arguments, "--pause", "2026-03-04..2026-03-10", "--json"])
    assert json.loads(told.output)["end"] == "2026-03-18"
    for wrong in ("soon", "2026-03-10..2026-03-04"):
        assert runner.invoke(args=[*arguments, "--pause", wrong]).exit_code == 2


def test_anybody_counts_a_period_on_a_page(client):
    services.seed_calendar(actor=SYSTEM)
    url = "/procedures/calendar/count"
    assert client.get(url).status_code == 200
    page = client.get(f"{url}?from=2026-09-29&number=7&unit=WD").text
    assert "2026-10-14" in page
    assert "Public holiday" in page
    assert "2026-10-07" in client.get(f"{url}?from=2026-10-12&number=5&unit=D&back=1").text
    assert "Provisional" in client.get(f"{url}?from=2026-12-30&number=5").text
    for query in (
        "from=soon&number=5",
        "from=2026-09-29&number=0",
        "from=2026-09-29&number=9999",
        "number=5",
    ):
        assert client.get(f"{url}?{query}").status_code == 422
