"""Conditions of a call at the desk, papers asked for, letters and replies; eligibility and searches before writing."""

import io
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.bids.models import Bid
from portal.bids.values import BidStatus
from portal.core import clock as clocks
from portal.core import outbox
from portal.core.db import db, get, use_case
from portal.core.errors import Denied, Invalid, InvalidTransition, NotFound
from portal.core.mail import Message
from portal.core.proofs import plain
from portal.parties import services as parties
from portal.parties.models import Unit
from portal.parties.values import EntryDraft, ListKind, PartyKind, Role
from portal.qualification import queries, rules, services
from portal.qualification.models import EligibilityCheck, SearchAlert, Supplement
from portal.qualification.values import CheckResult, Finding, SupplementDraft, Verdict
from portal.tenders.models import Tender
from portal.tenders.values import ConditionDraft
from portal.tenders.values import ConditionKind as K
from tests.bids import world
from tests.conftest import actor_of
from tests.factories import person

SignIn = Callable[[User], FlaskClient]
CONDITIONS = (
    ConditionDraft(K.ORGANISATION_KINDS, kinds=(PartyKind.SERVICE,)),
    ConditionDraft(K.NO_BAN),
    ConditionDraft(K.TEXT, text="须有社区服务场地"),
)


def op() -> dict[str, str]:
    return {"op_id": str(uuid4())}


@use_case
def ask_for(tender_id, conditions=CONDITIONS) -> None:
    get(Tender, tender_id, lock=True).conditions = plain(conditions)


def words(client: FlaskClient, address: str) -> str:
    return client.get(address).get_data(as_text=True)


def told(user: User) -> str:
    return "\n".join(m.body for m in db.session.scalars(select(Message).where(Message.user_id == user.id)))


@pytest.fixture
def opened(app: Flask) -> tuple[world.World, Bid, User]:
    here = world.make()
    ask_for(here.tender.id)
    bid, owner, _receipt = here.submitted()
    here.submitted()
    here.close()
    here.open()
    return here, world.fresh(bid), owner


def officer(here: world.World) -> User:
    return person(Role.PROGRAMME_OFFICER, here.unit)


MET, UNMET, OWED = (Finding("条件", verdict, "说明") for verdict in Verdict)


@pytest.mark.parametrize(
    ("findings", "result", "reason", "fields"),
    [
        ((MET, MET), CheckResult.PASS, "", []),
        ((), CheckResult.PASS, "", []),
        ((MET, None), CheckResult.PASS, "", ["verdict_1"]),
        ((MET, UNMET), CheckResult.PASS, "", ["result"]),
        ((OWED,), CheckResult.PASS, "", ["result"]),
        ((UNMET,), CheckResult.FAIL, "条件不符，不予通过", []),
        ((UNMET,), CheckResult.FAIL, "无", ["reason"]),
        ((Finding("条件", Verdict.FAIL),), CheckResult.FAIL, "条件不符，不予通过", ["why_0"]),
    ],
)
def test_the_result_follows_from_the_findings(findings, result, reason, fields) -> None:
    assert [p.field for p in rules.check_findings(findings, result, reason)] == fields


def test_data_answers_what_it_can_and_the_officer_the_rest(opened, sign_in: SignIn) -> None:
    here, bid, _owner = opened
    with pytest.raises(Invalid) as refused:
        services.check_bid(actor=actor_of(here.officer), bid_id=bid.id, result=CheckResult.PASS)
    assert [p.field for p in refused.value.problems] == ["verdict_2"]
    address, client = f"/qualification/bids/{bid.id}", sign_in(here.officer)
    assert "须有社区服务场地" in words(client, address)
    missing = client.post(address, data={**op(), "result": "pass", "verdict_0": "pass", "verdict_1": "pass"})
    assert missing.status_code == 422
    assert 'href="#verdict_2"' in missing.get_data(as_text=True)
    verdicts = {"verdict_0": "pass", "verdict_1": "pass", "verdict_2": "fail", "why_2": "未见场地证明"}
    assert client.post(address, data={**op(), "result": "pass", **verdicts}).status_code == 422
    sent = client.post(address, data={**op(), "result": "fail", "reason": "不符合场地条件", **verdicts})
    assert sent.status_code == 303
    row = queries.check_of(bid.id)
    assert [finding["verdict"] for finding in row.findings] == ["pass", "pass", "fail"]


