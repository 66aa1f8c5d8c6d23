"""Use cases of challenges: file, answer, withdraw; the awards wait meanwhile."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from portal.awards import queries as award_queries
from portal.awards import services as awards
from portal.challenges import queries, rules
from portal.challenges.models import Challenge
from portal.challenges.policies import may_answer_challenge, may_file_challenge
from portal.challenges.values import ChallengeStatus
from portal.challenges.workflow import CHALLENGE
from portal.core import audit, clock, outbox
from portal.core.db import add, db, get, use_case
from portal.core.errors import Invalid
from portal.core.policy import Actor, require
from portal.procedures import queries as procedures
from portal.procedures.rules import count
from portal.tenders import queries as tenders
from portal.tenders.models import Tender

PORTAL = Actor.system("challenges")
"""Holds the awards back and lets them go on, as the law says, without anybody's decision."""


@use_case
def file_challenge(
    *, actor: Actor, tender_id: UUID, party_id: UUID, grounds: str, received_at: datetime
) -> Challenge:
    """File a challenge to a published result; the awards of the call are held back at once (GPR 54).

    ``received_at`` decides whether it came in time. The answer is due within the working days of the procedure
    (GPL 53: 7). Emits ``challenge.filed``. Raises ``Invalid`` without grounds, out of time, for an organisation
    that did not bid, and while an earlier challenge waits for its answer.
    """
    require(may_file_challenge, actor, party_id)
    tender = get(Tender, tender_id, lock=True)
    problems = rules.check_filing(
        received_at, award_queries.challenge_until(tender_id),
        is_bidder=queries.is_bidder(tender_id, party_id), has_open=queries.has_open(tender_id, party_id),
    )  # fmt: skip
    problems += rules.check_text(grounds, "grounds")
    if problems:
        raise Invalid(*problems)
    challenge = add(
        Challenge(
            tender_id=tender_id, party_id=party_id, grounds=grounds.strip(), filed_at=received_at,
            filed_by=actor.user_id, answer_due_on=_answer_due(tender, clock.local(received_at).date()),
        )
    )  # fmt: skip
    audit.record("challenge.file", challenge, actor, due=challenge.answer_due_on)
    awards.pause(actor=PORTAL, tender_id=tender_id)
    outbox.emit("challenge.filed", challenge_id=challenge.id)
    return challenge


def _answer_due(tender: Tender, filed_on: date) -> date:
    """The last day for the answer: working days after the day of receipt, as the procedure says."""
    figure = tenders.procedure_of(tender, clock.now()).figures["challenge_answer"]
    return count(procedures.calendar(), figure, filed_on).end


@use_case
def recount_answers(*, actor: Actor) -> int:
    """Compute when open challenges must be answered again, after the calendar changed; each change is on record.

    Returns how many changed. Emits nothing: the pages show the new day at once.
    """
    changed = 0
    open_ones = select(Challenge).where(Challenge.status == ChallengeStatus.FILED).with_for_update()
    for challenge in list(db.session.scalars(open_ones)):
        tender = get(Tender, challenge.tender_id)
        due = _answer_due(tender, clock.local(challenge.filed_at).date())
        if due != challenge.answer_due_on:
            before, challenge.answer_due_on = challenge.answer_due_on, due
            audit.record(
                "challenge.recount", challenge, actor, before=before.isoformat(), due=due.isoformat()
            )
            changed += 1
    return changed


@use_case
def answer_challenge(*, actor: Actor, challenge_id: UUID, upheld: bool, answer: str) -> Challenge:
    """Uphold or reject a challenge with reasons; the awards go on when no other challenge is open.

    Emits ``challenge.answered``. Raises ``Invalid`` without an answer, ``InvalidTransition`` when it was answered.
    """
    challenge = get(Challenge, challenge_id, lock=True)
    require(may_answer_challenge, actor, get(Tender, challenge.tender_id, lock=True).unit_id)
    if problems := rules.check_text(answer, "answer"):
        raise Invalid(*problems)
    CHALLENGE.apply("uphold" if upheld else "reject", challenge, actor, clock.now())
    challenge.answer, challenge.answered_by = answer.strip(), actor.user_id
    _go_on(challenge)
    outbox.emit("challenge.answered", challenge_id=challenge.id)
    return challenge


@use_case
def withdraw_challenge(*, actor: Actor, challenge_id: UUID) -> Challenge:
    """Take a challenge back before its answer. Raises ``InvalidTransition`` when it was answered."""
    challenge = get(Challenge, challenge_id, lock=True)
    require(may_file_challenge, actor, challenge.party_id)
    get(Tender, challenge.tender_id, lock=True)
    CHALLENGE.apply("withdraw", challenge, actor, clock.now())
    _go_on(challenge)
    return challenge


def _go_on(challenge: Challenge) -> None:
    db.session.flush()
    if queries.open_challenges(challenge.tender_id) == 0:
        awards.resume(actor=PORTAL, tender_id=challenge.tender_id)
