"""Write a call, section by section."""

from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm.attributes import flag_modified

from portal.core import audit, clock
from portal.core.db import add, check_version, db, use_case
from portal.core.errors import Invalid, InvalidTransition, problem
from portal.core.policy import Actor, require
from portal.core.proofs import plain
from portal.core.text import N_
from portal.procedures import queries as procedures
from portal.tenders import queries, rules
from portal.tenders.models import (
    BudgetHead,
    Criterion,
    GoverningDocument,
    Lot,
    PlannedInstalment,
    PlannedMilestone,
    Tender,
)
from portal.tenders.policies import may_draft_tender
from portal.tenders.values import (
    TenderDraft,
    TenderStatus,
)
from portal.tenders.workflow import TENDER


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
    write_fields(tender, values)
    tender.written_by = writers(tender.written_by, actor)
    flag_modified(tender, "written_by")  # rows below a call count its version up too
    write_rows(tender, values)
    audit.record("tender.update", tender, actor, sections=sorted(changed))
    return tender


def writers(before: list[str], actor: Actor) -> list[str]:
    """Everybody who wrote in the call, now with ``actor``."""
    return sorted({*before, str(actor.user_id)}) if actor.user_id else before


def write_fields(tender: Tender, values: TenderDraft) -> None:
    """Put what stands in the call itself into its columns."""
    for name in (
        "title", "description", "field", "area", "eligibility", "budget", "documents_from", "deadline_at", "project_starts_on",
        "project_ends_on", "intention_on", "sole_source_on", "notice_working_days", "minimum_bids", "panel_size",
    ):  # fmt: skip
        setattr(tender, name, getattr(values, name))
    tender.scheme = dict(values.scheme)
    tender.conditions, tender.funding = plain(values.conditions), plain(values.funding)


def write_rows(tender: Tender, values: TenderDraft) -> None:
    """Replace the rows below the call; nothing refers to them before publication."""
    for kind in (Lot, Criterion, BudgetHead, PlannedMilestone, PlannedInstalment, GoverningDocument):
        db.session.execute(delete(kind).where(kind.tender_id == tender.id))
    for n, lot in enumerate(values.lots, start=1):
        add(Lot(tender_id=tender.id, position=n, title=lot.title, description=lot.description, cap=lot.cap, awards_max=lot.awards_max))  # fmt: skip
    for n, c in enumerate(values.criteria, start=1):
        add(Criterion(tender_id=tender.id, position=n, code=c.code, title=c.title, description=c.description, kind=c.kind, maximum=c.maximum, step=c.step, section=c.section, scale=c.scale, anchors=plain(c.bands)))  # fmt: skip
    for n, head in enumerate(values.heads, start=1):
        add(BudgetHead(tender_id=tender.id, position=n, code=head.code, title=head.title, cap_bp=head.cap_bp))
    for n, milestone in enumerate(values.milestones, start=1):
        add(PlannedMilestone(tender_id=tender.id, position=n, title=milestone.title, due_days=milestone.due_days))  # fmt: skip
    for n, i in enumerate(values.instalments, start=1):
        add(PlannedInstalment(tender_id=tender.id, position=n, share_bp=i.share_bp, condition=i.condition, milestone_position=i.milestone_position, further=plain(i.further)))  # fmt: skip
    for n, x in enumerate(values.documents, start=1):
        add(GoverningDocument(tender_id=tender.id, position=n, title=x.title, file_id=UUID(x.file_id), name=x.name, size=x.size, sha256=x.sha256))  # fmt: skip
    db.session.expire(tender, ["lots", "criteria", "heads", "milestones", "instalments", "documents"])
