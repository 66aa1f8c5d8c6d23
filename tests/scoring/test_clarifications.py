"""Questions to bidders: through the chair, within a limit, the same answer for every member, nothing else changes."""

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader

from portal.core import clock as core_clock
from portal.core.audit import AuditEvent
from portal.core.db import db
from portal.core.errors import Denied, Invalid, NotFound
from portal.core.files import read
from portal.core.mail import Message
from portal.core.outbox import OutboxMessage
from portal.core.templating import problem_text
from portal.home.queries import tasks
from portal.home.values import TaskKind
from portal.panels import services as panels
from portal.panels.values import SeatStatus
from portal.parties.values import Role
from portal.scoring import queries, services
from portal.scoring.models import Clarification
from portal.scoring.values import ClarificationStatus
from tests.conftest import actor_of
from tests.factories import grant, person
from tests.panels.stage import seats, user_of
from tests.scoring.flow import MARKS, begun, experts, locked, signed

QUESTION, WORDED, ANSWER = (
    "FRAGE-1 志愿者从哪里来",
    "FRAGE-2 请说明志愿者来源",
    "ANTWORT-3 与三个社区签有协议",
)


@pytest.fixture
def case(app, drain):
    s, panel = begun(drain)
    owner = person(Role.ORG_OWNER, s.street)
    grant(owner, Role.ORG_OWNER, s.bids[0].party_id)
    chair = seats(panel, SeatStatus.ACCEPTED)[0]
    panels.name_chair(actor=actor_of(s.officer), seat_id=chair.id)
    asker = next(user for user in experts(panel) if user.id != user_of(chair).id)
    return s, panel, owner, user_of(chair), asker


def sheet_of(user, panel, bid):
    return next(row for row in queries.my_sheets(actor_of(user), panel.id) if row.bid_id == bid.id)


def asked(case):
    s, panel, _owner, _chair, asker = case
    sheet = sheet_of(asker, panel, s.bids[0])
    return services.ask_bidder(actor=actor_of(asker), sheet_id=sheet.id, text=QUESTION)


def released(case):
    row = asked(case)
    return services.release_question(
        actor=actor_of(case[3]), clarification_id=row.id, text=WORDED, minutes=60
    )


def answer(case, row, text=ANSWER):
    return services.answer_question(
        actor=actor_of(case[2]), clarification_id=row.id, text=text, received_at=core_clock.now()
    )


def reads(client, panel):
    return client.get(f"/scoring/panels/{panel.id}/questions").text


def test_the_answer_is_the_same_for_all_members_and_nobody_learns_who_asked(case, sign_in, drain):
    s, panel, owner, chair, asker = case
    third = next(user for user in experts(panel) if user.id not in (chair.id, asker.id))
    row = asked(case)
    drain()
    assert QUESTION not in reads(sign_in(third), panel)
    assert QUESTION in reads(sign_in(chair), panel)
    with pytest.raises(NotFound):
        queries.get_clarification(actor_of(owner), row.id)
    services.release_question(actor=actor_of(chair), clarification_id=row.id, text=WORDED, minutes=60)
    drain()
    told = [m for m in db.session.query(Message) if m.user_id == owner.id and "asks about" in m.subject]
    assert len(told) == 1
    page = sign_in(owner).get(f"/scoring/questions/{row.id}").text
    code = next(seat.code for seat in seats(panel) if user_of(seat).id == asker.id)
    assert WORDED in page
    assert not any(word in page + told[0].body for word in (asker.name, code, chair.name))
    quote = queries.admitted_bids(s.tender.id)[0].quote
    answer(case, row)
    drain()
    for user in experts(panel):
        assert ANSWER in reads(sign_in(user), panel)
        assert ANSWER in sign_in(user).get(f"/scoring/sheets/{sheet_of(user, panel, s.bids[0]).id}").text
    assert {m.user_id for m in db.session.query(Message) if "has answered" in m.subject} == {
        user.id for user in experts(panel)
    }
    assert queries.admitted_bids(s.tender.id)[0].quote == quote
    kept = db.session.get(Clarification, row.id)
    plain = [str(e.data) for e in db.session.query(AuditEvent)]
    plain += [str(m.payload) for m in db.session.query(OutboxMessage)]
    plain += [m.body + m.subject for m in db.session.query(Message)]
    assert not any(word in text for text in plain for word in (QUESTION, WORDED, ANSWER))
    assert ANSWER.encode() not in kept.answer


def test_a_late_answer_is_refused_with_the_time_until_which_it_was_taken(case, clock, sign_in):
    row = released(case)
    clock.advance(minutes=60)
    with pytest.raises(Invalid) as refusal:
        answer(case, row)
    assert f"{core_clock.local(row.answer_by):%Y-%m-%d %H:%M}" in problem_text(refusal.value.problems[0])
    assert db.session.get(Clarification, row.id).answer is None
    client = sign_in(case[2])
    page = client.get(f"/scoring/questions/{row.id}").text
    assert "<textarea" not in page
    assert "No answer in time" in reads(sign_in(case[3]), case[1])


