"""Begin a call: from the procedure's usual form, from a template of the unit, from an earlier call."""

from uuid import UUID

from portal.budgets import queries as budgets
from portal.core import audit, clock
from portal.core.db import add, get, use_case
from portal.core.errors import Invalid, InvalidTransition, problem
from portal.core.money import Money
from portal.core.numbers import next_number
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.needs import queries as needs_queries
from portal.needs import services as needs
from portal.procedures import queries as procedures
from portal.procedures.values import Procedure
from portal.tenders import queries, rules
from portal.tenders.models import CallTemplate, SealHolder, Tender
from portal.tenders.policies import may_draft_tender
from portal.tenders.services.drafting import write_fields, write_rows, writers
from portal.tenders.values import (
    CriterionDraft,
    CriterionKind,
    HeadDraft,
    HolderRole,
    InstalmentCondition,
    InstalmentDraft,
    LotDraft,
    MilestoneDraft,
    Source,
    TenderDraft,
    TenderStatus,
)


@use_case
def begin_tender(*, actor: Actor, programme_id: UUID, source: str, title: str) -> Tender:
    """Begin a call with whatever ``source`` names: ``procedure:code``, ``template:id`` or ``call:id``.

    Raises ``Invalid`` without a title and ``NotFound`` for what the actor may not know.
    """
    if template_id := Source.id_of(source, "template"):
        return create_from_template(
            actor=actor, programme_id=programme_id, template_id=template_id, title=title
        )
    if tender_id := Source.id_of(source, "call"):
        return clone_tender(actor=actor, tender_id=tender_id, title=title, programme_id=programme_id)
    return create_tender(
        actor=actor, programme_id=programme_id, procedure=source.removeprefix("procedure:"), title=title
    )


@use_case
def create_tender(*, actor: Actor, programme_id: UUID, procedure: str, title: str) -> Tender:
    """Begin a call with everything that the procedure usually has; numbers run as ``2026-CT-0001``.

    Raises ``Invalid`` without a title and ``NotFound`` for another unit's programme or an unknown procedure.
    """
    form = procedures.procedure(procedure, clock.today())
    tender = _new(actor, programme_id, form, _usual(form, _titled(title)))
    audit.record("tender.create", tender, actor, number=tender.number, procedure=procedure)
    return tender


@use_case
def clone_tender(*, actor: Actor, tender_id: UUID, title: str, programme_id: UUID | None = None) -> Tender:
    """Begin a call from an earlier one of the unit or a published one: everything but dates and key holders.

    Without ``programme_id`` the new call belongs to the programme of the earlier one.
    """
    earlier = queries.get_tender(actor, tender_id)
    values = rules.undated(queries.draft_of(earlier), _titled(title))
    form = procedures.procedure(earlier.procedure, clock.today())
    tender = _new(actor, programme_id or earlier.programme_id, form, values)
    tender.form = earlier.form
    audit.record("tender.clone", tender, actor, number=tender.number, earlier=earlier.number)
    return tender


@use_case
def rerun_tender(*, actor: Actor, tender_id: UUID) -> Tender:
    """Hold a call again that ended without a result: a new draft that names the earlier one.

    Raises ``InvalidTransition`` when the call has not ended so.
    """
    earlier = queries.get_case(actor, tender_id)
    if earlier.status not in (TenderStatus.CANCELLED, TenderStatus.UNSUCCESSFUL):
        raise InvalidTransition("rerun", str(earlier.status))
    tender = clone_tender(actor=actor, tender_id=tender_id, title=earlier.title)
    tender.rerun_of = earlier.id
    ideas = needs_queries.ideas_of(earlier.id)
    needs.cite(actor=actor, tender_id=tender.id, idea_ids=[idea.id for idea in ideas])
    audit.record("tender.rerun", tender, actor, earlier=earlier.number, reason=earlier.closed_reason or "")
    return tender


@use_case
def create_from_template(*, actor: Actor, programme_id: UUID, template_id: UUID, title: str) -> Tender:
    """Begin a call from a template of the actor's unit; raises ``NotFound`` for another unit's."""
    template = queries.get_template(actor, template_id)
    form = procedures.procedure(template.procedure, clock.today())
    tender = _new(actor, programme_id, form, rules.from_template(template.content, _titled(title)))
    tender.form = template.form
    audit.record("tender.from_template", tender, actor, number=tender.number, template=template.title)
    return tender


@use_case
def save_template(*, actor: Actor, tender_id: UUID, title: str) -> CallTemplate:
    """Keep the form of a call of the unit for further calls, as it is now."""
    tender = queries.get_case(actor, tender_id)
    require(may_draft_tender, actor, tender)
    template = add(
        CallTemplate(
            unit_id=tender.unit_id, title=_titled(title), procedure=tender.procedure, saved_by=actor.user_id, saved_at=clock.now(),
            content=rules.to_template(queries.draft_of(tender)), form=tender.form,
        )
    )  # fmt: skip
    audit.record("tender.save_template", tender, actor, title=template.title)
    return template


@use_case
def retire_template(*, actor: Actor, template_id: UUID) -> CallTemplate:
    """Offer a template no longer; calls made from it stay as they are."""
    template = get(CallTemplate, template_id, lock=True)
    require(may_draft_tender, actor, template)
    if template.retired_at is None:
        template.retired_at = clock.now()
        audit.record("template.retire", template, actor, title=template.title)
    return template


def _titled(title: str) -> str:
    if not title.strip():
        raise Invalid(problem(N_("Please give a title."), field="title"))
    return title.strip()


def _new(actor: Actor, programme_id: UUID, form: Procedure, values: TenderDraft) -> Tender:
    programme = budgets.get_programme(actor, programme_id)
    require(may_draft_tender, actor, programme)
    series = f"{clock.today().year}-{form.series}"
    tender = Tender(
        number=f"{series}-{next_number(series):04d}", unit_id=programme.unit_id, programme_id=programme.id, procedure=form.code,
        drafted_by=actor.user_id, written_by=writers([], actor), created_at=clock.now(),
    )  # fmt: skip
    write_fields(tender, values)
    add(tender)
    write_rows(tender, values)
    for role in HolderRole:
        add(SealHolder(tender_id=tender.id, role=role))
    return tender


def _usual(form: Procedure, title: str) -> TenderDraft:
    return TenderDraft(
        title=title, notice_working_days=form.notice_days, minimum_bids=form.usual_bids, panel_size=form.usual_panel,
        scheme={**form.scheme, "roadshow": form.course.roadshow}, funding=rules.usual_funding(form), conditions=rules.usual_conditions(form),
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
