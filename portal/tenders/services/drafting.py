"""Write a call: from the procedure's usual form, from an earlier call, section by section."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm.attributes import flag_modified

from portal.budgets import queries as budgets
from portal.core import audit, clock
from portal.core.db import add, check_version, db, use_case
from portal.core.errors import Invalid, InvalidTransition, problem
from portal.core.money import Money
from portal.core.numbers import next_number
from portal.core.policy import Actor, require
from portal.core.proofs import plain
from portal.core.text import N_
from portal.procedures import queries as procedures
from portal.procedures.values import Procedure
from portal.tenders import queries, rules
from portal.tenders.models import (
    BudgetHead,
    Criterion,
    Lot,
    PlannedInstalment,
    PlannedMilestone,
    SealHolder,
    Tender,
)
from portal.tenders.policies import may_draft_tender
from portal.tenders.values import (
    CriterionDraft,
    CriterionKind,
    HeadDraft,
    HolderRole,
    InstalmentCondition,
    InstalmentDraft,
    LotDraft,
    MilestoneDraft,
    TenderDraft,
    TenderStatus,
)
from portal.tenders.workflow import TENDER


@use_case
def create_tender(*, actor: Actor, programme_id: UUID, procedure: str, title: str) -> Tender:
    """Begin a call with everything that the procedure usually has; numbers run as ``2026-CT-0001``.

    Raises ``Invalid`` without a title and ``NotFound`` for another unit's programme or an unknown procedure.
    """
    if not title.strip():
        raise Invalid(problem(N_("Please give a title."), field="title"))
    form = procedures.procedure(procedure, clock.today())
    tender = _new(actor, programme_id, form, _usual(form, title.strip()))
    audit.record("tender.create", tender, actor, number=tender.number, procedure=procedure)
    return tender


@use_case
def clone_tender(*, actor: Actor, tender_id: UUID, title: str) -> Tender:
    """Begin a call from an earlier one of the unit: everything but dates and key holders is taken over."""
    if not title.strip():
        raise Invalid(problem(N_("Please give a title."), field="title"))
    earlier = queries.get_case(actor, tender_id)
    values = replace(
        queries.draft_of(earlier), title=title.strip(), documents_from=None, deadline_at=None, project_starts_on=None,
        project_ends_on=None,
    )  # fmt: skip
    form = procedures.procedure(earlier.procedure, clock.today())
    tender = _new(actor, earlier.programme_id, form, values)
    tender.form = earlier.form
    audit.record("tender.clone", tender, actor, number=tender.number, earlier=earlier.number)
    return tender


def _new(actor: Actor, programme_id: UUID, form: Procedure, values: TenderDraft) -> Tender:
    programme = budgets.get_programme(actor, programme_id)
    require(may_draft_tender, actor, programme)
    series = f"{clock.today().year}-{form.series}"
    tender = Tender(
        number=f"{series}-{next_number(series):04d}", unit_id=programme.unit_id, programme_id=programme.id, procedure=form.code,
        drafted_by=actor.user_id, written_by=_writers([], actor), created_at=clock.now(),
    )  # fmt: skip
    _write_fields(tender, values)
    add(tender)
    _write_rows(tender, values)
    for role in HolderRole:
        add(SealHolder(tender_id=tender.id, role=role))
    return tender


def _usual(form: Procedure, title: str) -> TenderDraft:
    return TenderDraft(
        title=title, notice_working_days=form.notice_days, minimum_bids=form.usual_bids, panel_size=form.usual_panel,
        scheme=dict(form.scheme), conditions=rules.usual_conditions(form),
        lots=(LotDraft(title, Money.ZERO),),
        criteria=tuple(
            CriterionDraft(c.title, CriterionKind(c.kind), c.maximum, c.step, c.description, c.code) for c in form.criteria
        ),
        heads=tuple(HeadDraft(h.title, h.cap_bp, h.code) for h in form.heads),
        milestones=tuple(MilestoneDraft(m.title, m.due_days) for m in form.milestones),
        instalments=tuple(
            InstalmentDraft(i.share_bp, InstalmentCondition(i.condition), i.milestone_position) for i in form.instalments
        ),
    )  # fmt: skip


@use_case
def update_tender(*, actor: Actor, tender_id: UUID, version: int | None, values: TenderDraft) -> Tender:
    """Save a draft; a change after the approval makes the approval void.

    A section that was changed must be lawful, or nothing is saved (``Invalid``); what is still missing may be
    missing. ``Stale`` when somebody saved in between, ``InvalidTransition`` once submitted or published.
    """
    tender = queries.full_for_update(tender_id)
    require(may_draft_tender, actor, tender)
    check_version(tender, version)
    now = clock.now()
    if tender.status == TenderStatus.APPROVED:
        TENDER.apply("revise", tender, actor, now)
        tender.approved_by = tender.approved_at = None
    elif tender.status != TenderStatus.DRAFT:
        raise InvalidTransition("update", str(tender.status))
    values = rules.with_codes(values)
    changed = rules.changed_sections(queries.draft_of(tender), values)
    found = rules.check_tender(values, procedures.calendar(), queries.procedure_of(tender, now), now)
    if not values.title.strip():
        found.append(problem(N_("Please give a title."), field="title"))
    if refused := [p for p in found if rules.section_of(p.field) in changed]:
        raise Invalid(*refused)
    _write_fields(tender, values)
    tender.written_by = _writers(tender.written_by, actor)
    flag_modified(tender, "written_by")  # rows below a call count its version up too
    _write_rows(tender, values)
    audit.record("tender.update", tender, actor, sections=sorted(changed))
    return tender


def _writers(before: list[str], actor: Actor) -> list[str]:
    return sorted({*before, str(actor.user_id)}) if actor.user_id else before


def _write_fields(tender: Tender, values: TenderDraft) -> None:
    for name in (
        "title", "description", "field", "area", "eligibility", "budget", "documents_from", "deadline_at", "project_starts_on",
        "project_ends_on", "notice_working_days", "minimum_bids", "panel_size",
    ):  # fmt: skip
        setattr(tender, name, getattr(values, name))
    tender.scheme = dict(values.scheme)
    tender.conditions = plain(values.conditions)


def _write_rows(tender: Tender, values: TenderDraft) -> None:
    """Replace the rows below the call; nothing refers to them before publication."""
    for kind in (Lot, Criterion, BudgetHead, PlannedMilestone, PlannedInstalment):
        db.session.execute(delete(kind).where(kind.tender_id == tender.id))
    for n, lot in enumerate(values.lots, start=1):
        add(Lot(tender_id=tender.id, position=n, title=lot.title, description=lot.description, cap=lot.cap, awards_max=lot.awards_max))  # fmt: skip
    for n, c in enumerate(values.criteria, start=1):
        add(Criterion(tender_id=tender.id, position=n, code=c.code, title=c.title, description=c.description, kind=c.kind, maximum=c.maximum, step=c.step))  # fmt: skip
    for n, head in enumerate(values.heads, start=1):
        add(BudgetHead(tender_id=tender.id, position=n, code=head.code, title=head.title, cap_bp=head.cap_bp))
    for n, milestone in enumerate(values.milestones, start=1):
        add(PlannedMilestone(tender_id=tender.id, position=n, title=milestone.title, due_days=milestone.due_days))  # fmt: skip
    for n, i in enumerate(values.instalments, start=1):
        add(PlannedInstalment(tender_id=tender.id, position=n, share_bp=i.share_bp, condition=i.condition, milestone_position=i.milestone_position))  # fmt: skip
    db.session.expire(tender, ["lots", "criteria", "heads", "milestones", "instalments"])