def test_an_answer_is_given_once(case):
    row = released(case)
    answer(case, row)
    with pytest.raises(Invalid, match="already"):
        answer(case, row, "另一个")


@pytest.mark.parametrize(
    ("text", "minutes", "field"), [("", 60, "text"), ("长" * 501, 60, "text"), (WORDED, 5, "minutes"), (WORDED, None, "minutes")]
)  # fmt: skip
def test_the_chair_sends_no_empty_or_endless_question(case, text, minutes, field):
    row = asked(case)
    with pytest.raises(Invalid) as refusal:
        services.release_question(
            actor=actor_of(case[3]), clarification_id=row.id, text=text, minutes=minutes
        )
    assert {found.field for found in refusal.value.problems} == {field}
    assert db.session.get(Clarification, row.id).status == ClarificationStatus.ASKED


def test_only_the_chair_passes_on_only_the_bidder_answers(case, sign_in):
    s, panel, owner, chair, asker = case
    row = asked(case)
    with pytest.raises(Denied):
        services.release_question(actor=actor_of(asker), clarification_id=row.id, text=WORDED, minutes=60)
    with pytest.raises(NotFound):
        services.release_question(actor=actor_of(s.officer), clarification_id=row.id, text=WORDED, minutes=60)
    services.release_question(actor=actor_of(chair), clarification_id=row.id, text=WORDED, minutes=60)
    stranger = person(Role.ORG_OWNER, s.street)
    grant(stranger, Role.ORG_OWNER, s.bids[1].party_id)
    assert sign_in(stranger).get(f"/scoring/questions/{row.id}").status_code == 404
    with pytest.raises(Denied):
        services.answer_question(
            actor=actor_of(stranger), clarification_id=row.id, text=ANSWER, received_at=core_clock.now()
        )


def test_the_buyer_sees_states_only_until_the_panel_is_closed_and_the_report_has_the_words(
    case, sign_in, drain
):
    s, panel, _owner, _chair, asker = case
    answer(case, released(case))
    waits = services.ask_bidder(
        actor=actor_of(asker), sheet_id=sheet_of(asker, panel, s.bids[1]).id, text="FRAGE-4"
    )
    client, url = sign_in(s.officer), f"/scoring/panels/{panel.id}"
    shown = client.get(url).text
    assert "Questions to bidders" in shown
    assert not any(word in shown for word in (QUESTION, WORDED, ANSWER, "FRAGE-4"))
    services.keep_question_back(actor=actor_of(case[3]), clarification_id=waits.id, reason="已写明")
    signed(panel)
    services.close_panel(actor=actor_of(s.officer), panel_id=panel.id)
    drain()
    shown = client.get(url).text
    stored = read(queries.report_of(panel.id).sha256)
    report = "".join(p.extract_text() for p in PdfReader(io.BytesIO(stored)).pages).replace("\n", "")
    for text in (shown, report):
        assert WORDED in text
        assert ANSWER in text
        assert QUESTION not in text
        assert "FRAGE-4" not in text


def test_a_question_kept_back_tells_who_asked_why(case, sign_in, drain):
    _s, panel, _owner, chair, asker = case
    row = asked(case)
    services.keep_question_back(actor=actor_of(chair), clarification_id=row.id, reason="申报书已写明")
    drain()
    (mail,) = [m for m in db.session.query(Message) if "not passed on" in m.subject]
    assert mail.user_id == asker.id
    assert "申报书已写明" in mail.body


def test_nothing_is_asked_once_all_have_locked(case):
    s, panel, _owner, _chair, asker = case
    for number, user in enumerate(experts(panel)):
        locked(user, panel, [bid[number] for bid in MARKS])
    with pytest.raises(Invalid, match="locked"):
        services.ask_bidder(
            actor=actor_of(asker), sheet_id=sheet_of(asker, panel, s.bids[0]).id, text=QUESTION
        )


def test_asking_passing_on_and_answering_through_the_pages(case, sign_in, clock):
    s, panel, owner, chair, asker = case
    sheet = sheet_of(asker, panel, s.bids[0])
    client = sign_in(asker)
    assert client.post(f"/scoring/sheets/{sheet.id}/ask", data={"text": " "}).status_code == 422
    assert client.post(f"/scoring/sheets/{sheet.id}/ask", data={"text": QUESTION}).status_code == 303
    row = db.session.query(Clarification).one()
    assert TaskKind.PASS_QUESTION_ON in {t.kind for t in tasks(actor_of(chair))}
    sent = sign_in(chair).post(f"/scoring/questions/{row.id}/release", data={"text": WORDED, "minutes": "60"})
    assert sent.status_code == 303
    assert TaskKind.ANSWER_PANEL in {t.kind for t in tasks(actor_of(owner))}
    client = sign_in(owner)
    for _again in range(2):
        assert client.post(f"/scoring/questions/{row.id}", data={"text": ANSWER}).status_code in (303, 422)
    db.session.expire_all()
    found = db.session.query(Clarification).one()
    assert found.status == ClarificationStatus.ANSWERED
    assert found.answer_by - found.released_at == timedelta(minutes=60)
