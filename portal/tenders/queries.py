"""Reads of calls."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import selectinload

from portal.accounts import queries as accounts
from portal.budgets import queries as budgets
from portal.budgets.values import AccountKind
from portal.core import clock
from portal.core.calendar import Walk
from portal.core.config import settings
from portal.core.db import db
from portal.core.errors import NotFound, Problem, problem
from portal.core.money import Money, parse_yuan
from portal.core.policy import Actor, can
from portal.core.proofs import restore
from portal.core.questions import QuestionForm, empty_parts
from portal.core.text import N_
from portal.notices.models import Notice
from portal.notices.values import NoticeKind
from portal.parties import queries as parties
from portal.parties.values import STAFF, Role
from portal.procedures import queries as procedures
from portal.procedures import rules as procedure_rules
from portal.procedures.values import Due, Procedure
from portal.tenders import rules
from portal.tenders.models import (
    CallTemplate,
    Criterion,
    HolderKey,
    Lot,
    LotSeal,
    Question,
    SealHolder,
    Tender,
)
from portal.tenders.policies import may_draft_tender, may_see_tender
from portal.tenders.rules.questions import cut_off
from portal.tenders.values import (
    ConditionDraft,
    CriterionDraft,
    HeadDraft,
    Holder,
    HolderRole,
    InstalmentDraft,
    LotDraft,
    MilestoneDraft,
    SectionState,
    Stage,
    TenderDraft,
    TenderStatus,
)

_FULL = (
    selectinload(Tender.lots), selectinload(Tender.criteria), selectinload(Tender.heads), selectinload(Tender.instalments),
    selectinload(Tender.milestones), selectinload(Tender.holders),
)  # fmt: skip
HOLDER_ROLES = {HolderRole.OFFICER: Role.PROGRAMME_OFFICER, HolderRole.SUPERVISOR: Role.SUPERVISOR}


# One call


def get_tender(actor: Actor, tender_id: UUID) -> Tender:
    """A call with all its parts: published ones for everybody, others for staff of the unit. Else ``NotFound``."""
    tender = _full(tender_id)
    if tender.published_at is None and not can(may_see_tender, actor, tender):
        raise NotFound()
    return tender


def get_case(actor: Actor, tender_id: UUID) -> Tender:
    """A call as its unit's staff works on it, with all its parts. Raises ``NotFound`` for anybody else."""
    tender = _full(tender_id)
    if not can(may_see_tender, actor, tender):
        raise NotFound()
    return tender


def public_tender(tender_id: UUID) -> Tender:
    """A published call with all its parts. Raises ``NotFound``."""
    tender = _full(tender_id)
    if tender.published_at is None:
        raise NotFound()
    return tender


def full_for_update(tender_id: UUID) -> Tender:
    """A call with all its parts, locked for the running use case. Raises ``NotFound``."""
    return _full(tender_id, lock=True)


def _full(tender_id: UUID, *, lock: bool = False) -> Tender:
    statement = select(Tender).where(Tender.id == tender_id).options(*_FULL)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    tender = db.session.scalars(statement).first()
    if tender is None:
        raise NotFound()
    return tender


def lots(tender_id: UUID) -> list[Lot]:
    """The lots of a call in order."""
    return list(db.session.scalars(select(Lot).where(Lot.tender_id == tender_id).order_by(Lot.position)))


def criteria(tender_id: UUID) -> list[Criterion]:
    """The rubric of a call in order."""
    statement = select(Criterion).where(Criterion.tender_id == tender_id).order_by(Criterion.position)
    return list(db.session.scalars(statement))


def lot_seals(tender_id: UUID) -> dict[UUID, LotSeal]:
    """The seals of a call's lots by lot id."""
    statement = select(LotSeal).join(Lot, Lot.id == LotSeal.lot_id).where(Lot.tender_id == tender_id)
    return {seal.lot_id: seal for seal in db.session.scalars(statement)}


def stage_of(tender: Tender, now: datetime) -> Stage:
    """Where the call stands; asks whether its result was announced."""
    return rules.stage(tender, now, in_notice=tender.id in announced([tender.id]))


