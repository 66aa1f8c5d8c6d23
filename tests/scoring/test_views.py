"""Pages of scoring: who reaches them, autosave, refusals in words, double sending, constant query counts."""

import io
import json
from functools import partial
from uuid import uuid4

import openpyxl
import pytest
from flask import url_for

from portal.core.db import db
from portal.core.web import endpoint_access
from portal.panels import services as panels
from portal.parties.models import Party
from portal.parties.values import Role
from portal.scoring import queries, services
from portal.scoring.models import Ranking, ScoreSheet
from portal.scoring.values import SheetStatus
from portal.verify import draw as verify_draw
from portal.verify import score as verify_score
from tests.conftest import actor_of
from tests.factories import PASSWORD, UnitFactory, person
from tests.panels.browse import send, version_in
from tests.panels.stage import change
from tests.scoring.access import ROLES
from tests.scoring.flow import MARKS, D, begun, experts, locked, points, signed


@pytest.fixture
def english(sign_in):
    def browser(user):
        client = sign_in(user)
        with client.session_transaction() as session:
            session["lang"] = "en"
        return client

    return browser


def first(panel, user):
    return queries.my_sheets(actor_of(user), panel.id)[0]


# A colleague on the same panel has pages of his or her own there.
_SEATED = {
    "scoring.queue",
    "scoring.questions",
    "scoring.sign",
    "scoring.refuse",
    "scoring.compare",
    "scoring.column",
    "scoring.column_autosave",
    "scoring.ask_reading",
}


def typed(need="30", plan="45", **more):
    return {"m0": need, "m1": plan, "r0": "", "r1": "", "comment": "", **more}


def addresses(app, s, panel, sheet, ranking_id=None, clarification_id=None):
    values = {"sheet_id": sheet.id, "panel_id": panel.id, "part": "file-1", "tender_id": s.tender.id, "ranking_id": ranking_id or uuid4(), "outlier_id": uuid4(), "code": "need", "bid_id": s.bids[0].id, "number": 1, "clarification_id": clarification_id or uuid4(), "seat_id": uuid4()}  # fmt: skip
    with app.test_request_context():
        return {
            rule.endpoint: (url_for(rule.endpoint, **{name: values[name] for name in rule.arguments}), rule.methods)
            for rule in app.url_map.iter_rules()
            if rule.endpoint.startswith("scoring.")
        }  # fmt: skip


def test_every_page_says_who_may_reach_it(app):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith("scoring.")}
    assert endpoints == ROLES.keys()
    for endpoint, wanted in ROLES.items():
        access = endpoint_access(app, endpoint)
        assert ({"*"} if access.kind == "public" else set(access.roles)) == wanted, endpoint


def test_anonymous_people_sign_in_wrong_roles_are_refused_others_find_nothing(app, client, sign_in, drain):
    s, panel = begun(drain)
    one, two, _ = experts(panel)
    found = addresses(app, s, panel, first(panel, one))
    finance = sign_in(person(Role.FINANCE_OFFICER, s.district))
    elsewhere = UnitFactory()
    foreign = {
        "expert": sign_in(two),
        "programme_officer": sign_in(person(Role.PROGRAMME_OFFICER, elsewhere)),
        "supervisor": sign_in(person(Role.SUPERVISOR, elsewhere)),
        "org_owner": sign_in(person(Role.ORG_OWNER, elsewhere)),
    }
    for endpoint, (url, methods) in found.items():
        if ROLES[endpoint] == {"*"}:
            assert client.get(url).status_code == 404, endpoint
            continue
        stranger = next(foreign[role] for role in foreign if role in ROLES[endpoint])  # fmt: skip
        if "GET" in methods:
            assert client.get(url).status_code == 303, endpoint
            assert finance.get(url).status_code == 403, endpoint
            if endpoint not in _SEATED:
                assert stranger.get(url).status_code == 404, endpoint
        else:
            assert send(finance, url, reason="x").status_code == 403, endpoint
            if endpoint not in _SEATED:
                assert send(stranger, url, reason="x").status_code == 404, endpoint
    outsider = person(Role.EXPERT, elsewhere)
    for page in ("sign", "refuse", "mine", "mine/need"):
        assert sign_in(outsider).get(f"/scoring/panels/{panel.id}/{page}").status_code == 404


