"""Pages of panels: who reaches them, what they refuse in words, and that nothing happens twice."""

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from flask import url_for

from portal.core import clock as clocks
from portal.core import mail
from portal.core.db import db
from portal.core.proofs import parse
from portal.core.web import endpoint_access
from portal.panels import queries
from portal.panels.models import Expert, Panel, Seat
from portal.panels.values import PanelStatus, SeatStatus, WitnessRole
from portal.parties.models import Invitation
from portal.parties.values import Role
from portal.verify import draw as verify_draw
from tests.conftest import actor_of
from tests.factories import UnitFactory, UserFactory, person
from tests.panels.access import ROLES
from tests.panels.browse import send, version_in
from tests.panels.stage import LINES, seats, stage, user_of


@pytest.fixture
def english(sign_in):
    def browser(user):
        client = sign_in(user)
        with client.session_transaction() as session:
            session["lang"] = "en"
        return client

    return browser


def address(app, endpoint, **values):
    with app.test_request_context():
        return url_for(endpoint, **values)


def some_values(app, endpoint, s, panel):
    seat = seats(panel, SeatStatus.INVITED)[0]
    known = {
        "tender_id": s.tender.id,
        "panel_id": panel.id,
        "seat_id": seat.id,
        "expert_id": s.experts[0].id,
        "draw_id": panel.draws[0].id,
    }
    (rule,) = app.url_map.iter_rules(endpoint)
    return {name: known[name] for name in rule.arguments}


def test_every_page_says_who_may_reach_it(app):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith("panels.")}
    assert endpoints == ROLES.keys()
    for endpoint, wanted in ROLES.items():
        access = endpoint_access(app, endpoint)
        found = {"public": {"*"}, "signed_in": {"signed_in"}}.get(access.kind, set(access.roles))
        assert found == wanted, endpoint


def test_anonymous_people_sign_in_and_wrong_roles_are_refused(app, client, sign_in):
    s = stage()
    panel = s.drawn()
    finance = sign_in(person(Role.FINANCE_OFFICER, s.district))
    for endpoint, wanted in ROLES.items():
        if wanted == {"*"}:
            continue
        refused = 404 if wanted == {"signed_in"} else 403
        (rule,) = app.url_map.iter_rules(endpoint)
        url = address(app, endpoint, **some_values(app, endpoint, s, panel))
        if "GET" in rule.methods:
            answer = client.get(url)
            assert answer.status_code == 303
            assert "/accounts/sign-in" in answer.location
            assert finance.get(url).status_code == refused, endpoint
        else:
            assert send(finance, url, reason="x").status_code == refused, endpoint


def test_other_districts_and_other_experts_find_nothing(app, sign_in):
    s = stage()
    panel = s.drawn()
    elsewhere = UnitFactory()
    officer = sign_in(person(Role.PROGRAMME_OFFICER, elsewhere))
    supervisor = sign_in(person(Role.SUPERVISOR, elsewhere))
    waiting = seats(panel, SeatStatus.STANDBY)[0]
    invited, other = seats(panel, SeatStatus.INVITED)[:2]
    for client, url in (
        (officer, f"/panels/tenders/{s.tender.id}"),
        (officer, f"/panels/tenders/{s.tender.id}/freeze"),
        (officer, f"/panels/draws/{panel.draws[0].id}"),
        (officer, f"/panels/{panel.id}/freeze-again"),
        (officer, f"/panels/experts/{s.experts[0].id}"),
        (supervisor, f"/panels/draws/{panel.draws[0].id}"),
        (sign_in(user_of(other)), f"/panels/seats/{invited.id}"),
        (sign_in(user_of(waiting)), f"/panels/seats/{waiting.id}"),
        (officer, f"/panels/tenders/{uuid4()}"),
    ):
        assert client.get(url).status_code == 404, url
    for url in (
        f"/panels/{panel.id}/begin",
        f"/panels/experts/{s.experts[0].id}/suspend",
        f"/panels/seats/{invited.id}/recuse",
    ):
        assert send(officer, url, reason="x").status_code == 404, url
    for act in ("promise", "accept", "decline", "recuse"):
        url = f"/panels/seats/{invited.id}/{act}"
        assert send(sign_in(user_of(other)), url, reason="x").status_code == 404, url


