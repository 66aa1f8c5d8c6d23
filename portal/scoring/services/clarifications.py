"""Use cases of questions to bidders: asked through the chair, answered once, the same for every member."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from portal.core import audit, clock, outbox
from portal.core.clock import local
from portal.core.db import add, db, use_case
from portal.core.errors import Invalid, NotFound, problem
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.panels.models import Seat
from portal.scoring import queries
from portal.scoring.models import Clarification
from portal.scoring.policies import may_answer_question, may_ask_bidder, may_release_question
from portal.scoring.rules import clarifications as rules
from portal.scoring.services.running import require_running
from portal.scoring.workflow import CLARIFICATION

MOST_WAITING = 10
TOO_LATE = N_("All experts have locked; no question is put any more.")


@use_case
def ask_bidder(*, actor: Actor, sheet_id: UUID, text: str) -> Clarification:
    """Put a question about the proposal of an own sheet to the chair; emits ``clarification.asked``.

    Raises ``Invalid`` for an empty or too long question, with too many waiting, and once all have locked.
    """
    sheet = queries.get_sheet(actor, sheet_id)
    require(may_ask_bidder, actor, sheet.seat)
    require_running(sheet.panel)
    _require_unlocked(sheet.panel_id)
    problems = rules.check_text(text, rules.LONGEST_QUESTION, "text")
    if queries.waiting_questions(sheet.panel_id, sheet.seat_id) >= MOST_WAITING:
        problems.append(
            problem(N_("Please wait for the chair to look at your earlier questions."), field="text")
        )
    if problems:
        raise Invalid(*problems)
    key = uuid4()
    row = add(
        Clarification(
            id=key, panel_id=sheet.panel_id, bid_id=sheet.bid_id, seat_id=sheet.seat_id, asked_at=clock.now(),
            question=queries.sealed_text(text.strip(), key, "question"),
        )
    )  # fmt: skip
    audit.record("clarification.ask", row, actor)
    outbox.emit("clarification.asked", clarification_id=row.id)
    return row


@use_case
def release_question(
    *, actor: Actor, clarification_id: UUID, text: str, minutes: int | None
) -> Clarification:
    """The chair sends a question, in the chair's wording, to the bidder, who has so many minutes to answer.

    Emits ``clarification.released``. Raises ``Invalid`` for an empty or too long text and minutes out of range.
    """
    row, _seat = _for_chair(actor, clarification_id)
    problems = [*rules.check_text(text, rules.LONGEST_QUESTION, "text"), *rules.check_minutes(minutes)]
    if problems or minutes is None:
        raise Invalid(*problems)
    now = clock.now()
    row.question = queries.sealed_text(text.strip(), row.id, "question")
    row.answer_by, row.released_by = now + timedelta(minutes=minutes), actor.user_id
    CLARIFICATION.apply("release", row, actor, now)
    outbox.emit("clarification.released", clarification_id=row.id)
    return row


@use_case
def keep_question_back(*, actor: Actor, clarification_id: UUID, reason: str) -> Clarification:
    """The chair does not pass a question on, and says why to who asked."""
    row, _seat = _for_chair(actor, clarification_id)
    CLARIFICATION.apply("refuse", row, actor, clock.now(), reason=reason)
    outbox.emit("clarification.refused", clarification_id=row.id, reason=reason.strip())
    return row


@use_case
def answer_question(
    *, actor: Actor, clarification_id: UUID, text: str, received_at: datetime
) -> Clarification:
    """The bidder answers once, in words only: proposal, papers and quote stay as they were submitted.

    ``received_at`` is when the server got the answer; it counts before the limit. Emits ``clarification.answered``.
    Raises ``Invalid`` when it is late, empty or too long, and once the panel's work is over.
    """
    row = queries.clarification_for_update(clarification_id)
    if row.released_at is None or row.answer_by is None:
        raise NotFound()
    require(may_answer_question, actor, row.bid.party_id)
    require_running(row.panel)
    if row.answered_at is not None:
        raise Invalid(problem(N_("This question is answered already.")))
    late = rules.check_arrival(received_at, row.answer_by, local)
    if problems := late or rules.check_text(text, rules.LONGEST_ANSWER, "text"):
        raise Invalid(*problems)
    row.answered_by, row.answer = actor.user_id, queries.sealed_text(text.strip(), row.id, "answer")
    CLARIFICATION.apply("answer", row, actor, received_at)
    outbox.emit("clarification.answered", clarification_id=row.id)
    return row


def _for_chair(actor: Actor, clarification_id: UUID) -> tuple[Clarification, Seat]:
    row = queries.clarification_for_update(clarification_id)
    seat = queries.my_seat(actor, row.panel_id)
    require(may_release_question, actor, seat)
    require_running(row.panel)
    _require_unlocked(row.panel_id)
    db.session.flush()
    return row, seat


def _require_unlocked(panel_id: UUID) -> None:
    if queries.comparison_in_force(panel_id) is not None:
        raise Invalid(problem(TOO_LATE))
