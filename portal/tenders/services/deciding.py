"""Submit, approve, return and publish a call: two people, and everything frozen at publication."""

from uuid import UUID

from portal.budgets import queries as budget_queries
from portal.budgets import services as budgets
from portal.core import clock, outbox, search
from portal.core.config import settings
from portal.core.db import db, use_case
from portal.core.errors import Invalid
from portal.core.policy import Actor, require
from portal.notices import services as notices
from portal.notices.values import NoticeKind
from portal.procedures import queries as procedures
from portal.tenders import queries, rules
from portal.tenders.models import Tender
from portal.tenders.policies import may_decide_tender, may_draft_tender
from portal.tenders.services.form import freeze_form
from portal.tenders.services.keys import seal_lots
from portal.tenders.services.papers import call_notice
from portal.tenders.values import TenderStatus
from portal.tenders.workflow import TENDER


@use_case
def submit_tender(*, actor: Actor, tender_id: UUID) -> Tender:
    """Hand a complete and lawful draft to the approver; raises ``Invalid`` with everything that is not.

    Emits ``tender.submitted``.
    """
    tender = queries.full_for_update(tender_id)
    require(may_draft_tender, actor, tender)
    if tender.status == TenderStatus.DRAFT:
        _require_complete(tender)
    TENDER.apply("submit", tender, actor, clock.now())
    _ask_finance(actor, tender)
    outbox.emit("tender.submitted", tender_id=tender.id)
    return tender


def _ask_finance(actor: Actor, tender: Tender) -> None:
    """Ask finance to confirm the funds of the years in which the project runs."""
    first = tender.project_starts_on or clock.today()
    budgets.request_confirmation(
        actor=actor, tender_id=tender.id, programme_id=tender.programme_id, title=tender.title, amount=tender.budget,
        first_year=first.year, last_year=(tender.project_ends_on or first).year,
    )  # fmt: skip


@use_case
def discard_tender(*, actor: Actor, tender_id: UUID) -> Tender:
    """Give a draft up; it stays in the records and is offered nowhere any more."""
    tender = queries.full_for_update(tender_id)
    require(may_draft_tender, actor, tender)
    TENDER.apply("discard", tender, actor, clock.now())
    return tender


@use_case
def approve_tender(*, actor: Actor, tender_id: UUID) -> Tender:
    """Approve a submitted call; whoever wrote in it may not. Emits ``tender.approved``."""
    tender = queries.full_for_update(tender_id)
    require(may_decide_tender, actor, tender)
    if tender.status == TenderStatus.SUBMITTED:
        _require_complete(tender)
    TENDER.apply("approve", tender, actor, clock.now())
    tender.approved_by = actor.user_id
    outbox.emit("tender.approved", tender_id=tender.id)
    return tender


@use_case
def return_tender(*, actor: Actor, tender_id: UUID, reason: str | None) -> Tender:
    """Give a call back to its officer with a reason. Emits ``tender.returned``."""
    tender = queries.full_for_update(tender_id)
    require(may_decide_tender, actor, tender)
    TENDER.apply("return", tender, actor, clock.now(), reason=reason)
    tender.approved_by = tender.approved_at = None
    outbox.emit("tender.returned", tender_id=tender.id, reason=reason)
    return tender


@use_case
def publish_tender(*, actor: Actor, tender_id: UUID) -> Tender:
    """Publish an approved call: freeze procedure and scheme, seal the lots, reserve the money, announce it.

    The day of publication becomes the first day of the documents; the period for proposals is checked against
    it. Raises ``Invalid`` with every problem, among them keys not proved, too little money and funds not confirmed. Emits
    ``tender.published``.
    """
    tender = queries.full_for_update(tender_id)
    require(may_decide_tender, actor, tender)
    now = clock.now()
    if tender.status == TenderStatus.APPROVED:
        tender.documents_from = clock.today()
        _require_complete(tender, publishing=True)
    TENDER.apply("publish", tender, actor, now)
    procedure = procedures.procedure(tender.procedure, clock.today())
    tender.procedure_frozen, tender.procedure_digest = dict(procedure.content), procedure.digest
    freeze_scheme(tender)
    freeze_form(tender)
    seal_lots(tender)
    programme = budget_queries.get_programme(actor, tender.programme_id)
    budgets.reserve(
        actor=actor, tender_id=tender.id, programme_id=programme.id, fund_source_id=programme.fund_source_id, amount=tender.budget
    )  # fmt: skip
    notices.publish_notice(
        actor=actor, kind=NoticeKind.CALL, unit_id=tender.unit_id, tender_id=tender.id, subject_id=tender.id, title=tender.title,
        content=call_notice(tender, procedure), first_day=clock.today(), last_day=clock.local(tender.deadline_at).date() if tender.deadline_at else None,
    )  # fmt: skip
    db.session.flush()
    search.index(Tender.__tablename__, tender.id, *queries.words_of(tender))
    outbox.emit("tender.published", tender_id=tender.id)
    return tender


def freeze_scheme(tender: Tender) -> None:
    """Keep the SHA-256 of the rubric, and of each lot's scheme: the digests that evaluation records name later."""
    tender.scheme_digest = rules.scheme_digest(rules.scheme_of(tender.scheme, tender.criteria))
    for lot in tender.lots:
        lot.scheme_digest = rules.scheme_digest(
            rules.scheme_of(tender.scheme, tender.criteria, lot.awards_max)
        )


def _require_complete(tender: Tender, *, publishing: bool = False) -> None:
    values, now = queries.draft_of(tender), clock.now()
    procedure = queries.procedure_of(tender, now)
    problems = rules.check_tender(values, procedures.calendar(), procedure, now)
    problems += rules.missing(values) + rules.unannounced(values, procedure)
    problems += queries.money_problems(tender) + queries.form_problems(tender)
    if publishing:
        problems += rules.check_seal(queries.holders_of(tender), demo_allowed=not settings().production)
        problems += queries.funds_problems(tender)
    if problems:
        raise Invalid(*problems)
