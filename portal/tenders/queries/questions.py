"""Public questions about a call."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from portal.core import clock
from portal.core.calendar import Walk
from portal.core.db import db
from portal.procedures import queries as procedures
from portal.tenders.models import (
    Question,
    Tender,
)
from portal.tenders.queries.drafts import procedure_of
from portal.tenders.rules.questions import cut_off


def questions_until(tender: Tender, now: datetime) -> Walk:
    """The walk to the last day on which a published call takes questions."""
    assert tender.published_at is not None, "only published calls are asked about"  # noqa: S101
    assert tender.deadline_at is not None, "a published call has a deadline"  # noqa: S101
    published, deadline = (clock.local(at).date() for at in (tender.published_at, tender.deadline_at))
    return cut_off(procedure_of(tender, now), procedures.calendar(), published, deadline)


def waiting_questions(tender_id: UUID, party_id: UUID) -> int:
    """How many questions of the organisation wait for an answer in the call."""
    statement = select(func.count(Question.id)).where(
        Question.tender_id == tender_id, Question.party_id == party_id, Question.answered_at.is_(None)
    )
    return int(db.session.scalar(statement) or 0)


def unanswered(tender_id: UUID) -> list[Question]:
    """The questions of a call that wait for an answer, oldest first."""
    waiting = select(Question).where(Question.tender_id == tender_id, Question.answered_at.is_(None))
    return list(db.session.scalars(waiting.order_by(Question.asked_at, Question.id)))


def answered(tender_id: UUID) -> list[Question]:
    """The answered questions of a call, in the order of the answers; who asked is nobody's business."""
    statement = select(Question).where(Question.tender_id == tender_id, Question.answered_at.is_not(None))
    return list(db.session.scalars(statement.order_by(Question.answered_at, Question.asked_at, Question.id)))


def askers(notice_id: UUID) -> set[UUID]:
    """The organisations whose questions a Q&A notice answers, for the message to them."""
    return set(db.session.scalars(select(Question.party_id).where(Question.notice_id == notice_id)))
