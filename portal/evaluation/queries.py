"""Reads of evaluations, surveys, marks and closings."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from portal.budgets.queries import balances
from portal.budgets.values import AccountKind
from portal.contracts.models import Contract
from portal.contracts.values import ContractStatus
from portal.core.audit import history
from portal.core.db import db, get
from portal.core.errors import NotFound
from portal.core.files import StoredFile
from portal.core.lists import Page, paginate
from portal.core.money import Money
from portal.core.policy import Actor, can
from portal.evaluation import rules
from portal.evaluation.models import Evaluation, GroupMark, Survey, SurveyAnswer, SurveyCode
from portal.evaluation.policies import STAFF_READERS, Case, may_evaluate, may_read_evaluations
from portal.evaluation.values import (
    Answer,
    ClosingFacts,
    EvaluationGroup,
    EvaluationStatus,
    Indicator,
    Rates,
)
from portal.implementation.queries import milestones
from portal.implementation.values import MilestoneStatus
from portal.parties.models import Party
from portal.parties.queries import holders, members
from portal.parties.values import Role
from portal.payments.queries import instalments, paid_total, spent_total
from portal.payments.values import InstalmentStatus

STANDARD = Path(__file__).parent / "data" / "standard.json"


@dataclass(frozen=True)
class SurveyView:
    """A survey with its codes and answers counted."""

    survey: Survey
    codes: int
    used: int
    answers: Sequence[Answer]
    by_channel: Mapping[str, int]

    @property
    def rates(self) -> Rates:
        """The three rates as they are now."""
        return rules.rates(self.answers, self.survey.population)


@cache
def standard() -> dict[str, Any]:
    """The packaged weights and bands; each evaluation freezes its copy."""
    data: dict[str, Any] = json.loads(STANDARD.read_text(encoding="utf-8"))
    return data


def get_case(actor: Actor, evaluation_id: UUID) -> Case:
    """An evaluation with its contract, for its evaluator and the staff of the unit; raises ``NotFound``."""
    evaluation = get(Evaluation, evaluation_id)
    contract = get(Contract, evaluation.contract_id)
    if not can(may_evaluate, actor, evaluation) and not can(may_read_evaluations, actor, contract.unit_id):
        raise NotFound()
    return Case(evaluation, contract)


def get_contract(actor: Actor, contract_id: UUID) -> Contract:
    """A contract of the actor's unit; raises ``NotFound`` for others."""
    contract = get(Contract, contract_id)
    if not can(may_read_evaluations, actor, contract.unit_id):
        raise NotFound()
    return contract


def of_contract(contract_id: UUID) -> Evaluation | None:
    """The evaluation of a contract, if it was assigned."""
    return db.session.scalars(select(Evaluation).where(Evaluation.contract_id == contract_id)).first()


def list_evaluations(actor: Actor, args: Mapping[str, str]) -> Page[Any]:
    """Evaluations assigned to the actor or in the actor's units, with contract and organisation."""
    statement: Any = (
        select(Evaluation, Contract, Party)
        .join(Contract, Contract.id == Evaluation.contract_id)
        .join(Party, Party.id == Contract.party_id)
        .where(
            or_(Evaluation.evaluator_id == actor.user_id, Contract.unit_id.in_(actor.scopes(*STAFF_READERS)))
        )
    )
    if (status := args.get("status")) in set(EvaluationStatus):
        statement = statement.where(Evaluation.status == EvaluationStatus(status))
    sorts = {
        "assigned": Evaluation.assigned_at,
        "title": Contract.title,
        "status": Evaluation.status,
        "score": Evaluation.score,
    }
    return paginate(statement, args, sorts=sorts, default="-assigned", scalars=False)


def waiting(actor: Actor) -> Sequence[Contract]:
    """Contracts in force of the officer's units that nobody was asked to evaluate, the first to end first."""
    statement = (
        select(Contract)
        .outerjoin(Evaluation, Evaluation.contract_id == Contract.id)
        .where(
            Contract.unit_id.in_(actor.scopes(Role.PROGRAMME_OFFICER)),
            Contract.status == ContractStatus.ACTIVE,
            Evaluation.id.is_(None),
        )
        .order_by(Contract.ends_on, Contract.number)
        .limit(50)
    )
    return db.session.scalars(statement).all()


