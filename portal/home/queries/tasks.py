"""My work: for each role a few questions to the database, one query each, however many cases there are."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import func, or_, select

from portal.core import clock
from portal.core.db import db
from portal.core.outbox import Delivery
from portal.core.policy import Actor
from portal.home.queries import buyers, fees, organisations, register, reviewers
from portal.home.values import Task, TaskKind
from portal.parties.values import STAFF, Role

Question = Callable[[Actor, datetime], list[Task]]


SECOND = (Role.PROGRAMME_OFFICER, Role.PROGRAMME_APPROVER)  # who may be the second person of a decision
ACCOUNT_CHECKERS = (Role.PROGRAMME_OFFICER, Role.FINANCE_OFFICER, Role.CASHIER)
DRAWING = (*STAFF, Role.COMMUNITY_REPRESENTATIVE, Role.EVALUATOR)  # who may be one of the three of a draw


def _failed_work(actor: Actor, now: datetime) -> list[Task]:
    failed = db.session.scalar(
        select(func.count()).where(
            Delivery.done_at.is_(None), or_(Delivery.failed_at.is_not(None), Delivery.error.is_not(None))
        )
    )
    return [Task(TaskKind.REPAIR, None, str(failed))] if failed else []


QUESTIONS: tuple[tuple[Role, Question], ...] = (
    (Role.PROGRAMME_OFFICER, buyers.drafts),
    (Role.PROGRAMME_OFFICER, buyers.keys_to_prove),
    (Role.SUPERVISOR, buyers.keys_to_prove),
    (Role.FINANCE_OFFICER, buyers.appropriations),
    (Role.FINANCE_OFFICER, buyers.funds_to_confirm),
    (Role.PROGRAMME_OFFICER, buyers.questions),
    (Role.PROGRAMME_OFFICER, buyers.openings),
    (Role.PROGRAMME_OFFICER, buyers.eligibility),
    *((role, question) for role in SECOND for question in (register.checks_to_confirm, register.replies)),
    (Role.PROGRAMME_OFFICER, buyers.findings),
    (Role.PROGRAMME_OFFICER, buyers.panels_to_form),
    (Role.PROGRAMME_OFFICER, buyers.scoring_to_begin),
    (Role.PROGRAMME_OFFICER, buyers.scoring_to_close),
    (Role.PROGRAMME_OFFICER, buyers.awards_to_decide),
    (Role.PROGRAMME_OFFICER, buyers.awards_to_confirm),
    (Role.PROGRAMME_OFFICER, buyers.contracts_to_draw_up),
    (Role.PROGRAMME_OFFICER, buyers.challenges),
    (Role.PROGRAMME_OFFICER, buyers.reports),
    (Role.PROGRAMME_OFFICER, buyers.requests),
    (Role.PROGRAMME_OFFICER, buyers.evaluators_to_assign),
    (Role.PROGRAMME_OFFICER, buyers.evaluations_to_confirm),
    (Role.PROGRAMME_OFFICER, buyers.projects_to_close),
    (Role.PROGRAMME_OFFICER, buyers.verifications),
    (Role.PROGRAMME_OFFICER, register.changed_facts),
    *((role, register.appeals) for role in SECOND),
    *((role, register.accounts) for role in ACCOUNT_CHECKERS),
    (Role.PROGRAMME_APPROVER, buyers.approvals),
    (Role.PROGRAMME_APPROVER, buyers.publications),
    (Role.PROGRAMME_APPROVER, buyers.signatures),
    (Role.PROGRAMME_APPROVER, buyers.representatives_to_approve),
    (Role.FINANCE_OFFICER, buyers.payments_to_approve),
    (Role.CASHIER, buyers.payments_to_make),
    (Role.PROGRAMME_OFFICER, fees.to_propose),
    (Role.PROGRAMME_OFFICER, fees.to_correct),
    (Role.FINANCE_OFFICER, fees.to_approve),
    (Role.CASHIER, fees.to_pay),
    (Role.SUPERVISOR, buyers.openings_to_witness),
    (Role.SUPERVISOR, buyers.draws_to_allow),
    (Role.EVALUATOR, reviewers.evaluations),
    (Role.EXPERT, reviewers.invitations),
    (Role.EXPERT, reviewers.open_sheets),
    (Role.EXPERT, reviewers.questions_to_pass_on),
    (Role.EXPERT, reviewers.sheets_to_sign),
    (Role.EXPERT, fees.accounts_to_give),
    (Role.ORG_OWNER, organisations.questions_of_panels),
    (Role.ORG_DRAFTER, organisations.questions_of_panels),
    (Role.ORG_OWNER, organisations.signatures),
    (Role.ORG_OWNER, organisations.refused),
    (Role.ORG_OWNER, organisations.missing_accounts),
    (Role.ORG_OWNER, organisations.drafts),
    (Role.ORG_DRAFTER, organisations.drafts),
    (Role.ORG_OWNER, register.drafts_to_approve),
    (Role.ORG_APPROVER, register.drafts_to_approve),
    (Role.ORG_OWNER, register.papers_asked_for),
    (Role.ORG_DRAFTER, register.papers_asked_for),
    (Role.ORG_OWNER, register.papers_that_expire),
    (Role.ORG_FINANCE, register.papers_that_expire),
    (Role.ORG_OWNER, organisations.milestones),
    (Role.ORG_DRAFTER, organisations.milestones),
    (Role.ORG_OWNER, organisations.instalments),
    (Role.ORG_FINANCE, organisations.instalments),
    (Role.ADMINISTRATOR, _failed_work),
    *(
        (role, question)
        for role in DRAWING
        for question in (buyers.strings_to_lodge, buyers.strings_to_reveal)
    ),
)


def tasks(actor: Actor) -> list[Task]:
    """What waits for the actor: dated tasks first, the earliest on top. One query for each question."""
    now = clock.now()
    asked = dict.fromkeys(question for role, question in QUESTIONS if actor.holds(role))
    found = [task for question in asked for task in question(actor, now)]
    return sorted(found, key=lambda task: (task.due is None, task.due or now))