def cells(**seats_by_group):
    """The rows of the freezing form."""
    return {
        f"cells-{n}-{column}": value
        for n, (group, seats_wanted) in enumerate(seats_by_group.items())
        for column, value in {"group": group, "specialty": "", "seats": seats_wanted, "standby": ""}.items()
    }


def test_the_whole_draw_through_the_pages(app, english, client, drain):
    s = stage()
    officer, show = english(s.officer), f"/panels/tenders/{s.tender.id}"
    fields = {"witness_id": str(s.witness.id), "review_on": clocks.today().isoformat()}
    assert s.tender.title in officer.get("/panels/").text
    assert s.witness.name in officer.get(f"{show}/freeze").text
    refused = send(officer, f"{show}/freeze", **fields, **cells(technical="9", resident="1"))
    assert refused.status_code == 422
    assert "announced a panel of 3; these quotas add up to 10" in refused.text
    early = {**fields, "review_on": (clocks.today() + timedelta(days=9)).isoformat()}
    refused = send(officer, f"{show}/freeze", **early, **cells(technical="2", resident="1"))
    assert "2 working days before the review at the earliest" in refused.text
    assert queries.panel_of(s.tender.id) is None
    answer = send(officer, f"{show}/freeze", **fields, **cells(technical="2", resident="1"))
    assert (answer.status_code, answer.location) == (303, show)
    (draw,) = queries.panel_of(s.tender.id).draws
    url = f"/panels/draws/{draw.id}"
    assert draw.commitment in client.get(f"{show}/draw").text
    drain()
    people = {role: english(user) for role, user in s.people.items()}
    for role, browser in people.items():
        assert f"--draw 1 --role {role}" in browser.get(url).text
        short = send(browser, f"{url}/lodge", commitment="abc")
        assert short.status_code == 422
        assert "A commitment has 64 digits" in short.text
        assert send(browser, f"{url}/reveal", words=LINES[role]).status_code in (403, 422)
        assert send(browser, f"{url}/lodge", commitment=s.commitment(role)).status_code == 303
    key = str(uuid4())
    for role, browser in people.items():
        wrong = send(browser, f"{url}/reveal", words="another line of mine")
        assert wrong.status_code == 422
        assert "not the string behind your commitment" in wrong.text
        assert all(LINES[role] not in english(u).get(url).text for u in s.people.values())
        for _ in range(2):
            assert (
                send(
                    browser, f"{url}/reveal", op_id=f"{key[:-1]}{list(people).index(role)}", words=LINES[role]
                ).status_code
                == 303
            )
    assert db.session.query(Seat).count() == 7
    shown, invited = officer.get(show).text, seats(queries.panel_of(s.tender.id), SeatStatus.INVITED)
    assert all(user_of(seat).name in shown for seat in invited)
    seen = people[WitnessRole.WITNESS].get(url).text
    assert LINES[WitnessRole.OFFICER] in seen
    assert not any(user_of(seat).name in seen or seat.code in seen for seat in invited)


