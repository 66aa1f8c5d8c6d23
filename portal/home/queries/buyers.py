"""What waits for the people of the buyers: officers, approvers, finance, cashiers, supervisors."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, select
from sqlalchemy.sql.elements import ColumnElement

from portal.awards.models import Award
from portal.awards.values import AwardStatus
from portal.bids.models import Bid
from portal.bids.values import BidStatus
from portal.budgets.models import Account, Confirmation, FundSource, Programme
from portal.budgets.values import ConfirmationStatus
from portal.challenges.models import Challenge
from portal.challenges.values import ChallengeStatus
from portal.contracts.models import Contract, Signature
from portal.contracts.values import ContractStatus, Side
from portal.core.clock import local
from portal.core.policy import Actor
from portal.evaluation.models import Evaluation
from portal.evaluation.values import EvaluationStatus
from portal.home.queries.asking import ask
from portal.home.queries.reviewers import unlocked_sheets
from portal.home.values import Task, TaskKind
from portal.implementation.models import Milestone, Report
from portal.implementation.values import MilestoneStatus
from portal.panels import queries as panels
from portal.panels.models import Panel, PanelDraw, Seat
from portal.panels.values import DrawStatus, PanelStatus, SeatStatus
from portal.parties.models import Party
from portal.parties.values import PartyStatus, Role
from portal.payments.models import Instalment
from portal.payments.values import InstalmentStatus
from portal.qualification.models import EligibilityCheck
from portal.screening.models import ScreeningFinding
from portal.screening.values import Review
from portal.tenders.models import Question, SealHolder, Tender
from portal.tenders.values import TenderStatus


def _units(actor: Actor, role: Role) -> ColumnElement[bool]:
    return Tender.unit_id.in_(actor.scopes(role))


def _calls(actor: Actor, role: Role, *conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return select(Tender.id, Tender.title).where(_units(actor, role), *conditions).order_by(Tender.created_at)


def _running(actor: Actor, *conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return _calls(actor, Role.PROGRAMME_OFFICER, Tender.status == TenderStatus.ACTIVE, *conditions)


def drafts(actor: Actor, now: datetime) -> list[Task]:
    """Own drafts of calls."""
    mine = Tender.drafted_by == actor.user_id
    statement = _calls(actor, Role.PROGRAMME_OFFICER, Tender.status == TenderStatus.DRAFT, mine)
    return ask(TaskKind.FINISH_DRAFT, statement)


def approvals(actor: Actor, now: datetime) -> list[Task]:
    """Calls that somebody else submitted for approval."""
    others = Tender.drafted_by != actor.user_id
    statement = _calls(actor, Role.PROGRAMME_APPROVER, Tender.status == TenderStatus.SUBMITTED, others)
    return ask(TaskKind.APPROVE_CALL, statement)


def publications(actor: Actor, now: datetime) -> list[Task]:
    """Approved calls that somebody else drafted."""
    others = Tender.drafted_by != actor.user_id
    statement = _calls(actor, Role.PROGRAMME_APPROVER, Tender.status == TenderStatus.APPROVED, others)
    return ask(TaskKind.PUBLISH_CALL, statement)


def keys_to_prove(actor: Actor, now: datetime) -> list[Task]:
    """Calls before publication whose key this person holds and has not proved."""
    before = (TenderStatus.DRAFT, TenderStatus.SUBMITTED, TenderStatus.APPROVED)
    statement = select(Tender.id, Tender.title).join(SealHolder, SealHolder.tender_id == Tender.id)
    mine = (SealHolder.user_id == actor.user_id, SealHolder.proved_at.is_(None), Tender.status.in_(before))
    return ask(TaskKind.PROVE_KEY, statement.where(*mine).order_by(Tender.created_at))


def questions(actor: Actor, now: datetime) -> list[Task]:
    """Open calls about which somebody asked."""
    waiting = exists().where(Question.tender_id == Tender.id, Question.answered_at.is_(None))
    return ask(TaskKind.ANSWER_QUESTIONS, _running(actor, waiting, Tender.deadline_at > now))


def appropriations(actor: Actor, now: datetime) -> list[Task]:
    """Programmes on the unit's funds to which no money was given yet."""
    funded = exists().where(Account.subject_id == Programme.id)
    statement = select(Programme.id, Programme.name).join(
        FundSource, FundSource.id == Programme.fund_source_id
    )
    theirs = FundSource.unit_id.in_(actor.scopes(Role.FINANCE_OFFICER))
    return ask(TaskKind.APPROPRIATE, statement.where(theirs, ~funded).order_by(Programme.name))


