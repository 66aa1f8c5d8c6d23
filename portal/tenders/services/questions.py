"""Public questions about a call: asked by organisations, answered to everybody, askers unnamed."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from portal.core import audit, clock, outbox
from portal.core.db import add, db, use_case
from portal.core.errors import Invalid, NotFound, problem
from portal.core.papers import official
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.notices import services as notices
from portal.notices.models import Notice
from portal.notices.values import NoticeKind
from portal.tenders import queries
from portal.tenders.models import Question
from portal.tenders.policies import may_answer_questions, may_ask_question
from portal.tenders.rules import is_open
from portal.tenders.rules.questions import check_answers, check_question


@use_case
def ask_question(
    *, actor: Actor, tender_id: UUID, party_id: UUID, text: str, received_at: datetime
) -> Question:
    """Take a question about an open call for an organisation; the log says that it came, not from whom.

    Raises ``Invalid`` after the last day for questions, or when the call takes no proposals any more.
    """
    require(may_ask_question, actor, party_id)
    assert actor.user_id is not None, "members of an organisation are people"  # noqa: S101
    tender = queries.full_for_update(tender_id)
    if tender.published_at is None:
        raise NotFound()
    if not is_open(tender, received_at):
        raise Invalid(problem(N_("The call takes no questions any more."), field="text"))
    problems = check_question(
        text, day=clock.local(received_at).date(), last_day=queries.questions_until(tender, received_at).end,
        waiting=queries.waiting_questions(tender_id, party_id),
    )  # fmt: skip
    if problems:
        raise Invalid(*problems)
    question = add(
        Question(tender_id=tender_id, party_id=party_id, asked_by=actor.user_id, asked_at=received_at, text=text.strip())
    )  # fmt: skip
    audit.record("question.ask", question, Actor.system("questions"))
    outbox.emit("question.asked", tender_id=tender.id)
    return question


@use_case
def publish_answers(*, actor: Actor, tender_id: UUID, answers: Mapping[UUID, tuple[str, str]]) -> Notice:
    """Answer questions to everybody in one Q&A notice; ``answers`` maps each to its public wording and answer.

    Questions without an answer wait for the next notice. An answer that changes the call needs a correction.
    Raises ``Invalid`` when nothing is answered, ``NotFound`` for questions of another call. Emits
    ``questions.answered``.
    """
    tender = queries.full_for_update(tender_id)
    require(may_answer_questions, actor, tender)
    waiting = {
        question.id: question
        for question in db.session.scalars(
            select(Question)
            .where(Question.tender_id == tender_id, Question.answered_at.is_(None))
            .order_by(Question.asked_at, Question.id)
            .with_for_update()
        )
    }
    if not answers.keys() <= waiting.keys():
        raise NotFound()
    if problems := check_answers(list(answers.values())):
        raise Invalid(*problems)
    given = {key: pair for key, pair in answers.items() if pair[1].strip()}
    notice = notices.publish_notice(
        actor=actor, kind=NoticeKind.QUESTIONS, unit_id=tender.unit_id, tender_id=tender.id, subject_id=tender.id,
        title=official(N_("%(title)s: questions and answers"), title=tender.title), content=_paper(tender.number, given),
    )  # fmt: skip
    now = clock.now()
    for key, (wording, answer) in given.items():
        question = waiting[key]
        question.wording, question.answer = wording.strip(), answer.strip()
        question.answered_at, question.notice_id = now, notice.id
        audit.record("question.answer", question, actor, notice=notice.number)
    outbox.emit("questions.answered", tender_id=tender.id, notice_id=notice.id)
    return notice


def _paper(number: str, answers: Mapping[UUID, tuple[str, str]]) -> list[dict[str, object]]:
    blocks: list[dict[str, object]] = [
        {"text": official(N_("Answers to the questions about the call %(number)s"), number=number)}
    ]
    for n, (wording, answer) in enumerate(answers.values(), start=1):
        blocks += [
            {"heading": official(N_("Question %(n)s"), n=n)},
            {"text": wording.strip()},
            {"heading": official(N_("Answer %(n)s"), n=n)},
            {"text": answer.strip()},
        ]
    return blocks
