"""Public questions: asked until the cut-off, answered to everybody, askers unnamed; corrections that move deadlines."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.core import audit
from portal.core import clock as times
from portal.core.calendar import Calendar
from portal.core.db import db
from portal.core.errors import Denied, Invalid, NotFound
from portal.core.mail import Message
from portal.notices import queries as notices
from portal.notices.values import NoticeKind
from portal.parties.values import Role
from portal.procedures import queries as procedures
from portal.procedures.rules import moved_deadline
from portal.tenders import queries, services
from portal.tenders.models import Question, Tender
from portal.tenders.rules.questions import check_answers, check_correction, check_question, cut_off
from tests.conftest import actor_of
from tests.core.test_calendar import OFFICIAL
from tests.factories import PartyFactory, UnitFactory, person
from tests.tenders.cases import drafted, published, world

CALENDAR = Calendar(OFFICIAL, frozenset(range(2004, 2027)))
CONSULTATION = procedures.as_packaged("competitive_consultation", date(2026, 3, 2))
SINGLE = procedures.as_packaged("single_source", date(2026, 3, 2))

# --- rules


def test_questions_end_when_no_answer_could_come_in_time():
    walk = cut_off(CONSULTATION, CALENDAR, date(2026, 9, 18), date(2026, 10, 12))
    assert walk.end == date(2026, 10, 7)
    assert cut_off(SINGLE, CALENDAR, date(2026, 3, 2), date(2026, 3, 4)).end == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("text", "day", "waiting", "fields"),
    [("何时？", 7, 0, []), ("何时？", 8, 0, ["text"]), ("  ", 7, 0, ["text"]), ("何时？", 7, 20, ["text"])],
)
def test_a_question_comes_in_time_and_says_something(text, day, waiting, fields):
    found = check_question(text, day=date(2026, 10, day), last_day=date(2026, 10, 7), waiting=waiting)
    assert [problem.field for problem in found] == fields


@pytest.mark.parametrize(
    ("pairs", "fields"),
    [
        ([("问", "答")], []), ([("问", ""), ("问", "答")], []), ([("问", " ")], ["rows"]), ([], ["rows"]), ([("", "答")], ["rows-0-wording"]),
    ],
)  # fmt: skip
def test_answers_keep_a_wording_and_one_is_given(pairs, fields):
    assert [problem.field for problem in check_answers(pairs)] == fields


@pytest.mark.parametrize(
    ("text", "new", "affects", "fields"),
    [
        ("地点有变", date(2026, 3, 17), False, []),
        ("地点有变", date(2026, 3, 17), True, ["deadline_at"]),
        ("地点有变", date(2026, 3, 18), True, []),
        ("地点有变", date(2026, 3, 21), True, ["deadline_at"]),  # a Saturday
        ("地点有变", date(2026, 3, 16), False, ["deadline_at"]),
        ("  ", date(2026, 3, 17), False, ["text"]),
    ],
)
def test_a_correction_never_takes_time_away(text, new, affects, fields):
    old = times.at(date(2026, 3, 17), 17)
    move = moved_deadline(CONSULTATION, CALENDAR, date(2026, 3, 13), date(2026, 3, 17)) if affects else None
    found = check_correction(text=text, old=old, new=times.at(new, 17), move=move, calendar=CALENDAR)
    assert [problem.field for problem in found] == fields


# --- services: the call of the cases is published on 2026-03-02 with the deadline 2026-03-25 17:00


@pytest.fixture
def w(app):
    return world()


@pytest.fixture
def tender(w):
    return published(w)


@pytest.fixture
def asker(app):
    party = PartyFactory()
    return party, actor_of(person(Role.ORG_DRAFTER, party))


def ask(tender, asker, text="标段一是否含材料费？"):
    party, actor = asker
    return services.ask_question(
        actor=actor, tender_id=tender.id, party_id=party.id, text=text, received_at=times.now()
    )


def test_answers_go_to_everybody_and_name_nobody(w, tender, asker, client, drain):
    party, _actor = asker
    question = ask(tender, asker)
    other = ask(tender, asker, "何时签约？")
    assert question.text not in client.get(f"/tenders/{tender.id}/questions").text
    notice = services.publish_answers(
        actor=actor_of(w.officer), tender_id=tender.id, answers={question.id: ("是否含材料费？", "包含。"), other.id: ("何时签约？", "")}
    )  # fmt: skip
    drain()
    page = client.get(f"/tenders/{tender.id}/questions").text
    paper = client.get(f"/notices/{notice.id}").text
    for shown in (page, paper):
        assert "包含。" in shown
        assert "何时签约？" not in shown
        assert party.name not in shown
    assert notice.kind == NoticeKind.QUESTIONS
    events = audit.history(question)
    assert [event.action for event in events] == ["question.ask", "question.answer"]
    assert events[0].actor_id is None
    assert party.name not in str([event.data for event in events])
    assert [q.id for q in queries.unanswered(tender.id)] == [other.id]
    subjects = db.session.scalars(select(Message.subject)).all()
    assert any("your question was answered" in subject for subject in subjects)
    assert any("a question waits" in subject for subject in subjects)


def test_nobody_asks_too_late_or_for_another_organisation(tender, asker, clock):
    party, actor = asker
    with pytest.raises(Denied):
        services.ask_question(actor=actor, tender_id=tender.id, party_id=PartyFactory().id, text="？", received_at=times.now())  # fmt: skip
    until = queries.questions_until(queries.public_tender(tender.id), times.now())
    assert until.end == date(2026, 3, 20)
    clock.move_to(times.at(date(2026, 3, 20), 23, 59))
    ask(tender, asker)
    clock.move_to(times.at(date(2026, 3, 21)))
    with pytest.raises(Invalid):
        ask(tender, asker)
    assert len(queries.unanswered(tender.id)) == 1


def test_a_draft_is_not_asked_about(w, asker):
    with pytest.raises(NotFound):
        ask(drafted(w), asker)


def test_answers_to_questions_of_another_call_are_refused(w, tender, asker):
    question = ask(tender, asker)
    other = published(w)
    officer, answers = actor_of(w.officer), {question.id: ("问", "答")}
    with pytest.raises(NotFound):
        services.publish_answers(actor=officer, tender_id=other.id, answers=answers)
    stranger = actor_of(person(Role.PROGRAMME_OFFICER, UnitFactory()))
    with pytest.raises(Denied):
        services.publish_answers(actor=stranger, tender_id=tender.id, answers=answers)
    assert db.session.get(Question, question.id).answered_at is None


def correct(w, tender, **changes):
    values = {
        "text": "服务地点改为东湖社区。",
        "affects": True,
        "deadline_at": None,
        "version": None,
        **changes,
    }
    return services.correct_tender(actor=actor_of(w.approver), tender_id=tender.id, **values)


def test_a_correction_that_affects_proposals_moves_the_deadline_and_both_papers_lead_to_each_other(
    w, tender, client, clock
):
    clock.advance(days=21)  # 2026-03-23, two days before the deadline
    notice = correct(w, tender)
    db.session.expire_all()
    moved = db.session.get(Tender, tender.id)
    assert (
        times.local(moved.deadline_at).strftime("%Y-%m-%d %H:%M") == "2026-03-30 17:00"
    )  # the 28th is a Saturday
    call, correction = notices.notices_of(tender.id)
    assert (correction.id, correction.corrects_id) == (notice.id, call.id)
    assert notice.number in client.get(f"/notices/{call.id}").text
    assert call.number in client.get(f"/notices/{notice.id}").text
    event = audit.history(moved)[-1]
    assert (event.action, event.data["affects"]) == ("tender.correct", True)
    assert call.content == notices.get_notice(call.id).content


def test_a_correction_with_time_enough_moves_nothing(w, tender):
    correct(w, tender)
    correct(w, tender, affects=False, text="错字更正。")
    db.session.expire_all()
    assert db.session.get(Tender, tender.id).deadline_at == tender.deadline_at
    assert [n.kind for n in notices.notices_of(tender.id)] == [NoticeKind.CALL, *[NoticeKind.CORRECTION] * 2]


def test_a_correction_is_for_the_approver_and_for_open_calls(w, tender, clock):
    with pytest.raises(Denied):
        services.correct_tender(
            actor=actor_of(w.officer), tender_id=tender.id, text="x", affects=False, deadline_at=None, version=None
        )  # fmt: skip
    clock.advance(days=30)
    with pytest.raises(Invalid):
        correct(w, tender)
    assert len(notices.notices_of(tender.id)) == 1


# --- pages


def sent(**values):
    return {"op_id": str(uuid4()), **values}


def test_an_organisation_asks_once_and_the_officer_answers_in_the_browser(w, tender, asker, sign_in, client):
    party, _actor = asker
    member = sign_in(person(Role.ORG_OWNER, party))
    url = f"/tenders/{tender.id}/questions/new"
    assert "Ask a question" in member.get(f"/tenders/{tender.id}/questions").text
    form = sent(party=str(party.id), text="标段一是否含材料费？")
    for _ in range(2):
        assert member.post(url, data=form).status_code == 303
    [question] = queries.unanswered(tender.id)
    assert member.post(url, data=sent(party=str(party.id), text=" ")).status_code == 422
    assert member.post(url, data=sent(party=str(uuid4()), text="？")).status_code == 422
    officer = sign_in(w.officer)
    page = officer.get(f"/tenders/{tender.id}/answers").text
    assert "标段一是否含材料费？" in page
    assert party.name not in page
    empty = {"rows-0-question": str(question.id), "rows-0-wording": "问", "rows-0-answer": ""}
    refused = officer.post(f"/tenders/{tender.id}/answers", data=sent(**empty))
    assert refused.status_code == 422
    assert "Please answer at least one question." in refused.text
    done = officer.post(f"/tenders/{tender.id}/answers", data=sent(**{**empty, "rows-0-answer": "包含。"}))
    assert done.status_code == 303
    assert "包含。" in client.get(f"/tenders/{tender.id}/questions").text
    assert (
        sign_in(person(Role.PROGRAMME_OFFICER, UnitFactory()))
        .get(f"/tenders/{tender.id}/answers")
        .status_code
        == 404
    )


def test_the_approver_corrects_in_the_browser(w, tender, sign_in):
    browser, url = sign_in(w.approver), f"/tenders/{tender.id}/correction"
    assert "Publish a correction" in browser.get(f"/tenders/{tender.id}/case").text
    assert browser.get(url).status_code == 200
    early = browser.post(url, data=sent(text="地点有变", deadline_at="2026-03-20T17:00"))
    assert early.status_code == 422
    assert 'href="#deadline_at"' in early.text
    form = sent(text="地点有变", affects="y")
    for _ in range(2):
        assert browser.post(url, data=form).status_code == 303
    assert [n.kind for n in notices.notices_of(tender.id)] == [NoticeKind.CALL, NoticeKind.CORRECTION]
    assert browser.post(url, data=sent(text="再改", version="1")).status_code == 409
