"""The evaluation sheet: marks of the groups, submission with report, confirmation by the officer."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from portal.contracts.models import Contract
from portal.core import audit, clock, files, outbox
from portal.core.config import settings
from portal.core.db import add, db, get, use_case
from portal.core.errors import Invalid, InvalidTransition, Problem, problem
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.core.uploads import FileKind, check_upload
from portal.evaluation import queries, rules
from portal.evaluation.models import Evaluation, GroupMark
from portal.evaluation.policies import Case, may_confirm_evaluation, may_evaluate
from portal.evaluation.values import EvaluationGroup, EvaluationStatus, Indicator, SurveyState
from portal.evaluation.workflow import EVALUATION, NOT_DECLARED
from portal.notices import services as notices
from portal.notices.values import NoticeKind
from portal.parties.models import Party
from portal.payments import services as payments

PORTAL = Actor.system("evaluation")
"""Acts for what follows from a result by itself: the notice, the condition of the last instalment."""


@use_case
def save_marks(
    *,
    actor: Actor,
    evaluation_id: UUID,
    group: EvaluationGroup,
    marks: Mapping[Indicator, tuple[Decimal, str]],
) -> Evaluation:
    """Save the marks (0 to 100, with a note) of one group for the indicators that it judges; again replaces them.

    Raises ``Invalid`` at ``mark_<indicator>`` for a mark out of range, and for an indicator not judged by the group.
    """
    evaluation = get(Evaluation, evaluation_id, lock=True)
    require(may_evaluate, actor, evaluation)
    if evaluation.status != EvaluationStatus.ASSIGNED:
        raise InvalidTransition("save_marks", str(evaluation.status))
    judged = rules.judged_by(rules.weights_from(evaluation.weights), group)
    problems: list[Problem] = [] if evaluation.conflict_free else [NOT_DECLARED]
    for indicator, (value, _note) in marks.items():
        if indicator not in judged:
            problems.append(problem(N_("This group does not judge this indicator.")))
        elif not rules.check_mark(value):
            problems.append(
                problem(N_("A mark lies from 0 to 100 with at most two decimals."), field=f"mark_{indicator.value}")
            )  # fmt: skip
    if problems:
        raise Invalid(*problems)
    known = queries.marks(evaluation.id)
    for indicator, (value, note) in marks.items():
        row = known.get((group, indicator)) or add(
            GroupMark(evaluation_id=evaluation.id, group=group, indicator=indicator.value, value=value)
        )
        row.value, row.note = value, note.strip()
    audit.record(
        "evaluation.save_marks", evaluation, actor, group=group, marks={str(i): str(v) for i, (v, _) in marks.items()}
    )  # fmt: skip
    return evaluation


@use_case
def submit_evaluation(
    *, actor: Actor, evaluation_id: UUID, conclusion: str, report: tuple[str, bytes] | None
) -> Evaluation:
    """Compute the score from the frozen weights and hand the result in, with conclusion and report (name, PDF).

    Without a new ``report`` the one uploaded before stays. Emits ``evaluation.submitted``. Raises ``Invalid`` while
    marks are missing, the survey still runs or has no answer, and without conclusion or report.
    """
    evaluation = get(Evaluation, evaluation_id, lock=True)
    require(may_evaluate, actor, evaluation)
    if evaluation.status != EvaluationStatus.ASSIGNED:
        raise InvalidTransition("submit", str(evaluation.status))
    if problems := missing(evaluation):
        raise Invalid(*problems)
    evaluation.conclusion = conclusion.strip()
    if report:
        name, content = report
        facts = check_upload(
            content, name, allowed=frozenset({FileKind.PDF}), max_bytes=settings().max_upload_bytes
        )
        stored = files.save(
            content, name=facts.name, media_type=facts.kind.media_type, created_by=actor.user_id
        )
        evaluation.report_id = stored.id
    _compute(evaluation)
    EVALUATION.apply("submit", evaluation, actor, clock.now(), score=str(evaluation.score))
    outbox.emit("evaluation.submitted", evaluation_id=evaluation.id)
    return evaluation


def missing(evaluation: Evaluation) -> list[Problem]:
    """What is still to be done before the result can be handed in, in words."""
    if not evaluation.conflict_free:
        return [NOT_DECLARED]
    found = rules.check_marks(rules.weights_from(evaluation.weights), queries.mark_values(evaluation.id))
    survey = queries.survey_of(evaluation.id)
    if survey is None:
        return [*found, problem(N_("The residents' survey was not held."))]
    if rules.survey_state(survey.opens_at, survey.closes_at, clock.now()) is not SurveyState.CLOSED:
        found.append(problem(N_("The residents' survey runs until %(closes)s."), closes=survey.closes_at))
    return [*found, *rules.check_rates(queries.survey_view(survey).rates)]


def _compute(evaluation: Evaluation) -> None:
    """Freeze score, stars and everything they were computed from."""
    survey = queries.survey_of(evaluation.id)
    assert survey is not None  # noqa: S101 - nothing is missing
    view = queries.survey_view(survey)
    bands = rules.bands_from(evaluation.weights)
    result = rules.evaluate(
        rules.weights_from(evaluation.weights), queries.mark_values(evaluation.id), view.rates
    )
    reached = rules.band(result.score, bands)
    evaluation.score, evaluation.stars = result.score, reached.stars
    evaluation.result = {
        "score": str(result.score),
        "stars": reached.stars,
        "grade": reached.grade.value,
        "passed": rules.outcome(reached.grade).passed,
        "parts": [
            {
                "indicator": part.indicator.value, "group": part.group.value, "weight": str(part.weight.normalize()),
                "mark": str(part.mark), "points": str(part.points.normalize()),
            }
            for part in result.parts
        ],
        "rates": {
            i.value: {
                "numerator": view.rates.of(i).numerator, "denominator": view.rates.of(i).denominator,
                "method": view.rates.of(i).method, "percent": str(view.rates.of(i).mark),
            }
            for i in Indicator if i.is_rate
        },
        "survey": {
            "answers": view.rates.answered, "population": view.rates.population, "channels": dict(view.by_channel),
            "from": clock.local(survey.opens_at).date().isoformat(),
            "until": clock.local(survey.closes_at).date().isoformat(),
        },
    }  # fmt: skip


def _locked(evaluation_id: UUID) -> Case:
    evaluation = get(Evaluation, evaluation_id, lock=True)
    return Case(evaluation, get(Contract, evaluation.contract_id, lock=True))


@use_case
def send_back(*, actor: Actor, evaluation_id: UUID, reason: str) -> Evaluation:
    """Give a submitted result back to the evaluator with a reason; emits ``evaluation.sent_back``."""
    case = _locked(evaluation_id)
    require(may_confirm_evaluation, actor, case)
    EVALUATION.apply("send_back", case.evaluation, actor, clock.now(), reason=reason)
    outbox.emit("evaluation.sent_back", evaluation_id=evaluation_id, reason=reason)
    return case.evaluation


@use_case
def confirm(*, actor: Actor, evaluation_id: UUID) -> Evaluation:
    """Make a submitted result final: stars and grade are published, the last instalment's condition is decided.

    Publishes the evaluation notice and emits ``evaluation.final``.
    """
    case = _locked(evaluation_id)
    evaluation, contract = case.evaluation, case.contract
    require(may_confirm_evaluation, actor, case)
    EVALUATION.apply("confirm", evaluation, actor, clock.now(), score=str(evaluation.score))
    result = _frozen(evaluation)
    db.session.flush()
    payments.mark_evaluation_passed(
        actor=PORTAL, contract_id=contract.id, passed=bool(result["passed"]), stars=evaluation.stars
    )
    notices.publish_notice(
        actor=PORTAL, kind=NoticeKind.EVALUATION, unit_id=contract.unit_id, tender_id=contract.tender_id,
        subject_id=contract.id, title=f"{contract.title}终期评估结果",
        content=rules.result_notice(contract.number, get(Party, contract.party_id).name, result),
    )  # fmt: skip
    outbox.emit("evaluation.final", evaluation_id=evaluation.id)
    return evaluation


def _frozen(evaluation: Evaluation) -> dict[str, Any]:
    assert evaluation.result is not None  # noqa: S101 - a submitted result was computed
    return evaluation.result
