"""Pages of procedures and the calendar."""

from datetime import date
from uuid import uuid4

import pytest

from portal.core.calendar import DayKind
from portal.parties.values import Role
from portal.procedures import queries, rules, services
from tests.conftest import SYSTEM
from tests.factories import UnitFactory, person
from tests.procedures.access import ROLES

NOTICE = "国务院办公厅关于2027年部分节假日安排的通知"


@pytest.fixture
def unit(app):
    return UnitFactory()


@pytest.fixture
def administrator(unit, sign_in):
    return sign_in(person(Role.ADMINISTRATOR, unit))


def a_day(**changes):
    return {"day": "2027-02-08", "kind": "holiday", "source": NOTICE, "op_id": str(uuid4()), **changes}


def test_every_page_of_procedures_is_listed(app):
    endpoints = {name for name in app.view_functions if name.startswith("procedures.")}
    assert endpoints == set(ROLES)
    for name in endpoints:
        access = app.view_functions[name].access
        assert ({"*"} if access.kind == "public" else access.roles) == ROLES[name], name


def test_everybody_reads_the_procedures_with_their_sources(client):
    assert "/procedures/venture_contest" in client.get("/procedures/").text
    text = client.get("/procedures/competitive_consultation").text
    for shown in (
        "财库〔2014〕214号第十条",
        "2014-12-31",
        "10 calendar days",
        "Usual practice, can be changed",
    ):
        assert shown in text
    assert client.get("/procedures/no-such-thing").status_code == 404


def test_an_empty_calendar_says_so_on_the_page(client):
    assert "The calendar is empty." in client.get("/procedures/calendar").text
    services.seed_calendar(actor=SYSTEM)
    text = client.get("/procedures/calendar").text
    assert "The calendar is empty." not in text
    assert "2026-02-14" in text
    assert "Provisional" not in text
    assert "Provisional" in client.get("/procedures/calendar?year=2027").text


@pytest.mark.parametrize("year", ["1900", "9999", "99999999999"])
def test_no_page_for_a_year_far_away(client, administrator, year):
    assert client.get(f"/procedures/calendar?year={year}").status_code == 404
    assert administrator.get(f"/procedures/calendar/{year}/publish").status_code == 404


def test_nonsense_for_a_year_shows_the_present_one(client):
    assert "2026" in client.get("/procedures/calendar?year=abc").text


def test_only_the_top_administrator_finds_the_forms(client, unit, sign_in):
    addresses = ["/procedures/calendar/day", "/procedures/calendar/2027/publish"]
    for url in addresses:
        assert client.get(url).status_code == 303
        assert sign_in(person(Role.PROGRAMME_OFFICER, unit)).get(url).status_code == 403
        assert sign_in(person(Role.ADMINISTRATOR, UnitFactory(parent=unit))).get(url).status_code == 403
    assert "Enter a day" not in client.get("/procedures/calendar?year=2027").text


def test_a_day_is_entered_changed_and_taken_out(administrator):
    sent = a_day()
    for _ in range(2):
        response = administrator.post("/procedures/calendar/day", data=sent)
        assert response.status_code == 303
    assert response.location == "/procedures/calendar?year=2027"
    row = queries.find_day(date(2027, 2, 8))
    assert NOTICE in administrator.get("/procedures/calendar/day?day=2027-02-08").text
    assert "Take out" in administrator.get("/procedures/calendar?year=2027").text
    removed = administrator.post(
        f"/procedures/calendar/days/{row.id}/remove?year=2027", data={"op_id": str(uuid4())}
    )
    assert removed.location == "/procedures/calendar?year=2027"
    assert queries.find_day(date(2027, 2, 8)) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [("day", "some day"), ("day", ""), ("kind", "working"), ("kind", "adjusted"), ("source", "")],
)
def test_bad_input_is_refused_at_its_field_and_changes_nothing(administrator, field, value):
    response = administrator.post("/procedures/calendar/day", data=a_day(**{field: value}))
    assert response.status_code == 422
    assert f'href="#{field}"' in response.text
    assert queries.special_days(2027) == []


def test_a_day_of_a_published_year_is_refused_in_words(administrator):
    services.seed_calendar(actor=SYSTEM)
    response = administrator.post("/procedures/calendar/day", data=a_day(day="2026-03-03"))
    assert response.status_code == 422
    assert "The calendar of 2026 is published and does not change." in response.text
    assert "Take out" not in administrator.get("/procedures/calendar?year=2026").text


def test_a_year_is_published_when_the_days_of_the_law_are_entered(administrator):
    url = "/procedures/calendar/2027/publish"
    refused = administrator.post(url, data={"source": NOTICE, "op_id": str(uuid4())})
    assert refused.status_code == 422
    assert "0 days off are entered; the law knows 13." in refused.text
    for month, days in {1: [1], 2: [5, 8, 9, 10], 4: [5], 5: [1, 2], 6: [9], 9: [15], 10: [1, 2, 3]}.items():
        for day in days:
            services.set_day(actor=SYSTEM, day=date(2027, month, day), kind=DayKind.HOLIDAY, source=NOTICE)
    done = administrator.post(url, data={"source": NOTICE, "op_id": str(uuid4())})
    assert done.status_code == 303
    assert queries.is_published(2027)


def test_the_calendar_asks_the_database_as_often_for_many_days_as_for_few(client, count_queries):
    services.set_day(actor=SYSTEM, day=date(2026, 2, 17), kind=DayKind.HOLIDAY, source=NOTICE)
    few = count_queries(lambda: client.get("/procedures/calendar"))
    for day in (18, 19, 20):
        services.set_day(actor=SYSTEM, day=date(2026, 2, day), kind=DayKind.HOLIDAY, source=NOTICE)
    assert count_queries(lambda: client.get("/procedures/calendar")) == few


def test_every_procedure_is_told_in_short_to_a_newcomer(client):
    index = client.get("/procedures/").text
    for found in queries.procedures(date(2026, 3, 2)):
        assert rules.PURPOSES[found.code] in index.replace("&#39;", "'")
        assert len(rules.in_short(found)) >= 5
    assert "The price brings 10 to 30 of 100 points." in index
    assert "The price is fixed and brings no points." in client.get("/procedures/venture_contest").text
