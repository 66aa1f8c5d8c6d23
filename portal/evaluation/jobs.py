"""News of evaluations to those concerned."""

from collections.abc import Iterable
from uuid import UUID

from portal.accounts.queries import recipients
from portal.contracts.models import Contract
from portal.core.db import get
from portal.core.jobs import handles
from portal.core.mail import notify
from portal.evaluation.models import Evaluation
from portal.evaluation.values import Grade
from portal.parties.queries import holders, members
from portal.parties.values import Role


def _tell(people: Iterable[UUID], template: str, link: str, contract: Contract, **more: object) -> None:
    notify(recipients(people), template, link=link, project=contract.title, number=contract.number, **more)


def _pair(evaluation_id: str) -> tuple[Evaluation, Contract]:
    evaluation = get(Evaluation, UUID(evaluation_id))
    return evaluation, get(Contract, evaluation.contract_id)


@handles("evaluation.assigned")
def tell_evaluator(evaluation_id: str) -> None:
    evaluation, contract = _pair(evaluation_id)
    _tell([evaluation.evaluator_id], "evaluation_assigned", f"/evaluation/{evaluation.id}", contract)


@handles("evaluation.refused")
def tell_officers_of_refusal(evaluation_id: str, reason: str) -> None:
    _evaluation, contract = _pair(evaluation_id)
    officers = holders(Role.PROGRAMME_OFFICER, contract.unit_id)
    _tell(
        officers, "evaluation_refused", f"/evaluation/contracts/{contract.id}/assign", contract, reason=reason
    )


@handles("evaluation.submitted")
def tell_officers(evaluation_id: str) -> None:
    evaluation, contract = _pair(evaluation_id)
    officers = holders(Role.PROGRAMME_OFFICER, contract.unit_id)
    _tell(officers, "evaluation_submitted", f"/evaluation/{evaluation.id}", contract)


@handles("evaluation.sent_back")
def tell_evaluator_to_correct(evaluation_id: str, reason: str) -> None:
    evaluation, contract = _pair(evaluation_id)
    link = f"/evaluation/{evaluation.id}"
    _tell([evaluation.evaluator_id], "evaluation_sent_back", link, contract, reason=reason)


@handles("evaluation.final")
def tell_organisation(evaluation_id: str) -> None:
    evaluation, contract = _pair(evaluation_id)
    result = evaluation.result or {}
    _tell(
        members(contract.party_id), "evaluation_final", f"/evaluation/results/{contract.id}", contract,
        score=evaluation.score, stars=evaluation.stars, grade=Grade(result["grade"]), passed=result["passed"],
    )  # fmt: skip


@handles("project.closed")
def tell_organisation_of_closing(contract_id: str) -> None:
    contract = get(Contract, UUID(contract_id))
    _tell(members(contract.party_id), "project_closed", f"/evaluation/results/{contract.id}", contract)
