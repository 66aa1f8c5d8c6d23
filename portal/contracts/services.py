"""Use cases of contracts: draw up, sign, cancel, finish."""

from typing import Any
from uuid import UUID

from portal.accounts import services as accounts
from portal.awards import services as awards
from portal.awards.models import Award
from portal.awards.values import AwardStatus
from portal.bids import queries as bids
from portal.bids.models import Bid
from portal.budgets import queries as budget_queries
from portal.budgets import services as budgets
from portal.budgets.models import FundSource, Programme
from portal.budgets.values import AccountKind
from portal.contracts import queries, rules
from portal.contracts.models import Contract, ContractLine, Signature
from portal.contracts.policies import (
    may_cancel_contract,
    may_draw_up_contract,
    may_finish_contract,
    may_sign_as_buyer,
    may_sign_as_supplier,
)
from portal.contracts.values import Basis, BudgetLine, ContractStatus, Project, Side, Supplier
from portal.contracts.workflow import CHALLENGED, CONTRACT, PAPER_MISSING
from portal.core import audit, clock, outbox
from portal.core.db import add, db, get, use_case
from portal.core.errors import Invalid, InvalidTransition, problem
from portal.core.numbers import next_number
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.notices import services as notices
from portal.notices.models import Notice
from portal.notices.values import NoticeKind
from portal.parties.models import Party, Unit
from portal.tenders.models import BudgetHead, Tender

MAY_SIGN = {Side.BUYER: may_sign_as_buyer, Side.SUPPLIER: may_sign_as_supplier}


@use_case
def draw_up(*, actor: Actor, award_id: UUID) -> Contract:
    """Draw up the contract of a final award: number, frozen terms and their digest, budget lines.

    The lines are the proposal's, scaled to the awarded amount by largest remainder. Emits
    ``contract.drawn_up``, from which the paper is made. An award that has its contract already gives that one.
    Raises ``Invalid`` while the award is not final or a challenge is open (government procurement law, article 46: a contract follows
    the award).
    """
    award = get(Award, award_id, lock=True)
    tender = get(Tender, award.tender_id)
    require(may_draw_up_contract, actor, tender.unit_id)
    earlier = queries.contract_of_award(award_id)
    if earlier:
        return earlier
    if award.status != AwardStatus.ACTIVE:
        raise Invalid(problem(N_("The award is not final yet. A contract follows the public notice.")))
    if award.paused:
        raise Invalid(CHALLENGED)
    if tender.project_starts_on is None or tender.project_ends_on is None:
        raise Invalid(problem(N_("The call does not say when the project starts and ends.")))
    programme = get(Programme, tender.programme_id)
    today = clock.today()
    series = f"HT-{today.year}"
    number = f"{series}-{next_number(series):04d}"
    starts_on, ends_on = rules.term(tender.project_starts_on, tender.project_ends_on, today)
    project, lines = _proposal(award, tender)
    terms = rules.build_terms(
        number=number, drawn_up_on=today, starts_on=starts_on, ends_on=ends_on, amount=award.amount,
        buyer=get(Unit, tender.unit_id).name, supplier=_supplier(get(Party, award.party_id)),
        basis=_basis(tender, award, get(FundSource, programme.fund_source_id)), project=project, lines=lines,
        milestones=queries.planned_milestones(tender.id, starts_on),
        instalments=queries.planned_instalments(tender.id, award.amount),
    )  # fmt: skip
    contract = add(
        Contract(
            number=number, award_id=award.id, tender_id=tender.id, lot_id=award.lot_id, party_id=award.party_id,
            unit_id=tender.unit_id, programme_id=programme.id, fund_source_id=programme.fund_source_id,
            title=project.title, amount=award.amount, starts_on=starts_on, ends_on=ends_on,
            terms=terms, terms_digest=rules.terms_digest(terms), created_at=clock.now(), created_by=actor.user_id,
        )
    )  # fmt: skip
    for position, line in enumerate(lines, start=1):
        add(
            ContractLine(
                contract_id=contract.id, position=position, head_code=line.head_code, head_title=line.head_title,
                content=line.content, amount=line.amount,
            )
        )  # fmt: skip
    audit.record("contract.draw_up", contract, actor, amount=contract.amount, digest=contract.terms_digest)
    outbox.emit("contract.drawn_up", contract_id=contract.id)
    return contract


def _proposal(award: Award, tender: Tender) -> tuple[Project, list[BudgetLine]]:
    content = bids.content(get(Bid, award.bid_id))
    heads = {head.code: head.title for head in db.session.query(BudgetHead).filter_by(tender_id=tender.id)}
    asked = [
        BudgetLine(line.head_code, heads.get(line.head_code, line.head_code), line.content, line.requested)
        for line in content.lines
        if line.requested
    ]
    project = Project(
        title=content.title, beneficiaries=content.beneficiaries,
        **{code: content.text(code) for code in ("target_group", "goals", "activities", "team", "risk")},
    )  # fmt: skip
    return project, rules.scale_lines(asked, award.amount)


def _supplier(party: Party) -> Supplier:
    return Supplier(
        name=party.name, code=party.code, legal_representative=party.legal_representative, address=party.address,
        contact_name=party.contact_name, contact_phone=party.contact_phone, bank_name=party.bank_name,
        bank_account=party.bank_account,
    )  # fmt: skip