def test_a_sheet_shows_the_proposal_saves_and_locks(app, english, drain):
    s, panel = begun(drain)
    user = experts(panel)[0]
    client, sheet = english(user), first(panel, user)
    url = f"/scoring/sheets/{sheet.id}"
    shown = client.get(url).text
    assert "银龄守护计划0" in shown
    assert "入户探访与助餐" in shown
    assert "Proposal 1 of 3" in shown
    attached = client.get(f"{url}/files/file-1")
    assert attached.data == b"%PDF-1.4 attachment"
    assert "attachment" in attached.headers["Content-Disposition"]
    assert client.get(f"{url}/files/other").status_code == 404
    version = version_in(shown)
    assert send(client, url, version=version, **typed("３０．５", "45")).status_code == 303
    assert points(first(panel, user)) == D("75.5")
    stale = send(client, url, version=version, **typed("10", "10"))
    assert stale.status_code == 409
    assert points(first(panel, user)) == D("75.5")
    version = version_in(client.get(url).text)
    answer = send(client, url, version=version, lock="1", **typed())
    following = queries.my_sheets(actor_of(user), panel.id)[1]
    assert (answer.status_code, answer.location) == (303, f"/scoring/sheets/{following.id}")
    assert "This sheet is locked" in client.get(url).text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (typed(need="41"), "must lie between 0 and 40"),
        (typed(need="1.3"), "must be a multiple of 0.5"),
        (typed(need="viel"), "Please give a mark as a number"),
        (typed(need="9" * 40), "Please give a mark as a number"),
        (typed(need="1e999"), "Please give a mark as a number"),
        (typed(need=""), "Give a mark for"),
        (typed(need="20"), "Give a reason for"),
    ],
)
def test_a_wrong_sheet_is_refused_in_words_and_nothing_changes(app, english, drain, fields, sentence):
    _s, panel = begun(drain)
    user = experts(panel)[0]
    client, sheet = english(user), first(panel, user)
    answer = send(client, f"/scoring/sheets/{sheet.id}", version=str(sheet.version), lock="1", **fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    fresh = first(panel, user)
    assert (fresh.marks, fresh.status) == ([], SheetStatus.OPEN)


def test_a_lock_sent_twice_has_one_effect(app, english, drain):
    _s, panel = begun(drain)
    user = experts(panel)[0]
    client, sheet, key = english(user), first(panel, user), str(uuid4())
    url, version = f"/scoring/sheets/{sheet.id}", sheet.version
    answers = [send(client, url, op_id=key, version=str(version), lock="1", **typed()) for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert first(panel, user).version == version + 2  # one save, one lock


def test_autosave_answers_json_and_says_what_is_wrong(app, english, drain):
    _s, panel = begun(drain)
    user = experts(panel)[0]
    client, sheet = english(user), first(panel, user)
    url, version = f"/scoring/sheets/{sheet.id}/autosave", sheet.version
    saved = send(client, url, version=str(version), **typed(plan="", r1="noch unklar"))
    assert saved.json["version"] == version + 1
    fresh = first(panel, user)
    assert {m.value for m in fresh.marks} == {D(30), None}
    assert "noch unklar" in {m.reason for m in fresh.marks}
    for nonsense in ("99", "viel"):  # the others are saved all the same
        version = first(panel, user).version
        partly = send(client, url, version=str(version), **typed(need=nonsense, r1=nonsense))
        assert (partly.status_code, partly.json["version"]) == (200, version + 1)
        assert partly.json["unsaved"].startswith("Not saved: ")
        fresh = first(panel, user)
        assert nonsense in {m.reason for m in fresh.marks}
        assert D(30) in {m.value for m in fresh.marks}
    version = saved.json["version"]
    assert send(client, url, version=str(version), **typed()).status_code == 409
    stranger = english(experts(panel)[1])
    assert send(stranger, url, version=str(version), **typed()).status_code == 404


def test_signing_and_closing_through_the_pages(app, english, drain):
    s, panel = begun(drain)
    officer, overview = english(s.officer), f"/scoring/panels/{panel.id}"
    people = experts(panel)
    assert "has locked 0 of 3 sheets" in officer.get(overview).text
    assert send(officer, f"{overview}/close").status_code == 422
    for number, user in enumerate(people):
        assert "not locked yet" in english(user).get(f"{overview}/sign").text
        locked(user, panel, [bid[number] for bid in MARKS])
    for user in people:
        client = english(user)
        assert send(client, f"{overview}/sign", password="falsch").status_code == 422
        assert send(client, f"{overview}/sign", password=PASSWORD).status_code == 303
        assert "Signed on" in client.get("/scoring/").text
    key = str(uuid4())
    for _ in range(2):
        assert send(officer, f"{overview}/close", op_id=key).status_code == 303
    assert db.session.query(Ranking).count() == 1
    drain()
    shown = officer.get(overview).text
    assert "88.5" in shown
    assert "Equal in everything the scheme compares" in shown
    report = officer.get(f"{overview}/report.pdf")
    assert report.data.startswith(b"%PDF-")
    report.close()


def test_returning_a_sheet_through_the_page(app, english, drain):
    s, panel = begun(drain)
    user = experts(panel)[0]
    locked(user, panel, [bid[0] for bid in MARKS])
    sheet = first(panel, user)
    officer, url = english(s.officer), f"/scoring/panels/{panel.id}/sheets/{sheet.id}/return"
    assert send(officer, url, reason="").status_code == 422
    assert send(officer, url, reason="专家申请").status_code == 303
    assert first(panel, user).status == SheetStatus.OPEN
    assert send(officer, url, reason="again").status_code == 404


def test_the_score_table_has_no_formula(app, sign_in, drain):
    s, panel = begun(drain)
    change(db.session.get(Party, s.bids[0].party_id), name="=1+1")
    signed(panel)
    client, url = sign_in(s.officer), f"/scoring/panels/{panel.id}/scores.xlsx"
    assert client.get(url).status_code == 403  # not before closing
    services.close_panel(actor=actor_of(s.officer), panel_id=panel.id)
    book = openpyxl.load_workbook(io.BytesIO(client.get(url).data))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    values = [cell.value for cell in cells]
    assert "=1+1" in values
    assert 88.5 in values


def test_the_public_reads_the_result_only_after_publication(app, client, drain):
    s, panel = begun(drain)
    signed(panel)
    (fixed,) = services.close_panel(actor=actor_of(s.officer), panel_id=panel.id)
    result, record = f"/scoring/tenders/{s.tender.id}", f"/scoring/rankings/{fixed.id}/record.json"
    draw = f"/panels/tenders/{s.tender.id}/draw"
    assert [client.get(url).status_code for url in (result, record)] == [404, 404]
    names = [user.name for user in experts(panel)]
    assert not any(name in client.get(draw).text for name in names)
    services.publish_rankings(actor=actor_of(s.officer), tender_id=s.tender.id)
    assert verify_score.check(client.get(record).data).differences == []
    shown = client.get(result).text
    assert "88.5" in shown
    assert not any(name in shown for name in names)
    assert all(name in client.get(draw).text for name in names)
    proof = client.get(f"{draw}s/1.json").data
    assert verify_draw.check(proof).differences == []
    assert {person["name"] for person in json.loads(proof)["revealed"]} == set(names)


def test_query_counts_do_not_grow_with_the_proposals(app, sign_in, drain, count_queries):
    counts = []
    for number in (3, 12):
        s, panel = begun(drain, bids=number)
        user = experts(panel)[0]
        locked(user, panel, [(D(30), D(45))] * number)
        calls = [
            (sign_in(user), "/scoring/"),
            (sign_in(user), f"/scoring/sheets/{first(panel, user).id}"),
            (sign_in(user), f"/scoring/panels/{panel.id}/sign"),
            (sign_in(s.officer), f"/scoring/panels/{panel.id}"),
        ]
        found = [count_queries(partial(client.get, url)) for client, url in calls]
        for other in experts(panel)[1:]:
            locked(other, panel, [(D(30), D(45))] * number)
        for each in experts(panel):
            services.sign(actor=actor_of(each), panel_id=panel.id, password=PASSWORD)
        services.close_panel(actor=actor_of(s.officer), panel_id=panel.id)
        services.publish_rankings(actor=actor_of(s.officer), tender_id=s.tender.id)
        officer = sign_in(s.officer)
        for url in (f"/scoring/panels/{panel.id}", f"/scoring/tenders/{s.tender.id}"):
            found.append(count_queries(partial(officer.get, url)))
        counts.append(found)
    assert counts[0] == counts[1]


def test_who_left_the_panel_reads_nothing_any_more(app, sign_in, drain):
    s, panel = begun(drain)
    user = experts(panel)[0]
    sheet = first(panel, user)
    panels.recuse_seat(actor=actor_of(s.officer), seat_id=sheet.seat_id, reason="利害关系")
    client = sign_in(user)
    for url in (f"/scoring/sheets/{sheet.id}", f"/scoring/sheets/{sheet.id}/files/file-1"):
        assert client.get(url).status_code == 404
    assert str(sheet.id) not in client.get("/scoring/").text
    assert db.session.query(ScoreSheet).filter_by(seat_id=sheet.seat_id).count() == 3