def funds_to_confirm(actor: Actor, now: datetime) -> list[Task]:
    """Calls handed in by others whose funds finance has not confirmed."""
    theirs = Confirmation.unit_id.in_(actor.scopes(Role.FINANCE_OFFICER))
    others = Confirmation.requested_by.is_distinct_from(actor.user_id)
    statement = select(Confirmation.id, Confirmation.title).where(
        theirs, others, Confirmation.status == ConfirmationStatus.REQUESTED
    )
    return ask(TaskKind.CONFIRM_FUNDS, statement.order_by(Confirmation.requested_at))


def _to_open(actor: Actor, role: Role, now: datetime) -> list[Task]:
    conditions = (Tender.status == TenderStatus.ACTIVE, Tender.opened_at.is_(None), Tender.deadline_at <= now)
    holds_key = exists().where(SealHolder.tender_id == Tender.id, SealHolder.user_id == actor.user_id)
    statement = select(Tender.id, Tender.title, Tender.deadline_at).where(
        _units(actor, role), holds_key, *conditions
    )
    return ask(TaskKind.OPEN_BIDS, statement.order_by(Tender.deadline_at))


def openings(actor: Actor, now: datetime) -> list[Task]:
    """Calls past their deadline that are not opened and whose key this officer holds."""
    return _to_open(actor, Role.PROGRAMME_OFFICER, now)


def openings_to_witness(actor: Actor, now: datetime) -> list[Task]:
    """The same for the supervisor, who opens together with the officer."""
    return _to_open(actor, Role.SUPERVISOR, now)


def _unchecked() -> ColumnElement[bool]:
    return exists().where(Bid.tender_id == Tender.id, Bid.status == BidStatus.PENDING)


def eligibility(actor: Actor, now: datetime) -> list[Task]:
    """Opened calls with proposals that nobody checked, or whose check came back."""
    found = exists().where(EligibilityCheck.bid_id == Bid.id, EligibilityCheck.returned_reason == "")
    unfound = exists().where(Bid.tender_id == Tender.id, Bid.status == BidStatus.PENDING, ~found)
    return ask(TaskKind.CHECK_ELIGIBILITY, _running(actor, Tender.opened_at.is_not(None), unfound))


def findings(actor: Actor, now: datetime) -> list[Task]:
    """Opened calls in which the comparison of proposals found something that nobody looked at."""
    unseen = exists().where(ScreeningFinding.tender_id == Tender.id, ScreeningFinding.status == Review.OPEN)
    return ask(TaskKind.WEIGH_FINDINGS, _running(actor, unseen))


def panels_to_form(actor: Actor, now: datetime) -> list[Task]:
    """Calls whose proposals are all checked and that have no panel."""
    seated = exists().where(Panel.tender_id == Tender.id)
    return ask(TaskKind.FORM_PANEL, _running(actor, Tender.opened_at.is_not(None), ~_unchecked(), ~seated))


def _panels(
    actor: Actor, role: Role, status: PanelStatus, key: Any, *conditions: ColumnElement[bool]
) -> Select[*tuple[Any, ...]]:
    return (
        select(key, Tender.title)
        .join_from(Panel, Tender, Tender.id == Panel.tender_id)
        .where(_units(actor, role), Tender.status == TenderStatus.ACTIVE, Panel.status == status, *conditions)
        .order_by(Panel.frozen_at)
    )


def strings_to_lodge(actor: Actor, now: datetime) -> list[Task]:
    """Draws that wait for the actor's commitment."""
    return ask(TaskKind.LODGE_STRING, panels.strings_wanted(actor, DrawStatus.COMMITTING))


def strings_to_reveal(actor: Actor, now: datetime) -> list[Task]:
    """Draws that wait for the string behind the actor's commitment."""
    return ask(TaskKind.REVEAL_STRING, panels.strings_wanted(actor, DrawStatus.REVEALING))