def test_a_finding_that_is_sent_back_is_made_anew(opened, sign_in: SignIn) -> None:
    here, bid, _owner = opened
    verdicts = {2: (Verdict.PASS, "")}
    services.check_bid(
        actor=actor_of(here.officer), bid_id=bid.id, result=CheckResult.PASS, verdicts=verdicts
    )
    second, address = officer(here), f"/qualification/bids/{bid.id}"
    client = sign_in(second)
    assert client.post(f"{address}/return", data=op()).status_code == 422
    assert client.post(f"{address}/return", data={**op(), "reason": "场地证明已过期"}).status_code == 303
    with pytest.raises(NotFound):
        services.confirm_check(actor=actor_of(second), bid_id=bid.id)
    assert "场地证明已过期" in words(sign_in(here.officer), address)
    services.check_bid(
        actor=actor_of(here.officer), bid_id=bid.id, result=CheckResult.FAIL, reason="场地证明已过期", verdicts={2: (Verdict.FAIL, "过期")}
    )  # fmt: skip
    services.confirm_check(actor=actor_of(second), bid_id=bid.id)
    assert world.fresh(bid).status == BidStatus.DISQUALIFIED


def test_papers_are_asked_for_by_name_and_answered_in_time_and_once(
    opened, sign_in: SignIn, clock, drain
) -> None:
    here, bid, owner = opened
    address, client = f"/qualification/bids/{bid.id}", sign_in(here.officer)
    late = (clocks.local(clocks.now()) + timedelta(days=30)).strftime("%Y-%m-%dT%H:%M")
    assert (
        client.post(f"{address}/supplement", data={**op(), "items": "年检证明", "due_at": late}).status_code
        == 422
    )
    soon = (clocks.local(clocks.now()) + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    data = {**op(), "items": "年检证明\n场地租约", "due_at": soon}
    assert client.post(f"{address}/supplement", data=data).status_code == 303
    assert client.post(f"{address}/supplement", data=data).status_code == 303
    row = db.session.scalars(select(Supplement)).one()
    assert row.items == ["年检证明", "场地租约"]
    drain()
    assert "场地租约" in told(owner)
    with pytest.raises(Invalid):
        services.check_bid(
            actor=actor_of(here.officer),
            bid_id=bid.id,
            result=CheckResult.PASS,
            verdicts={2: (Verdict.PASS, "")},
        )
    answer, browser = f"/qualification/supplements/{row.id}", sign_in(owner)
    assert "年检证明" in words(browser, answer)
    assert sign_in(here.organisation()[1]).get(answer).status_code == 404
    assert browser.post(answer, data=op()).status_code == 422
    sent = {**op(), "text": "见附件", "files": (io.BytesIO(world.pdf()), "租约.pdf")}
    assert browser.post(answer, data=sent).status_code == 303
    assert browser.post(answer, data={**op(), "text": "再补一次"}).status_code == 409
    db.session.rollback()
    file_id = db.session.scalars(select(Supplement)).one().file_ids[0]
    for user, status in [(owner, 200), (here.officer, 200), (world.make().officer, 404)]:
        with sign_in(user).get(f"{answer}/{file_id}") as got:
            assert got.status_code == status


def test_an_answer_after_the_deadline_is_refused_and_the_check_goes_on(opened) -> None:
    here, bid, owner = opened
    due = clocks.now() + timedelta(days=1)
    row = services.ask_supplement(
        actor=actor_of(here.officer), bid_id=bid.id, draft=SupplementDraft(("年检证明",), due)
    )
    with pytest.raises(Invalid):
        services.answer_supplement(
            actor=actor_of(owner), supplement_id=row.id, text="迟到", sent=[], received_at=due
        )
    assert rules.waits(None, due, due) is False


def test_the_organisation_gets_a_letter_and_may_reply_once(opened, sign_in: SignIn, drain) -> None:
    here, bid, owner = opened
    services.check_bid(
        actor=actor_of(here.officer), bid_id=bid.id, result=CheckResult.FAIL, reason="未见场地证明", verdicts={2: (Verdict.FAIL, "无")}
    )  # fmt: skip
    browser, address = sign_in(owner), f"/qualification/results/{bid.id}"
    assert "未见场地证明" not in words(browser, address)
    second = officer(here)
    services.confirm_check(actor=actor_of(second), bid_id=bid.id)
    drain()
    assert "未见场地证明" in words(browser, address)
    with browser.get(f"{address}/letter") as letter:
        assert letter.data.startswith(b"%PDF-")
    assert sign_in(here.organisation()[1]).get(address).status_code == 404
    assert (
        browser.post(f"{address}/reply", data={**op(), "reason": "场地证明在附件三，请复核"}).status_code
        == 303
    )
    assert (
        browser.post(f"{address}/reply", data={**op(), "reason": "场地证明在附件三，请复核"}).status_code
        == 409
    )
    with pytest.raises(Denied):
        services.answer_reply(actor=actor_of(here.officer), bid_id=bid.id, text="已复核，维持原结论")
    desk = f"/qualification/bids/{bid.id}"
    assert "附件三" in words(sign_in(second), desk)
    assert (
        sign_in(second).post(f"{desk}/answer", data={**op(), "reason": "已复核，维持原结论"}).status_code
        == 303
    )
    assert "维持原结论" in words(browser, address)
    with pytest.raises(InvalidTransition):
        services.answer_reply(actor=actor_of(second), bid_id=bid.id, text="再次答复一遍")
    assert db.session.scalar(select(func.count(EligibilityCheck.id))) == 1


# --- before writing


def test_each_condition_is_answered_before_anything_is_written(app: Flask, sign_in: SignIn) -> None:
    here = world.make()
    ask_for(here.tender.id)
    party, owner = here.organisation()
    address, browser = f"/qualification/eligible/{here.tender.id}", sign_in(owner)
    shown = words(browser, address)
    assert "须有社区服务场地" in shown
    assert "/bids/start" in shown
    district = person(Role.PROGRAMME_OFFICER, get(Unit, party.unit_id))
    today = clocks.today()
    parties.enter_on_list(
        actor=actor_of(district), party_id=party.id,
        draft=EntryDraft(ListKind.BAN, "骗取项目资金", "第3号决定", today, today + timedelta(days=90)),
    )  # fmt: skip
    shown = words(browser, address)
    assert "骗取项目资金" in shown
    assert f"/bids/start?tender={here.tender.id}" not in shown
    assert sign_in(here.officer).get(address).status_code == 403


def test_a_saved_search_tells_once_of_a_call_that_fits(app: Flask, sign_in: SignIn, drain) -> None:
    here = world.make()
    _party, owner = here.organisation()
    browser = sign_in(owner)
    for query, name in [("q=" + here.tender.title[:2], "本地"), ("", "全部"), ("q=does-not-exist", "其他")]:
        assert browser.get(f"/qualification/searches/new?{query}").status_code == 200
        assert (
            browser.post(f"/qualification/searches/new?{query}", data={**op(), "name": name}).status_code
            == 303
        )
    assert browser.post("/qualification/searches/new", data={**op(), "name": " "}).status_code == 422

    @use_case
    def publish() -> None:
        outbox.emit("tender.published", tender_id=here.tender.id)

    for _ in range(2):
        publish()
        drain()
    assert db.session.scalar(select(func.count(SearchAlert.id))) == 1
    (message,) = db.session.scalars(select(Message).where(Message.user_id == owner.id))
    assert here.tender.title in message.subject
    assert message.link == f"/tenders/{here.tender.id}"
    (search, *_rest) = queries.my_searches(actor_of(owner))
    stranger = sign_in(here.organisation()[1])
    assert stranger.post(f"/qualification/searches/{search.id}/end", data=op()).status_code == 404
    assert browser.post(f"/qualification/searches/{search.id}/end", data=op()).status_code == 303
    assert len(queries.my_searches(actor_of(owner))) == 2
    assert queries.searches_for(here.tender.id) == []