def test_a_void_draw_is_followed_by_another_through_the_pages(app, english, client):
    s = stage()
    panel = s.frozen()
    (draw,) = panel.draws
    officer, supervisor = english(s.officer), english(s.supervisor)
    show, url = f"/panels/tenders/{s.tender.id}", f"/panels/draws/{draw.id}"
    assert "No further draw is due" in officer.get(f"/panels/{panel.id}/freeze-again").text
    assert send(supervisor, f"{url}/void", reason="").status_code == 422
    assert send(supervisor, f"{url}/void", reason="见证人生病").status_code == 303
    assert send(supervisor, f"{url}/void", reason="见证人生病").status_code == 422
    assert "has to give a reason" in officer.get(show).text
    refused = send(officer, f"/panels/{panel.id}/freeze-again", witness_id=str(s.witness.id))
    assert refused.status_code == 422
    assert send(supervisor, f"/panels/{panel.id}/allow-draw", reason="改由另一人见证").status_code == 303
    assert "改由另一人见证" in officer.get(f"/panels/{panel.id}/freeze-again").text
    assert send(officer, f"/panels/{panel.id}/freeze-again", witness_id=str(s.witness.id)).status_code == 303
    public = client.get(f"{show}/draw").text
    assert "改由另一人见证" in public
    assert verify_draw.check(client.get(f"{show}/draws/1.json").data).differences == []
    assert client.get(f"{show}/draws/2.json").status_code == 404


def test_the_public_sees_numbers_and_a_proof_but_no_name(app, client, english):
    s = stage()
    show = f"/panels/tenders/{s.tender.id}"
    assert client.get(f"{show}/draw").status_code == 404
    assert client.get(f"{show}/draws/1.json").status_code == 404
    (draw,) = s.frozen().draws
    assert client.get(f"{show}/draws/1.json").status_code == 404
    panel = s.hold(draw)
    page, proof = client.get(f"{show}/draw"), client.get(f"{show}/draws/1.json")
    for answer in (page, proof):
        assert answer.status_code == 200
        assert "专家technical" not in answer.text
        assert "专家resident" not in answer.text
        assert all(seat.code not in answer.text for seat in seats(panel))
    assert verify_draw.check(proof.data).differences == []
    assert parse(proof.data)["revealed"] == []


def test_an_expert_promises_before_seeing_bidders_and_declares_to_accept(app, english):
    s = stage()
    panel = s.drawn()
    seat = seats(panel, SeatStatus.INVITED)[0]
    expert, url = english(user_of(seat)), f"/panels/seats/{seat.id}"
    bidder = "青禾社会工作服务中心1"
    assert bidder not in expert.get(url).text
    assert send(expert, f"{url}/accept", no_conflict="y").status_code == 422
    assert send(expert, f"{url}/promise").status_code == 303
    assert bidder in expert.get(url).text
    refused = send(expert, f"{url}/accept")
    assert refused.status_code == 422
    assert "without any conflict of interest" in refused.text
    key = str(uuid4())
    for _ in range(2):
        assert send(expert, f"{url}/accept", op_id=key, no_conflict="y").status_code == 303
    assert db.session.get(Seat, seat.id).status == SeatStatus.ACCEPTED
    assert send(expert, f"{url}/decline", reason="later").status_code == 409


def test_declining_needs_a_reason_and_begin_says_what_is_missing(app, english):
    s = stage()
    panel = s.drawn()
    seat = seats(panel, SeatStatus.INVITED)[0]
    expert, officer = english(user_of(seat)), english(s.officer)
    refused = send(expert, f"/panels/seats/{seat.id}/decline", reason="")
    assert refused.status_code == 422
    assert "give a reason" in refused.text
    assert "of 2 seats are accepted" in officer.get(f"/panels/tenders/{s.tender.id}").text
    assert send(officer, f"/panels/{panel.id}/begin").status_code == 422
    assert db.session.get(Panel, panel.id).status == PanelStatus.SEATED
    assert send(officer, f"/panels/seats/{seat.id}/recuse", reason="利害关系").status_code == 303
    assert len(seats(panel, SeatStatus.INVITED)) == 3


