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
from portal.panels.models import Panel, Seat, SeatDeclaration
from portal.panels.values import PanelStatus, SeatStatus, WitnessRole
from portal.parties.models import Party
from portal.parties.values import Role
from portal.verify import draw as verify_draw
from tests.conftest import actor_of
from tests.factories import PartyFactory, UnitFactory, person
from tests.panels.access import ROLES
from tests.panels.browse import send
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
        "request_id": uuid4(),
        "decision": "follow",
        "answer": "deny",
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
    assert "announced a panel of 3; these seats add up to 10" in refused.text
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
    assert "银龄守护计划1" in expert.get(url).text
    assert "为独居老人提供探访" not in expert.get(url).text
    rows = {f"bids-{n}-bid_id": bid.id for n, bid in enumerate(s.bids)}
    for fields, said in (
        (rows, "looked at every organisation"),
        ({"no_conflict": "y"}, "have changed"),
        (rows | {"no_conflict": "y", "bids-1-conflict": "y"}, "what ties you"),
    ):
        refused = send(expert, f"{url}/accept", **fields)
        assert refused.status_code == 422
        assert said in refused.text
    key = str(uuid4())
    for _ in range(2):
        assert send(expert, f"{url}/accept", op_id=key, no_conflict="y", **rows).status_code == 303
    assert db.session.get(Seat, seat.id).status == SeatStatus.ACCEPTED
    assert db.session.query(SeatDeclaration).filter_by(seat_id=seat.id, tie="").count() == len(s.bids)
    assert "Declared of each of 3 proposals" in english(s.officer).get(f"/panels/tenders/{s.tender.id}").text
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


def test_a_request_for_recusal_through_the_pages(app, english, drain):
    s = stage()
    panel = s.drawn()
    seat, other = seats(panel, SeatStatus.INVITED)[:2]
    owner = english(person(Role.ORG_OWNER, db.session.get(Party, s.bids[0].party_id)))
    url = f"/panels/tenders/{s.tender.id}/recusals"
    assert english(person(Role.ORG_OWNER, PartyFactory())).get(url).status_code == 404
    assert send(owner, url, person="", reason="x").status_code == 422
    for name in (user_of(seat).name, user_of(other).name):
        assert send(owner, url, person=name, reason="其配偶在另一申报单位任职").status_code == 303
    assert owner.get(url).text.count("Being examined") == 2
    drain()
    first, second = sorted(queries.requests_of(s.tender.id), key=lambda r: r.person != user_of(seat).name)
    expert = english(user_of(seat))
    assert "其配偶在另一申报单位任职" in expert.get(f"/panels/seats/{seat.id}").text
    wrong = f"/panels/seats/{seat.id}/requests/{second.id}/admit"
    assert send(expert, wrong, reason="属实").status_code == 404
    own = f"/panels/seats/{seat.id}/requests/{first.id}/deny"
    assert send(expert, own, reason="").status_code == 422
    assert send(expert, own, reason="没有此事").status_code == 303
    officer, page = english(s.officer), f"/panels/requests/{first.id}"
    assert "没有此事" in officer.get(page).text
    assert user_of(seat).name in officer.get(f"/panels/tenders/{s.tender.id}").text
    assert send(officer, f"{page}/refuse", reason="经核实无此关系").status_code == 303
    assert send(officer, f"/panels/requests/{second.id}/refuse", reason="x").status_code == 422
    shown = owner.get(url).text
    assert "经核实无此关系" in shown
    assert seat.code not in shown
    elsewhere = english(person(Role.PROGRAMME_OFFICER, UnitFactory()))
    assert elsewhere.get(page).status_code == 404


@pytest.mark.slow
def test_no_name_and_no_code_of_an_expert_leaves_before_the_result(app, client, english, drain):
    """Every page and file that others than the buyer's panel staff can reach, from the draw to the scoring."""
    s = stage()
    experts = [user_of_id(expert.user_id) for expert in s.experts]
    readers = {
        "public": client,
        "bidder": english(person(Role.ORG_OWNER, db.session.get(Party, s.bids[0].party_id))),
        "third witness": english(s.witness),
        "finance": english(person(Role.FINANCE_OFFICER, s.district)),
        "evaluator": english(person(Role.EVALUATOR, s.district)),
    }
    walked = 0
    for step in (s.drawn, s.begin):
        panel = step()
        drain()
        secrets = (
            [e.name for e in experts] + [e.email for e in experts] + [seat.code for seat in seats(panel)]
        )
        known = {"tender_id": s.tender.id, "panel_id": panel.id, "draw_id": panel.draws[0].id, "number": 1}
        for rule in app.url_map.iter_rules():
            if (
                "GET" not in rule.methods
                or not rule.arguments <= known.keys()
                or rule.rule.startswith("/demo")
            ):
                continue
            url = address(app, rule.endpoint, **{name: known[name] for name in rule.arguments})
            for reader, browser in readers.items():
                answer = browser.get(url)
                walked += answer.status_code == 200
                told = [secret for secret in secrets if secret.encode() in answer.data]
                assert not told, (reader, url, told)
    assert walked > 100
    for message in db.session.query(mail.Message):
        others = [e for e in experts if e.id != message.user_id]
        text = f"{message.subject} {message.body}"
        assert not any(e.name in text or e.email in text for e in others), message.subject


def user_of_id(user_id):
    from portal.accounts.models import User

    return db.session.get(User, user_id)