def announced(tender_ids: Iterable[UUID]) -> set[UUID]:
    """Those calls whose result was announced (one query)."""
    statement = select(Notice.tender_id).where(
        Notice.tender_id.in_(set(tender_ids)), Notice.kind == NoticeKind.RESULT
    )
    return set(db.session.scalars(statement))


# Lists


def open_at(at: datetime) -> ColumnElement[bool]:
    """The SQL twin of ``rules.is_open``."""
    return and_(Tender.status == TenderStatus.ACTIVE, Tender.published_at <= at, at < Tender.deadline_at)


def list_public(filters: Mapping[str, str], now: datetime) -> Select[Tender]:
    """The statement of the public list: ``q``, ``field``, ``area``, ``least`` and ``most`` (budget in yuan), ``open``."""
    statement = select(Tender).where(Tender.published_at.is_not(None))
    statement = _search(statement, filters)
    for name in ("field", "area"):
        if filters.get(name):
            statement = statement.where(getattr(Tender, name) == filters[name])
    if (least := _yuan(filters.get("least"))) is not None:
        statement = statement.where(Tender.budget >= least)
    if (most := _yuan(filters.get("most"))) is not None:
        statement = statement.where(Tender.budget <= most)
    if filters.get("open"):
        statement = statement.where(open_at(now))
    return statement


def list_desk(actor: Actor, filters: Mapping[str, str]) -> Select[Tender]:
    """The statement of the staff list: the calls of the actor's units, by ``q`` and ``status``."""
    statement = select(Tender)
    if not actor.is_system:
        statement = statement.where(Tender.unit_id.in_(actor.scopes(*STAFF)))
    if filters.get("status") in set(TenderStatus):
        statement = statement.where(Tender.status == TenderStatus(filters["status"]))
    return _search(statement, filters)


def list_earlier(actor: Actor, filters: Mapping[str, str]) -> Select[Tender]:
    """The calls that a new one may be made from: published ones, and all of the actor's units; by ``q``."""
    mine = Tender.unit_id.in_(actor.scopes(Role.PROGRAMME_OFFICER))
    return _search(select(Tender).where(mine | Tender.published_at.is_not(None)), filters)


def templates(actor: Actor) -> list[CallTemplate]:
    """The templates of the units for which the actor drafts calls, by title."""
    statement = select(CallTemplate).where(
        CallTemplate.unit_id.in_(actor.scopes(Role.PROGRAMME_OFFICER)), CallTemplate.retired_at.is_(None)
    )
    return list(db.session.scalars(statement.order_by(CallTemplate.title, CallTemplate.id)))


def get_template(actor: Actor, template_id: UUID) -> CallTemplate:
    """A template still offered. Raises ``NotFound`` when the actor does not draft calls for its unit."""
    template = db.session.get(CallTemplate, template_id)
    if template is None or template.retired_at is not None or not can(may_draft_tender, actor, template):
        raise NotFound()
    return template


def _search(statement: Select[Tender], filters: Mapping[str, str]) -> Select[Tender]:
    sought = filters.get("q", "").strip()
    if not sought:
        return statement
    return statement.where(
        Tender.title.icontains(sought, autoescape=True) | Tender.number.icontains(sought, autoescape=True)
    )


def _yuan(text: str | None) -> Money | None:
    try:
        return parse_yuan(text) if text else None
    except ValueError:
        return None


def public_choices(column: str) -> list[str]:
    """The different values of ``field`` or ``area`` among published calls, for the filter."""
    attribute = {"field": Tender.field, "area": Tender.area}[column]
    statement = select(attribute).where(Tender.published_at.is_not(None)).distinct().order_by(attribute)
    return list(db.session.scalars(statement))


def waiting_for(actor: Actor) -> list[Tender]:
    """Calls that wait for this person's next step: drafts of their officer, submitted or approved ones of an approver."""
    mine = and_(Tender.status == TenderStatus.DRAFT, Tender.drafted_by == actor.user_id)
    to_decide = and_(
        Tender.status.in_([TenderStatus.SUBMITTED, TenderStatus.APPROVED]),
        Tender.unit_id.in_(actor.scopes(Role.PROGRAMME_APPROVER)),
        Tender.drafted_by != actor.user_id,
    )
    return list(db.session.scalars(select(Tender).where(mine | to_decide).order_by(Tender.created_at)))