def test_the_pool_is_kept_through_its_pages(app, english, drain, tmp_path):
    s = stage()
    officer = english(s.officer)
    entry = {
        "group": "media", "specialty": "新闻", "title": "主任记者", "employer": "示例日报", "past_employers": "甲社\n乙社\n",
        "unit_id": str(s.district.id),
    }  # fmt: skip
    unknown = send(officer, "/panels/experts/new", email="nobody@example.org", **entry)
    assert unknown.status_code == 422
    assert "send an invitation first" in unknown.text
    user = UserFactory(name="钱记者")
    assert send(officer, "/panels/experts/new", email=user.email, **entry).status_code == 303
    expert = db.session.query(Expert).filter_by(user_id=user.id).one()
    assert expert.past_employers == ["甲社", "乙社"]
    url = f"/panels/experts/{expert.id}"
    version = version_in(officer.get(url).text)
    assert send(officer, url, version=version, **{**entry, "employer": "示例晚报"}).status_code == 303
    stale = send(officer, url, version=version, **{**entry, "employer": "第三家"})
    assert stale.status_code == 409
    assert "第三家" in stale.text
    assert db.session.get(Expert, expert.id).employer == "示例晚报"
    assert send(officer, f"{url}/suspend", reason="").status_code == 422
    assert send(officer, f"{url}/suspend", reason="任期届满").status_code == 303
    assert "钱记者" in officer.get("/panels/experts?active=no&group=media&q=钱").text
    assert "钱记者" not in officer.get("/panels/experts?active=yes").text
    assert send(officer, f"{url}/resume", reason="续聘").status_code == 303
    foreign = {**entry, "unit_id": str(UnitFactory().id)}
    assert send(officer, "/panels/experts/new", email=UserFactory().email, **foreign).status_code == 422


def test_an_invited_person_is_entered_after_accepting(app, english):
    from portal.parties import services as parties

    s = stage()
    officer = english(s.officer)
    values = {"email": "new@example.org", "name": "孙教授", "unit_id": str(s.district.id)}
    assert send(officer, "/panels/experts/invite", **values).status_code == 303
    assert db.session.query(Invitation).count() == 1
    invitation = db.session.query(Invitation).one()
    parties.accept_invitation(
        token=parties.invitation_token(invitation.id), name="孙教授", password="qingshan-2026-lushui"
    )
    assert "孙教授" in officer.get("/panels/experts").text
    known = send(officer, "/panels/experts/invite", **{**values, "email": s.officer.email})
    assert known.status_code == 422


def test_experts_declare_for_themselves(app, english):
    s = stage()
    expert = s.experts[0]
    client = english(db.session.get(type(s.officer), expert.user_id))
    version = version_in(client.get("/panels/profile").text)
    fields = {"employer": "示例大学", "past_employers": "某中心", "interests": "某基金会"}
    assert send(client, "/panels/profile", version=version, **fields).status_code == 303
    assert db.session.get(Expert, expert.id).interests == ["某基金会"]
    assert send(client, "/panels/profile", version=version, **fields).status_code == 409
    assert send(client, "/panels/profile", version=version, **{**fields, "employer": ""}).status_code == 422


def test_lists_take_the_same_number_of_queries_however_long(app, sign_in, count_queries):
    small, large = stage(technical=3, residents=2), stage(technical=8, residents=6)
    counts = []
    for s in (small, large):
        s.drawn()
        client = sign_in(s.officer)
        pages = ("/panels/experts", "/panels/", f"/panels/tenders/{s.tender.id}")
        for url in pages:
            client.get(url)
        counts.append([count_queries(partial(client.get, url)) for url in pages])
    assert counts[0] == counts[1]


def test_news_name_the_case_and_nobody_else(app, drain):
    s = stage()
    panel = s.drawn()
    drain()
    told = {m.user_id: m for m in db.session.query(mail.Message)}
    assert s.supervisor.id in told
    for seat in seats(panel, SeatStatus.INVITED):
        message = told[seat.expert.user_id]
        assert message.subject.startswith(s.tender.title)
        assert message.link == f"/panels/seats/{seat.id}"
        assert "青禾" not in message.body
        assert not any(user_of(x).name in message.body for x in seats(panel))
    assert queries.open_invitations(actor_of(user_of(seats(panel, SeatStatus.INVITED)[0]))) == 1
