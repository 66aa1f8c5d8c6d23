"""The public list of calls: filters in the database, and what a saved search with them tells."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from portal.core import clock as clocks
from portal.core.db import db, use_case
from portal.parties.values import Role, UnitLevel
from portal.qualification import jobs, queries
from portal.qualification.models import SearchAlert
from portal.tenders import queries as tenders
from tests.conftest import actor_of
from tests.factories import PartyFactory, TenderFactory, UnitFactory, person


@pytest.fixture
def calls(app):
    district = UnitFactory(level=UnitLevel.DISTRICT)
    for name in ("青石街道", "望湖街道"):
        UnitFactory(parent=district, name=name)
    now = clocks.now()

    def call(title, area, days, **more):
        return TenderFactory(title=title, area=area, deadline_at=now + timedelta(days=days), **more)

    return [
        call("甲", "青石街道", 2),
        call("乙", "青石街道、望湖街道", 10),
        call("丙", "全区", 40),
        call("丁", "望湖街道", -1),
    ]


@pytest.mark.parametrize(
    ("filters", "titles"),
    [
        ({"street": "青石街道"}, "甲乙丙"),
        ({"street": "望湖街道"}, "乙丙丁"),
        ({"street": "%"}, "丙"),
        ({"left": "3"}, "甲"),
        ({"left": "14"}, "甲乙"),
        ({"left": "7+"}, "乙丙"),
        ({"left": "30+", "street": "青石街道"}, "丙"),
        ({"left": "x"}, "甲乙丙丁"),
        ({"left": "7+", "least": "1e9"}, "乙丙"),
        ({"least": "400000"}, ""),
        ({"most": "30万", "area": "全区"}, "丙"),
        ({"open": "1"}, "甲乙丙"),
    ],
)
def test_calls_are_found_by_street_amount_and_days_left(calls, filters, titles):
    found = db.session.scalars(tenders.list_public(filters, clocks.now()))
    assert {call.title for call in found} == set(titles)


def test_the_list_keeps_its_filters_and_asks_the_same_number_of_questions(calls, client, count_queries):
    page = client.get("/tenders/?street=青石街道&left=7%2B&sort=-budget").text
    assert 'value="7+" selected' in page
    assert "乙" in page
    few = count_queries(lambda: client.get("/tenders/?left=3"))
    assert count_queries(lambda: client.get("/tenders/?street=青石街道")) == few


def test_a_search_for_the_last_days_tells_when_they_have_come_and_once(calls, app, clock, sign_in):
    owner = person(Role.ORG_OWNER, PartyFactory())
    browser = sign_in(owner)
    address = "/qualification/searches/new?street=望湖街道&left=7"
    assert browser.post(address, data={"op_id": str(uuid4()), "name": "快截止"}).status_code == 303
    assert "望湖街道" in browser.get("/qualification/searches").text
    (search,) = queries.my_searches(actor_of(owner))
    assert search.filters == {"street": "望湖街道", "left": "7"}

    def told():
        use_case(jobs.tell_of_closing)()
        return db.session.scalar(select(func.count(SearchAlert.id)))

    assert told() == 0
    clock.advance(days=4)
    assert (told(), told()) == (1, 1)