def closing_soon(now: datetime, within: timedelta) -> list[Tender]:
    """Open calls whose deadline lies within the given time."""
    statement = select(Tender).where(open_at(now), Tender.deadline_at <= now + within)
    return list(db.session.scalars(statement.order_by(Tender.deadline_at)))


# Keys of the seal


def current_key(user_id: UUID) -> HolderKey | None:
    """The key that a person holds now."""
    statement = select(HolderKey).where(HolderKey.user_id == user_id, HolderKey.retired_at.is_(None))
    return db.session.scalars(statement.order_by(HolderKey.created_at.desc())).first()


def keys_to_prove(user_id: UUID) -> list[tuple[SealHolder, Tender]]:
    """The calls before publication for which this person is a key holder, newest first."""
    before = [TenderStatus.DRAFT, TenderStatus.SUBMITTED, TenderStatus.APPROVED]
    rows = db.session.execute(
        select(SealHolder, Tender)
        .join(Tender, Tender.id == SealHolder.tender_id)
        .where(SealHolder.user_id == user_id, Tender.status.in_(before))
        .order_by(Tender.created_at.desc())
    )
    return [(row[0], row[1]) for row in rows]


def holders_of(tender: Tender) -> list[Holder]:
    """The two people who hold keys, as values; a key retired since the proof counts as not proved (one query)."""
    key_ids = [row.key_id for row in tender.holders if row.key_id]
    keys = {key.id: key for key in db.session.scalars(select(HolderKey).where(HolderKey.id.in_(key_ids)))}
    found = []
    for row in tender.holders:
        if row.role not in HOLDER_ROLES:
            continue
        key = keys.get(row.key_id) if row.key_id else None
        proved = row.proved_at is not None and key is not None and key.retired_at is None
        found.append(Holder(row.role, row.user_id, proved, key.demo if key else False))
    return found


def candidates(tender: Tender, role: HolderRole) -> list[tuple[UUID, str]]:
    """The people who may hold this key of the call, by name."""
    ids = parties.holders(HOLDER_ROLES[role], tender.unit_id)
    return sorted(accounts.names(ids).items(), key=lambda item: item[1])


# The draft and its checklist


def draft_of(tender: Tender) -> TenderDraft:
    """What the officer wrote, as plain values."""
    return TenderDraft(
        title=tender.title, description=tender.description, field=tender.field, area=tender.area, eligibility=tender.eligibility,
        budget=tender.budget, documents_from=tender.documents_from, deadline_at=tender.deadline_at,
        project_starts_on=tender.project_starts_on, project_ends_on=tender.project_ends_on,
        notice_working_days=tender.notice_working_days, minimum_bids=tender.minimum_bids, panel_size=tender.panel_size,
        scheme=dict(tender.scheme), conditions=conditions_of(tender),
        lots=tuple(LotDraft(x.title, x.cap, x.awards_max, x.description) for x in tender.lots),
        criteria=tuple(CriterionDraft(x.title, x.kind, x.maximum, x.step, x.description, x.code, x.section, x.scale, x.bands) for x in tender.criteria),
        heads=tuple(HeadDraft(x.title, x.cap_bp, x.code) for x in tender.heads),
        milestones=tuple(MilestoneDraft(x.title, x.due_days) for x in tender.milestones),
        instalments=tuple(InstalmentDraft(x.share_bp, x.condition, x.milestone_position) for x in tender.instalments),
    )  # fmt: skip


def conditions_of(tender: Tender) -> tuple[ConditionDraft, ...]:
    """Who may apply, as the call states it."""
    return tuple(restore(ConditionDraft, row) for row in tender.conditions)


def conditions_in_words(tender: Tender) -> list[Problem]:
    """Who may apply, one sentence for each condition."""
    return [line for condition in conditions_of(tender) for line in rules.sentences(condition)]


def dates_of(tender: Tender, now: datetime) -> list[Due]:
    """The dates that follow from the call as it is planned, each with its rule and why it is this day."""
    today, procedure = clock.local(now).date(), procedure_of(tender, now)
    return rules.dates(draft_of(tender), procedures.calendar(), procedure, today)


def earliest_deadline(tender: Tender, now: datetime) -> date:
    """The first lawful day for the deadline of a draft."""
    today, procedure = clock.local(now).date(), procedure_of(tender, now)
    return rules.earliest_deadline(draft_of(tender), procedures.calendar(), procedure, today)