def _basis(tender: Tender, award: Award, fund: FundSource) -> Basis:
    return Basis(
        tender_number=tender.number, tender_title=tender.title, notice_number=get(Notice, award.notice_id).number,
        field=tender.field, area=tender.area, fund_name=fund.name, fund_restriction=fund.restriction,
    )  # fmt: skip


@use_case
def sign(*, actor: Actor, contract_id: UUID, side: Side, password: str) -> Contract:
    """Sign the digest of the terms for one side, after asking for the password again; the order is free.

    The second signature brings the contract into force: the money moves from reserved to committed, what no
    award of the call needs any more is released, the contract notice is published, ``contract.signed`` is
    emitted. Signing twice has one effect. Raises ``Invalid`` while the paper is not made, while a challenge is open
    (Implementing Regulation, article 54), or for a wrong password, ``InvalidTransition`` when the contract is not waiting for signatures.
    """
    contract = get(Contract, contract_id, lock=True)
    require(MAY_SIGN[side], actor, contract)
    signed = queries.signatures(contract.id)
    if side in signed:
        return contract
    if contract.status != ContractStatus.PENDING:
        raise InvalidTransition("sign", str(contract.status))
    if contract.pdf_id is None:
        raise Invalid(PAPER_MISSING)
    if get(Award, contract.award_id).paused:
        raise Invalid(CHALLENGED)
    accounts.check_own_password(actor=actor, password=password)
    now = clock.now()
    add(
        Signature(
            contract_id=contract.id, side=side, user_id=actor.user_id, name=actor.name, signed_at=now,
            digest=contract.terms_digest,
        )
    )  # fmt: skip
    audit.record("contract.sign", contract, actor, side=str(side), digest=contract.terms_digest)
    outbox.emit("contract.side_signed", contract_id=contract.id, side=str(side))
    if {*signed, side} == set(Side):
        _bring_into_force(contract, actor)
    return contract


def _bring_into_force(contract: Contract, actor: Actor) -> None:
    CONTRACT.apply("activate", contract, actor, clock.now())
    db.session.flush()
    budgets.commit(
        actor=actor, contract_id=contract.id, tender_id=contract.tender_id,
        fund_source_id=contract.fund_source_id, amount=contract.amount,
    )  # fmt: skip
    _release_unneeded(contract, actor)
    _publish(contract, actor)
    outbox.emit("contract.signed", contract_id=contract.id)


def _release_unneeded(contract: Contract, actor: Actor) -> None:
    """Give back what the call had reserved and no award needs any more."""
    reserved = budget_queries.balances(contract.tender_id)[AccountKind.RESERVED]
    rest = rules.rest_to_release(reserved, queries.amounts_still_needed(contract.tender_id))
    if rest:
        budgets.release(
            actor=actor, from_kind=AccountKind.RESERVED, subject_id=contract.tender_id,
            programme_id=contract.programme_id, fund_source_id=contract.fund_source_id, amount=rest,
            reference=f"contract:{contract.id}:release", memo=N_("Not needed by any award"),
        )  # fmt: skip


def _publish(contract: Contract, actor: Actor) -> None:
    names = queries.parties(contract)
    rows: list[list[Any]] = [
        ["合同编号", contract.number],
        ["项目名称", contract.title],
        ["甲方（购买主体）", names.buyer],
        ["乙方（承接主体）", names.supplier],
        ["合同金额", f"人民币{contract.amount.capitals()}（{contract.amount.format()} 元）"],
        ["履行期限", f"{contract.starts_on:%Y-%m-%d} 至 {contract.ends_on:%Y-%m-%d}"],
        ["合同文本摘要（SHA-256）", contract.terms_digest],
    ]
    notices.publish_notice(
        actor=actor, kind=NoticeKind.CONTRACT, unit_id=contract.unit_id, tender_id=contract.tender_id,
        subject_id=contract.id, title=f"{contract.title}合同公告",
        content=[{"text": "甲乙双方已签署合同，现将主要内容公告如下。"}, {"table": {"head": ["事项", "内容"], "rows": rows}}],
    )  # fmt: skip


@use_case
def cancel(*, actor: Actor, contract_id: UUID, reason: str) -> Contract:
    """Give a contract up before both sides have signed: its award ends, its money becomes available again.

    The next rank may be awarded then, or the need be called anew (GPR art. 49).

    Raises ``Invalid`` without a reason, ``InvalidTransition`` once the contract is in force.
    """
    contract = get(Contract, contract_id, lock=True)
    require(may_cancel_contract, actor, contract)
    CONTRACT.apply("cancel", contract, actor, clock.now(), reason=reason)
    awards.give_up(actor=actor, award_id=contract.award_id, reason=reason)
    db.session.flush()
    _release_unneeded(contract, actor)
    outbox.emit("contract.cancelled", contract_id=contract.id, reason=reason)
    return contract


@use_case
def finish(*, actor: Actor, contract_id: UUID) -> Contract:
    """End a contract whose project is closed. Raises ``InvalidTransition`` unless it is in force."""
    contract = get(Contract, contract_id, lock=True)
    require(may_finish_contract, actor, contract)
    CONTRACT.apply("finish", contract, actor, clock.now())
    return contract