def draws_to_allow(actor: Actor, now: datetime) -> list[Task]:
    """Panels whose last draw was void and that have no reason for the next."""
    running = exists().where(PanelDraw.panel_id == Panel.id, PanelDraw.status != DrawStatus.VOID)
    statement = _panels(
        actor, Role.SUPERVISOR, PanelStatus.FROZEN, Tender.id, ~running, Panel.redraw_reason.is_(None)
    )
    return ask(TaskKind.ALLOW_DRAW, statement)


def representatives_to_approve(actor: Actor, now: datetime) -> list[Task]:
    """Drawn panels for which somebody else named a representative of the buyer."""
    named = (Panel.representative_id.is_not(None), Panel.representative_approved_by.is_(None))
    apart = (Panel.representative_id != actor.user_id, Panel.representative_by != actor.user_id)
    statement = _panels(actor, Role.PROGRAMME_APPROVER, PanelStatus.SEATED, Tender.id, *named, *apart)
    return ask(TaskKind.APPROVE_REPRESENTATIVE, statement)


def scoring_to_begin(actor: Actor, now: datetime) -> list[Task]:
    """Drawn panels in which no answer is missing."""
    waiting = exists().where(Seat.panel_id == Panel.id, Seat.status == SeatStatus.INVITED)
    return ask(
        TaskKind.BEGIN_SCORING,
        _panels(actor, Role.PROGRAMME_OFFICER, PanelStatus.SEATED, Tender.id, ~waiting),
    )


def scoring_to_close(actor: Actor, now: datetime) -> list[Task]:
    """Panels whose sheets are all locked and signed."""
    unsigned = exists().where(
        Seat.panel_id == Panel.id,
        Seat.status == SeatStatus.ACCEPTED,
        Seat.signed_at.is_(None),
        Seat.refused_at.is_(None),
    )
    statement = _panels(
        actor, Role.PROGRAMME_OFFICER, PanelStatus.SCORING, Panel.id, ~unlocked_sheets(), ~unsigned
    )
    return ask(TaskKind.CLOSE_PANEL, statement)


def awards_to_decide(actor: Actor, now: datetime) -> list[Task]:
    """Calls with a fixed ranking and no award."""
    closed = exists().where(Panel.tender_id == Tender.id, Panel.status == PanelStatus.CLOSED)
    decided = exists().where(Award.tender_id == Tender.id)
    return ask(TaskKind.DECIDE_AWARD, _running(actor, closed, ~decided))


def awards_to_confirm(actor: Actor, now: datetime) -> list[Task]:
    """Awards whose notice period is over and that nobody challenges."""
    over = exists().where(
        Award.tender_id == Tender.id, Award.status == AwardStatus.PENDING, Award.notice_ends_on < local(now).date()
    )  # fmt: skip
    challenged = exists().where(Challenge.tender_id == Tender.id, Challenge.status == ChallengeStatus.FILED)
    return ask(TaskKind.CONFIRM_AWARD, _running(actor, over, ~challenged))


def contracts_to_draw_up(actor: Actor, now: datetime) -> list[Task]:
    """Final awards without a contract."""
    drawn_up = exists().where(Contract.award_id == Award.id)
    final = exists().where(Award.tender_id == Tender.id, Award.status == AwardStatus.ACTIVE, ~drawn_up)
    return ask(TaskKind.DRAW_UP_CONTRACT, _calls(actor, Role.PROGRAMME_OFFICER, final))


def challenges(actor: Actor, now: datetime) -> list[Task]:
    """Challenges that wait for an answer."""
    return ask(
        TaskKind.ANSWER_CHALLENGE,
        select(Challenge.id, Tender.title, Challenge.answer_due_on)
        .join(Tender, Tender.id == Challenge.tender_id)
        .where(_units(actor, Role.PROGRAMME_OFFICER), Challenge.status == ChallengeStatus.FILED)
        .order_by(Challenge.answer_due_on),
    )


def reports(actor: Actor, now: datetime) -> list[Task]:
    """Reports that wait for acceptance."""
    return ask(
        TaskKind.ACCEPT_REPORT,
        select(Milestone.id, Contract.title + " · " + Milestone.title)
        .join(Contract, Contract.id == Milestone.contract_id)
        .join(Report, Report.milestone_id == Milestone.id)
        .where(Contract.unit_id.in_(actor.scopes(Role.PROGRAMME_OFFICER)), Report.accepted.is_(None))
        .order_by(Report.submitted_at),
    )