def scoring_in_words(tender: Tender) -> list[Problem]:
    """What becomes of the experts' marks, one sentence for each setting."""
    return rules.in_words(tender.scheme, tender.criteria, tender.panel_size)


def procedure_of(tender: Tender, now: datetime) -> Procedure:
    """The procedure as the call froze it at publication, or as in force now while it is a draft."""
    if tender.procedure_frozen is not None:
        return procedure_rules.frozen(tender.procedure_frozen)
    return procedures.procedure(tender.procedure, clock.local(tender.published_at or now).date())


def checklist(tender: Tender, now: datetime) -> list[SectionState]:
    """What every section of the draft misses, and what in it is against a rule, at ``now``."""
    values = draft_of(tender)
    lacking = rules.missing(values)
    unlawful = rules.check_tender(values, procedures.calendar(), procedure_of(tender, now), now)
    unlawful += money_problems(tender) + form_problems(tender)
    lacking += rules.check_seal(holders_of(tender), demo_allowed=not settings().production)
    return rules.checklist(lacking, unlawful)


def form_of(tender: Tender) -> QuestionForm:
    """The form of proposals: as frozen at publication, as built so far, or the usual one."""
    return QuestionForm.from_json(tender.form) if tender.form else rules.usual_form()


def form_problems(tender: Tender) -> list[Problem]:
    """What keeps the call from being published with its form, in the section of the form."""
    return [
        replace(wrong, field="form")
        for wrong in rules.form_problems(form_of(tender)) + empty_parts(form_of(tender))
    ]


def money_problems(tender: Tender) -> list[Problem]:
    """The programme must have the money that the call promises."""
    available = budgets.balances(tender.programme_id)[AccountKind.AVAILABLE]
    if tender.published_at is not None or tender.budget <= available:
        return []
    return [
        problem(
            N_("The programme has %(available)s available, but the call needs %(budget)s."),
            field="budget", available=available, budget=tender.budget,
        )
    ]  # fmt: skip


def has_provisional_dates(tender: Tender) -> bool:
    """True when the deadline lies in a year whose official calendar is not published yet."""
    return tender.deadline_at is not None and procedures.calendar().is_provisional(
        clock.local(tender.deadline_at).date()
    )


def result_published(tender_id: UUID) -> bool:
    """True once a result notice of the call is out."""
    return bool(
        db.session.scalar(
            select(exists().where(Notice.tender_id == tender_id, Notice.kind == NoticeKind.RESULT))
        )
    )


def questions_until(tender: Tender, now: datetime) -> Walk:
    """The walk to the last day on which a published call takes questions."""
    assert tender.published_at is not None, "only published calls are asked about"  # noqa: S101
    assert tender.deadline_at is not None, "a published call has a deadline"  # noqa: S101
    published, deadline = (clock.local(at).date() for at in (tender.published_at, tender.deadline_at))
    return cut_off(procedure_of(tender, now), procedures.calendar(), published, deadline)


def waiting_questions(tender_id: UUID, party_id: UUID) -> int:
    """How many questions of the organisation wait for an answer in the call."""
    statement = select(func.count(Question.id)).where(
        Question.tender_id == tender_id, Question.party_id == party_id, Question.answered_at.is_(None)
    )
    return int(db.session.scalar(statement) or 0)


def unanswered(tender_id: UUID) -> list[Question]:
    """The questions of a call that wait for an answer, oldest first."""
    waiting = select(Question).where(Question.tender_id == tender_id, Question.answered_at.is_(None))
    return list(db.session.scalars(waiting.order_by(Question.asked_at, Question.id)))


def answered(tender_id: UUID) -> list[Question]:
    """The answered questions of a call, in the order of the answers; who asked is nobody's business."""
    statement = select(Question).where(Question.tender_id == tender_id, Question.answered_at.is_not(None))
    return list(db.session.scalars(statement.order_by(Question.answered_at, Question.asked_at, Question.id)))


def askers(notice_id: UUID) -> set[UUID]:
    """The organisations whose questions a Q&A notice answers, for the message to them."""
    return set(db.session.scalars(select(Question.party_id).where(Question.notice_id == notice_id)))
