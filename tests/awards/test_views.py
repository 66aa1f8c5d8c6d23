"""Pages of awards through HTTP."""

import pytest
from sqlalchemy import select

from portal.awards import services
from portal.awards.models import Award
from portal.awards.values import AwardStatus
from portal.core.calendar import end_of_day
from portal.core.db import db
from portal.core.money import Money
from portal.parties.values import Role
from tests.awards.cases import Ranked
from tests.conftest import actor_of
from tests.factories import UnitFactory, person

OP = "1c9e1f60-3b5a-4d55-8f6e-2f0d3c4b5a69"


@pytest.fixture
def ranked(app):
    return Ranked()


def choose(ranked, n, amount, **more):
    key = ranked.bids[n].id.hex
    return {f"chosen_{key}": "y", f"amount_{key}": amount, **more}


def decide(ranked, n=0):
    return services.decide(
        actor=actor_of(ranked.officer), tender_id=ranked.tender.id, awards=[(ranked.bids[n].id, ranked.bids[n].quote)]
    )  # fmt: skip


def awards():
    return db.session.scalars(select(Award)).all()


def test_the_page_proposes_and_the_officer_decides_once(ranked, sign_in, client):
    officer = sign_in(ranked.officer)
    url = f"/awards/tenders/{ranked.tender.id}"
    shown = officer.get(url).text
    assert all(party.name in shown for party in ranked.parties)
    assert 'value="98000.00"' in shown
    assert client.get(f"/awards/results/{ranked.tender.id}").status_code == 404
    for _ in range(2):
        assert officer.post(url, data=choose(ranked, 0, "98,000", op_id=OP)).status_code == 303
    (award,) = awards()
    assert award.amount == Money(9_800_000)
    public = client.get(f"/awards/results/{ranked.tender.id}").text
    assert all(party.name in public for party in ranked.parties)
    assert "需求分析" in public
    assert "/record.json" in public
    assert f"/challenges/tenders/{ranked.tender.id}/new" in public


def test_bad_input_is_told_at_its_field_and_changes_nothing(ranked, sign_in):
    officer = sign_in(ranked.officer)
    url = f"/awards/tenders/{ranked.tender.id}"
    for data, sentence in (
        (choose(ranked, 0, "98000.01"), "above the quote"),
        (choose(ranked, 0, "abc"), "for example 12,345.60"),
        (choose(ranked, 0, ""), "Please give an amount."),
        (choose(ranked, 1, "90000"), "ranks better"),
        ({"reason": ""}, "at least one"),
    ):
        answer = officer.post(url, data=data)
        assert answer.status_code == 422, data
        assert sentence in answer.text
    assert awards() == []


def test_the_page_says_what_is_missing(ranked, sign_in, clock):
    officer = sign_in(ranked.officer)
    (award,) = decide(ranked)
    url = f"/awards/tenders/{ranked.tender.id}"
    assert "public notice until the end of" in officer.get(url).text
    assert officer.post(url + "/confirm", data={}).status_code == 422
    clock.move_to(end_of_day(award.notice_ends_on))
    officer = sign_in(ranked.officer)
    assert "Confirm the awards" in officer.get(url).text
    assert officer.post(url + "/confirm", data={}).status_code == 303
    db.session.expire_all()
    assert awards()[0].status == AwardStatus.ACTIVE
    assert "The awards are final." in officer.get(url).text


def test_cancelling_needs_a_reason(ranked, sign_in):
    officer = sign_in(ranked.officer)
    (award,) = decide(ranked)
    assert officer.post(f"/awards/{award.id}/cancel", data={"reason": ""}).status_code == 422
    assert officer.post(f"/awards/{award.id}/cancel", data={"reason": "质疑成立"}).status_code == 303
    db.session.expire_all()
    assert awards()[0].status == AwardStatus.CANCELLED


def test_who_gets_in(ranked, sign_in, client):
    url = f"/awards/tenders/{ranked.tender.id}"
    assert client.get(url).status_code == 303
    assert sign_in(ranked.owners[0]).get(url).status_code == 403
    assert sign_in(person(Role.PROGRAMME_OFFICER, UnitFactory())).get(url).status_code == 404
    supervisor = sign_in(person(Role.SUPERVISOR, ranked.unit))
    assert supervisor.get(url).status_code == 200
    assert supervisor.post(url, data=choose(ranked, 0, "98000")).status_code == 403
    assert supervisor.post(url + "/confirm").status_code == 403
    assert sign_in(ranked.owners[0]).post(url, data=choose(ranked, 0, "98000")).status_code == 403
    (award,) = decide(ranked)
    stranger = sign_in(person(Role.PROGRAMME_OFFICER, UnitFactory()))
    assert stranger.post(f"/awards/{award.id}/cancel", data={"reason": "x"}).status_code == 404
    assert awards()[0].status == AwardStatus.PENDING


def test_a_tie_and_a_place_below_the_line_are_explained(ranked, client):
    ranked.rank(2, [("", "quote"), ("", "quote"), ("minimum_total", "")])
    decide(ranked)
    shown = client.get(f"/awards/results/{ranked.tender.id}").text
    assert "Equal score, lower quote first" in shown
    assert "Below the minimum total score" in shown


def test_the_list_costs_the_same_for_one_and_three_calls(ranked, sign_in, count_queries):
    district = UnitFactory()
    officer = person(Role.PROGRAMME_OFFICER, district)
    browser = sign_in(officer)
    browser.get("/awards/")
    counts = []
    for rows in (1, 2):
        for _ in range(rows):
            other = Ranked()
            other.tender.unit_id = district.id
            db.session.commit()
        counts.append(count_queries(lambda: browser.get("/awards/")))
    assert counts[0] == counts[1]
    assert browser.get("/awards/").text.count("/awards/tenders/") == 3
