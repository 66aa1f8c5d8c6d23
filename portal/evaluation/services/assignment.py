"""Assigning an evaluator, who declares to have no conflict of interest or refuses."""

from uuid import UUID

from portal.contracts.models import Contract
from portal.contracts.values import ContractStatus
from portal.core import audit, clock, outbox
from portal.core.db import add, get, use_case
from portal.core.errors import Invalid, InvalidTransition, problem
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.evaluation import queries
from portal.evaluation.models import Evaluation
from portal.evaluation.policies import may_assign_evaluator, may_evaluate
from portal.evaluation.values import EvaluationStatus
from portal.evaluation.workflow import EVALUATION


@use_case
def assign(*, actor: Actor, contract_id: UUID, evaluator_id: UUID) -> Evaluation:
    """Ask an evaluator of the unit to evaluate a contract; weights and bands are frozen now.

    The one who refused, or has not declared yet, can be replaced. Emits ``evaluation.assigned``. Raises ``Invalid``
    for a contract that is not in force and for a person who is no evaluator or belongs to the organisation.
    """
    contract = get(Contract, contract_id, lock=True)
    require(may_assign_evaluator, actor, contract.unit_id)
    if contract.status != ContractStatus.ACTIVE:
        raise Invalid(problem(N_("The contract is not in force.")))
    if evaluator_id not in queries.evaluators(contract):
        raise Invalid(
            problem(
                N_("Choose an evaluator of the unit who does not belong to the organisation."), field="evaluator_id"
            )
        )  # fmt: skip
    evaluation, now = queries.of_contract(contract_id), clock.now()
    if evaluation is None:
        evaluation = add(
            Evaluation(
                contract_id=contract_id, evaluator_id=evaluator_id, weights=queries.standard(), assigned_at=now,
                assigned_by=actor.user_id,
            )
        )  # fmt: skip
        audit.record("evaluation.assign", evaluation, actor, evaluator=evaluator_id)
    else:
        EVALUATION.apply("reassign", evaluation, actor, now, evaluator=evaluator_id)
        evaluation.evaluator_id, evaluation.assigned_at = evaluator_id, now
        evaluation.conflict_free, evaluation.declared_at = False, None
    outbox.emit("evaluation.assigned", evaluation_id=evaluation.id)
    return evaluation


@use_case
def declare_no_conflict(*, actor: Actor, evaluation_id: UUID) -> Evaluation:
    """The evaluator declares to have no conflict of interest with the organisation; only then work begins."""
    evaluation = get(Evaluation, evaluation_id, lock=True)
    require(may_evaluate, actor, evaluation)
    if evaluation.status != EvaluationStatus.ASSIGNED:
        raise InvalidTransition("declare", str(evaluation.status))
    if not evaluation.conflict_free:
        evaluation.conflict_free, evaluation.declared_at = True, clock.now()
        audit.record("evaluation.declare_no_conflict", evaluation, actor)
    return evaluation


@use_case
def refuse(*, actor: Actor, evaluation_id: UUID, reason: str) -> Evaluation:
    """The evaluator gives the task back, for example for a conflict of interest; emits ``evaluation.refused``."""
    evaluation = get(Evaluation, evaluation_id, lock=True)
    require(may_evaluate, actor, evaluation)
    EVALUATION.apply("refuse", evaluation, actor, clock.now(), reason=reason)
    outbox.emit("evaluation.refused", evaluation_id=evaluation.id, reason=reason)
    return evaluation
