"""Closing a project: money back, contract ended, track record written, result published."""

from uuid import UUID

from portal.budgets import services as budgets
from portal.budgets.values import AccountKind
from portal.contracts import services as contracts
from portal.contracts.models import Contract
from portal.core import audit, outbox
from portal.core.db import db, get, use_case
from portal.core.errors import Invalid
from portal.core.money import Money
from portal.core.policy import Actor, require
from portal.evaluation import queries, rules
from portal.evaluation.models import Evaluation
from portal.evaluation.policies import may_close_project
from portal.evaluation.values import Closing
from portal.notices import services as notices
from portal.notices.values import NoticeKind
from portal.parties import services as parties
from portal.parties.models import Party
from portal.payments import services as payments

PORTAL = Actor.system("closing")
"""Posts what follows from the closing; who may close was checked before."""


@use_case
def close_project(*, actor: Actor, contract_id: UUID, cancel_unpaid: bool = False) -> Contract:
    """Close the project of a contract.

    Cancels what is not paid (after a failed evaluation, or with ``cancel_unpaid``), releases what stays committed to
    the programme, returns unspent money (paid − spent), ends the contract, writes the organisation's track record
    and publishes the closing. Emits ``project.closed``. Raises ``Invalid`` with everything that is missing.
    """
    contract = get(Contract, contract_id, lock=True)
    require(may_close_project, actor, contract)
    facts = queries.closing_facts(contract)
    plan = rules.close(facts, cancel_unpaid=cancel_unpaid)
    if plan.problems:
        raise Invalid(*plan.problems)
    if plan.cancelled:
        payments.cancel_rest(actor=actor, contract_id=contract.id)
    _move_money(contract, plan)
    contracts.finish(actor=actor, contract_id=contract.id)
    evaluation = queries.of_contract(contract.id)
    assert evaluation is not None  # noqa: S101 - it is final
    parties.add_track_entry(
        actor=PORTAL, party_id=contract.party_id, kind="evaluation", title=contract.title, reference=contract.number,
        stars=evaluation.stars, data=_record(evaluation, plan),
    )  # fmt: skip
    notices.publish_notice(
        actor=PORTAL, kind=NoticeKind.EVALUATION, unit_id=contract.unit_id, tender_id=contract.tender_id,
        subject_id=contract.id, title=f"{contract.title}结项公告",
        content=rules.closing_notice(
            contract.number, get(Party, contract.party_id).name, facts, plan, evaluation.stars or 0
        ),
    )  # fmt: skip
    audit.record(
        "contract.close_project", contract, actor, paid=facts.paid, spent=facts.spent, returned=plan.returned,
        released=plan.released, cancelled=plan.cancelled,
    )  # fmt: skip
    outbox.emit("project.closed", contract_id=contract.id)
    return contract


def _move_money(contract: Contract, plan: Closing) -> None:
    if plan.released:
        budgets.release(
            actor=PORTAL, from_kind=AccountKind.COMMITTED, subject_id=contract.id, programme_id=contract.programme_id,
            fund_source_id=contract.fund_source_id, amount=plan.released, reference=f"closing:{contract.id}:release",
            memo=f"{contract.number} 结项释放未支付资金",
        )  # fmt: skip
    if plan.returned > Money.ZERO:
        budgets.return_money(
            actor=PORTAL, contract_id=contract.id, programme_id=contract.programme_id,
            fund_source_id=contract.fund_source_id, amount=plan.returned, reference=f"closing:{contract.id}:return",
        )  # fmt: skip
    db.session.flush()


def _record(evaluation: Evaluation, plan: Closing) -> dict[str, str]:
    result = evaluation.result or {}
    return {
        "score": str(result.get("score", "")),
        "grade": str(result.get("grade", "")),
        "returned": str(plan.returned.yuan),
        "cancelled": str(plan.cancelled.yuan),
    }
