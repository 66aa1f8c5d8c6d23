"""The residents' survey: codes shown once, answers without an account, papers typed in."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from portal.core import audit, clock
from portal.core.db import add, db, get, use_case
from portal.core.errors import Invalid, InvalidTransition, problem
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.evaluation import queries, rules
from portal.evaluation.models import Evaluation, Survey, SurveyAnswer, SurveyCode
from portal.evaluation.policies import may_evaluate
from portal.evaluation.values import Answer, Channel, EvaluationStatus, SurveyState
from portal.evaluation.workflow import NOT_DECLARED

_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # without signs that look alike on paper
_LENGTH = 16


def code_hash(code: str) -> str:
    """What the database keeps of an invitation code (SHA-256; a code has about 79 random bits)."""
    return hashlib.sha256(code.strip().lower().encode()).hexdigest()


def _at_work(actor: Actor, evaluation_id: UUID) -> Evaluation:
    """The locked evaluation on which its evaluator, free of conflict, works now."""
    evaluation = get(Evaluation, evaluation_id, lock=True)
    require(may_evaluate, actor, evaluation)
    if evaluation.status != EvaluationStatus.ASSIGNED:
        raise InvalidTransition("survey", str(evaluation.status))
    if not evaluation.conflict_free:
        raise Invalid(NOT_DECLARED)
    return evaluation


def _make_codes(survey: Survey, count: int) -> list[str]:
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(_LENGTH)) for _ in range(count)]
    db.session.add_all(SurveyCode(survey_id=survey.id, code_hash=code_hash(code)) for code in codes)
    db.session.flush()
    return codes


@use_case
def open_survey(
    *, actor: Actor, evaluation_id: UUID, opens_at: datetime, closes_at: datetime, population: int, count: int
) -> list[str]:
    """Set up the survey among ``population`` residents and return ``count`` codes, which are nowhere kept.

    Raises ``Invalid`` for a period that is over or turned round, and for more codes than residents or than 200.
    """
    evaluation = _at_work(actor, evaluation_id)
    problems = rules.check_survey(opens_at, closes_at, population, count, clock.now())
    if queries.survey_of(evaluation.id):
        problems.append(problem(N_("The survey was set up already. More codes can be made.")))
    if problems:
        raise Invalid(*problems)
    survey = add(
        Survey(evaluation_id=evaluation.id, opens_at=opens_at, closes_at=closes_at, population=population)
    )
    audit.record(
        "survey.open", survey, actor, opens=opens_at, closes=closes_at, population=population, codes=count
    )
    return _make_codes(survey, count)


@use_case
def add_codes(*, actor: Actor, evaluation_id: UUID, count: int) -> list[str]:
    """Return ``count`` more codes for a survey that is not closed, for example when a sheet was lost."""
    evaluation = _at_work(actor, evaluation_id)
    survey = queries.survey_of(evaluation.id, lock=True)
    problems = rules.check_count(count)
    if survey is None or clock.now() >= survey.closes_at:
        problems.append(problem(N_("No survey is open.")))
    elif queries.survey_view(survey).codes + count > survey.population:
        problems.append(problem(N_("There are more codes than residents."), field="count"))
    if problems or survey is None:
        raise Invalid(*problems)
    audit.record("survey.add_codes", survey, actor, codes=count)
    return _make_codes(survey, count)


@use_case
def answer(
    *, code: str, aware: bool, took_part: bool, satisfaction: int, comment: str = "", received_at: datetime
) -> None:
    """Take a resident's answer, one for each code, while the survey is open at ``received_at``.

    Neither the code nor the exact time goes with the answer, and no audit row is written: nobody can tell later
    who answered what. Raises ``NotFound`` for an unknown code and ``Invalid`` for a used one or out of time.
    """
    found, survey, _contract = queries.invitation(code_hash(code))
    row = get(SurveyCode, found.id, lock=True)
    given = Answer(aware, took_part, satisfaction, comment.strip())
    problems = rules.check_answer(given)
    if row.used_at:
        problems.append(problem(N_("This code was used already. Thank you for your answer.")))
    if rules.survey_state(survey.opens_at, survey.closes_at, received_at) is not SurveyState.OPEN:
        problems.append(problem(N_("The survey is not open now.")))
    if problems:
        raise Invalid(*problems)
    row.used_at = _day(received_at)
    _keep(survey, given, Channel.LINK, received_at)


@use_case
def enter_paper(*, actor: Actor, evaluation_id: UUID, answers: Sequence[Answer]) -> int:
    """Type in answers from a paper round; how many. Raises ``Invalid`` before the survey opens or for more than residents."""
    evaluation = _at_work(actor, evaluation_id)
    survey, now = queries.survey_of(evaluation.id, lock=True), clock.now()
    problems = [p for given in answers for p in rules.check_answer(given)]
    if not answers:
        problems.append(problem(N_("Please type in at least one answer.")))
    if survey is None or now < survey.opens_at:
        problems.append(problem(N_("The survey is not open now.")))
    elif len(queries.survey_view(survey).answers) + len(answers) > survey.population:
        problems.append(problem(N_("There would be more answers than residents.")))
    if problems or survey is None:
        raise Invalid(*problems)
    for given in answers:
        _keep(survey, given, Channel.PAPER, now)
    audit.record("survey.enter_paper", survey, actor, answers=len(answers))
    return len(answers)


def _keep(survey: Survey, given: Answer, channel: Channel, at: datetime) -> None:
    add(
        SurveyAnswer(
            survey_id=survey.id, aware=given.aware, took_part=given.took_part, satisfaction=given.satisfaction,
            comment=given.comment, channel=channel, answered_at=_day(at),
        )
    )  # fmt: skip


def _day(at: datetime) -> datetime:
    """The beginning of the day in Beijing: exact enough for a survey, too coarse to link answer and code."""
    return clock.at(clock.local(at).date())