def evaluators(contract: Contract) -> list[UUID]:
    """Who can be asked: evaluators of the unit who do not belong to the organisation."""
    own = set(members(contract.party_id))
    return [user_id for user_id in holders(Role.EVALUATOR, contract.unit_id) if user_id not in own]


def marks(evaluation_id: UUID) -> dict[tuple[EvaluationGroup, Indicator], GroupMark]:
    """The marks that were typed in, by group and indicator (one query)."""
    rows = db.session.scalars(select(GroupMark).where(GroupMark.evaluation_id == evaluation_id))
    return {(row.group, Indicator(row.indicator)): row for row in rows}


def mark_values(evaluation_id: UUID) -> dict[tuple[EvaluationGroup, Indicator], Decimal]:
    """The marks as plain numbers."""
    return {key: row.value for key, row in marks(evaluation_id).items()}


def survey_of(evaluation_id: UUID, *, lock: bool = False) -> Survey | None:
    """The survey of an evaluation, if it was opened."""
    statement = select(Survey).where(Survey.evaluation_id == evaluation_id)
    return db.session.scalars(statement.with_for_update() if lock else statement).first()


def survey_view(survey: Survey) -> SurveyView:
    """The survey with everything counted (two queries)."""
    codes = db.session.execute(
        select(func.count(SurveyCode.id), func.count(SurveyCode.used_at)).where(
            SurveyCode.survey_id == survey.id
        )
    ).one()
    rows = db.session.scalars(select(SurveyAnswer).where(SurveyAnswer.survey_id == survey.id)).all()
    channels: dict[str, int] = {}
    for row in rows:
        channels[row.channel] = channels.get(row.channel, 0) + 1
    answers = [Answer(row.aware, row.took_part, row.satisfaction, row.comment) for row in rows]
    return SurveyView(survey, codes[0], codes[1], answers, channels)


def invitation(code_hash: str) -> tuple[SurveyCode, Survey, Contract]:
    """A code by its digest, with survey and contract; raises ``NotFound`` for an unknown one."""
    row = db.session.execute(
        select(SurveyCode, Survey, Contract)
        .join(Survey, Survey.id == SurveyCode.survey_id)
        .join(Evaluation, Evaluation.id == Survey.evaluation_id)
        .join(Contract, Contract.id == Evaluation.contract_id)
        .where(SurveyCode.code_hash == code_hash)
    ).first()
    if row is None:
        raise NotFound()
    return row[0], row[1], row[2]


def return_reason(evaluation: Evaluation) -> str:
    """Why the officer sent the result back last, empty when that never happened."""
    reasons = [e.data.get("reason", "") for e in history(evaluation) if e.action == "evaluation.send_back"]
    return str(reasons[-1]) if reasons else ""


def report_of(evaluation: Evaluation) -> StoredFile | None:
    """The evaluator's report."""
    return db.session.get(StoredFile, evaluation.report_id) if evaluation.report_id else None


def public_result(contract_id: UUID) -> tuple[Evaluation, Contract, Party]:
    """A final evaluation for everybody; raises ``NotFound`` before it is final."""
    evaluation = of_contract(contract_id)
    if evaluation is None or evaluation.status != EvaluationStatus.FINAL:
        raise NotFound()
    contract = get(Contract, contract_id)
    return evaluation, contract, get(Party, contract.party_id)


def closing_facts(contract: Contract) -> ClosingFacts:
    """What the closing of the project rests on, as it is now."""
    evaluation = of_contract(contract.id)
    rows = instalments(contract.id)
    ended = (InstalmentStatus.PAID, InstalmentStatus.CANCELLED)
    result = evaluation.result if evaluation and evaluation.result else {}
    return ClosingFacts(
        contract_active=contract.status == ContractStatus.ACTIVE,
        evaluation_final=evaluation is not None and evaluation.status == EvaluationStatus.FINAL,
        passed=bool(result.get("passed", False)),
        open_milestones=tuple(m.title for m in milestones(contract.id) if m.status != MilestoneStatus.MET),
        unpaid=sum((row.amount for row in rows if row.status not in ended), Money.ZERO),
        approved_unpaid=any(row.status == InstalmentStatus.APPROVED for row in rows),
        paid=paid_total(contract.id),
        spent=spent_total(contract.id),
        committed=balances(contract.id).get(AccountKind.COMMITTED, Money.ZERO),
    )
