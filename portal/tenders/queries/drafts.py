"""The draft as values, its checklist, and what a call says in words."""

from dataclasses import replace
from datetime import date, datetime

from portal.budgets import queries as budgets
from portal.budgets.values import AccountKind
from portal.core import clock
from portal.core.config import settings
from portal.core.errors import Problem, problem
from portal.core.proofs import restore
from portal.core.questions import QuestionForm, empty_parts
from portal.core.text import N_
from portal.procedures import queries as procedures
from portal.procedures import rules as procedure_rules
from portal.procedures.values import Due, Procedure
from portal.tenders import rules
from portal.tenders.models import (
    Tender,
)
from portal.tenders.queries.keys import holders_of
from portal.tenders.values import (
    ConditionDraft,
    CriterionDraft,
    DocumentDraft,
    HeadDraft,
    InstalmentDraft,
    LotDraft,
    MilestoneDraft,
    SectionState,
    TenderDraft,
    TenderStatus,
)


def draft_of(tender: Tender) -> TenderDraft:
    """What the officer wrote, as plain values."""
    return TenderDraft(
        title=tender.title, description=tender.description, field=tender.field, area=tender.area, eligibility=tender.eligibility,
        budget=tender.budget, funding=tender.funding_forms, documents_from=tender.documents_from, deadline_at=tender.deadline_at,
        project_starts_on=tender.project_starts_on, project_ends_on=tender.project_ends_on,
        intention_on=tender.intention_on, sole_source_on=tender.sole_source_on,
        notice_working_days=tender.notice_working_days, minimum_bids=tender.minimum_bids, panel_size=tender.panel_size,
        scheme=dict(tender.scheme), conditions=conditions_of(tender),
        lots=tuple(LotDraft(x.title, x.cap, x.awards_max, x.description) for x in tender.lots),
        criteria=tuple(CriterionDraft(x.title, x.kind, x.maximum, x.step, x.description, x.code, x.section, x.scale, x.bands) for x in tender.criteria),
        heads=tuple(HeadDraft(x.title, x.cap_bp, x.code) for x in tender.heads),
        milestones=tuple(MilestoneDraft(x.title, x.due_days) for x in tender.milestones),
        instalments=tuple(InstalmentDraft(x.share_bp, x.condition, x.milestone_position, x.requirements[1:]) for x in tender.instalments),
        documents=tuple(DocumentDraft(x.title, str(x.file_id), x.name, x.size, x.sha256) for x in tender.documents),
    )  # fmt: skip


def conditions_of(tender: Tender) -> tuple[ConditionDraft, ...]:
    """Who may apply, as the call states it."""
    return tuple(restore(ConditionDraft, row) for row in tender.conditions)


def conditions_in_words(tender: Tender) -> list[Problem]:
    """Who may apply, one sentence for each condition."""
    return [line for condition in conditions_of(tender) for line in rules.sentences(condition)]


def instalment_conditions(tender: Tender) -> dict[int, list[Problem]]:
    """What each instalment waits for, by its position, one sentence for each condition."""
    titles = {milestone.position: milestone.title for milestone in tender.milestones}
    return {
        row.position: [rules.requirement_in_words(each, titles) for each in row.requirements]
        for row in tender.instalments
    }


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
    procedure = procedure_of(tender, now)
    lacking = rules.missing(values) + rules.unannounced(values, procedure)
    unlawful = rules.check_tender(values, procedures.calendar(), procedure, now)
    unlawful += money_problems(tender) + form_problems(tender)
    lacking += funds_problems(tender)
    lacking += rules.check_seal(holders_of(tender), demo_allowed=not settings().production)
    return rules.checklist(lacking, unlawful)


def form_of(tender: Tender) -> QuestionForm:
    """The form of proposals: as frozen at publication, as built so far, or the usual one."""
    form = QuestionForm.from_json(tender.form) if tender.form else rules.usual_form()
    return rules.with_redacted_paper(form) if tender.scheme.get("blind") else form


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


def funds_problems(tender: Tender) -> list[Problem]:
    """Why finance's answer does not allow the publication yet, and who has to do what."""
    if tender.published_at is not None:
        return []
    if tender.status == TenderStatus.DRAFT:
        return [
            problem(N_("Submitting the call asks the finance officer to confirm the funds."), field="funds")
        ]
    return [replace(wrong, field="funds") for wrong in budgets.funds_problems(tender.id, tender.budget)]


def has_provisional_dates(tender: Tender) -> bool:
    """True when the deadline lies in a year whose official calendar is not published yet."""
    return tender.deadline_at is not None and procedures.calendar().is_provisional(
        clock.local(tender.deadline_at).date()
    )