def _instalments(kind: TaskKind, actor: Actor, role: Role, status: InstalmentStatus) -> list[Task]:
    return ask(
        kind,
        select(Instalment.id, Contract.title)
        .join(Contract, Contract.id == Instalment.contract_id)
        .where(Contract.unit_id.in_(actor.scopes(role)), Instalment.status == status)
        .order_by(Instalment.requested_at),
    )


def requests(actor: Actor, now: datetime) -> list[Task]:
    """Instalments that organisations ask for."""
    return _instalments(TaskKind.ACCEPT_REQUEST, actor, Role.PROGRAMME_OFFICER, InstalmentStatus.REQUESTED)


def payments_to_approve(actor: Actor, now: datetime) -> list[Task]:
    """Instalments that the officer accepted."""
    return _instalments(TaskKind.APPROVE_PAYMENT, actor, Role.FINANCE_OFFICER, InstalmentStatus.ACCEPTED)


def payments_to_make(actor: Actor, now: datetime) -> list[Task]:
    """Instalments that finance approved."""
    return _instalments(TaskKind.PAY, actor, Role.CASHIER, InstalmentStatus.APPROVED)


def _contracts(actor: Actor, role: Role, *columns: Any) -> Select[*tuple[Any, ...]]:
    return select(*columns).where(Contract.unit_id.in_(actor.scopes(role))).order_by(Contract.created_at)


def signatures(actor: Actor, now: datetime) -> list[Task]:
    """Contracts that the buyer has not signed."""
    signed = exists().where(Signature.contract_id == Contract.id, Signature.side == Side.BUYER)
    statement = _contracts(actor, Role.PROGRAMME_APPROVER, Contract.id, Contract.title)
    ready = (Contract.status == ContractStatus.PENDING, Contract.pdf_id.is_not(None), ~signed)
    return ask(TaskKind.SIGN_FOR_BUYER, statement.where(*ready))


def evaluators_to_assign(actor: Actor, now: datetime) -> list[Task]:
    """Contracts in force whose milestones are all met and that nobody evaluates."""
    unmet = exists().where(Milestone.contract_id == Contract.id, Milestone.status != MilestoneStatus.MET)
    planned = exists().where(Milestone.contract_id == Contract.id)
    assigned = exists().where(Evaluation.contract_id == Contract.id)
    statement = _contracts(actor, Role.PROGRAMME_OFFICER, Contract.id, Contract.title)
    in_force = Contract.status == ContractStatus.ACTIVE
    return ask(TaskKind.ASSIGN_EVALUATOR, statement.where(in_force, planned, ~unmet, ~assigned))


def _evaluations(actor: Actor, status: EvaluationStatus) -> Select[*tuple[Any, ...]]:
    statement = _contracts(actor, Role.PROGRAMME_OFFICER, Evaluation.id, Contract.title)
    return statement.join(Evaluation, Evaluation.contract_id == Contract.id).where(
        Evaluation.status == status
    )


def evaluations_to_confirm(actor: Actor, now: datetime) -> list[Task]:
    """Evaluations that the evaluator submitted."""
    return ask(TaskKind.CONFIRM_EVALUATION, _evaluations(actor, EvaluationStatus.SUBMITTED))


def projects_to_close(actor: Actor, now: datetime) -> list[Task]:
    """Contracts with a final evaluation and no instalment left."""
    settled = (InstalmentStatus.PAID, InstalmentStatus.CANCELLED)
    unpaid = exists().where(Instalment.contract_id == Contract.id, Instalment.status.not_in(settled))
    statement = _evaluations(actor, EvaluationStatus.FINAL)
    return ask(TaskKind.CLOSE_PROJECT, statement.where(Contract.status == ContractStatus.ACTIVE, ~unpaid))


def verifications(actor: Actor, now: datetime) -> list[Task]:
    """Organisations of the district that wait for verification."""
    theirs: set[UUID] = actor.scopes(Role.PROGRAMME_OFFICER)
    return ask(
        TaskKind.VERIFY_PARTY,
        select(Party.id, Party.name)
        .where(Party.unit_id.in_(theirs), Party.status == PartyStatus.REGISTERED)
        .order_by(Party.registered_at),
    )
