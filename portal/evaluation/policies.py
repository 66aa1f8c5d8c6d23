"""Who may assign, carry out, confirm and read an evaluation, and close a project."""

from dataclasses import dataclass
from uuid import UUID

from portal.contracts.models import Contract
from portal.core.policy import Actor, rule
from portal.core.text import N_
from portal.evaluation.models import Evaluation
from portal.parties.values import Role

STAFF_READERS = (
    Role.PROGRAMME_OFFICER, Role.PROGRAMME_APPROVER, Role.FINANCE_OFFICER, Role.CASHIER, Role.SUPERVISOR,
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """An evaluation with its contract."""

    evaluation: Evaluation
    contract: Contract


@rule(N_("Staff of the unit may read its evaluations."))
def may_read_evaluations(actor: Actor, unit_id: UUID) -> bool:
    """The subject is the unit of the contract."""
    return any(actor.has(role, unit_id) for role in STAFF_READERS)


@rule(N_("A programme officer of the unit assigns the evaluator."))
def may_assign_evaluator(actor: Actor, unit_id: UUID) -> bool:
    """The subject is the unit of the contract."""
    return actor.has(Role.PROGRAMME_OFFICER, unit_id)


@rule(N_("The assigned evaluator carries out the evaluation."))
def may_evaluate(actor: Actor, evaluation: Evaluation) -> bool:
    """Nobody else types in marks or sees the survey's codes."""
    return actor.user_id is not None and actor.user_id == evaluation.evaluator_id


@rule(N_("A programme officer of the unit who is not the evaluator confirms the evaluation."))
def may_confirm_evaluation(actor: Actor, case: Case) -> bool:
    """Two people: one judges, one confirms."""
    officer = actor.has(Role.PROGRAMME_OFFICER, case.contract.unit_id)
    return officer and actor.user_id != case.evaluation.evaluator_id


@rule(N_("A programme officer of the unit closes the project."))
def may_close_project(actor: Actor, contract: Contract) -> bool:
    """At the end of its life."""
    return actor.has(Role.PROGRAMME_OFFICER, contract.unit_id)
