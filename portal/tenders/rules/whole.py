"""The whole of a call: what it misses, what in it is against a rule, section by section."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from portal.core.calendar import Calendar
from portal.core.errors import Problem, problem
from portal.core.money import Money
from portal.core.text import N_
from portal.procedures.rules import check_amount
from portal.procedures.values import Procedure
from portal.tenders.rules import conditions, money, periods, scoring
from portal.tenders.rules.documents import check_documents
from portal.tenders.rules.instalments import check_funding, check_instalments
from portal.tenders.values import Holder, HolderRole, Section, SectionState, TenderDraft

_SECTIONS = {
    **dict.fromkeys(("title", "description", "field", "area", "budget", "funding"), Section.BASICS),
    **dict.fromkeys(
        ("intention_on", "sole_source_on", "documents_from", "deadline_at", "project_starts_on", "project_ends_on", "notice_working_days", "minimum_bids"),
        Section.PERIODS,
    ),
    **dict.fromkeys(("eligibility", "conditions", *conditions.FIELDS.values()), Section.CONDITIONS),
    "lots": Section.LOTS,
    **dict.fromkeys(("criteria", "panel_size", "scheme"), Section.RUBRIC),
    **dict.fromkeys(("aggregation", "groups", "price", "rounding", "ties", "stages", "bonus_cap", "cut"), Section.RUBRIC),
    "heads": Section.HEADS,
    "milestones": Section.MILESTONES,
    "instalments": Section.INSTALMENTS,
    "form": Section.FORM,
    "documents": Section.DOCUMENTS,
    "ideas": Section.IDEAS,
    "holders": Section.SEAL,
    "funds": Section.FUNDS,
}  # fmt: skip


def missing(values: TenderDraft) -> list[Problem]:
    """What has to be filled in before the call can be submitted; a draft may be saved without."""
    texts = {
        "title": N_("Please give a title."),
        "description": N_("Please describe what is wanted."),
        "field": N_("Please give the field of service."),
        "area": N_("Please give the area."),
    }
    found = [Problem(text, name) for name, text in texts.items() if not getattr(values, name).strip()]
    if not values.eligibility.strip() and not values.conditions:
        found.append(problem(N_("Please say who may apply."), field="eligibility"))
    if values.budget <= Money.ZERO:
        found.append(problem(N_("Please give the budget."), field="budget"))
    dates = {
        "documents_from": N_("Please give the planned day of publication."),
        "deadline_at": N_("Please give the deadline."),
        "project_starts_on": N_("Please give the first day of the projects."),
        "project_ends_on": N_("Please give the last day of the projects."),
    }
    found += [Problem(text, name) for name, text in dates.items() if getattr(values, name) is None]
    lists = {
        "lots": N_("The call needs at least one lot."),
        "criteria": N_("The rubric needs at least one criterion."),
        "heads": N_("The call needs at least one budget head."),
        "milestones": N_("The call needs at least one milestone."),
        "instalments": N_("The call needs at least one instalment."),
    }
    found += [Problem(text, name) for name, text in lists.items() if not getattr(values, name)]
    found += [
        problem(N_("Please give the largest amount of lot %(n)d."), field=f"lots-{i}-cap", n=i + 1)
        for i, lot in enumerate(values.lots)
        if lot.cap == Money.ZERO
    ]
    return found


def check_tender(
    values: TenderDraft, calendar: Calendar, procedure: Procedure, now: datetime
) -> list[Problem]:
    """Everything in the call that a rule forbids, each with the rule; what is not filled in yet is left out.

    The period for proposals is counted from the planned day of publication, or from today when that has passed.
    """
    return [
        *periods.check_announced(values, calendar, procedure),
        *periods.check_deadline(values, calendar, procedure, now),
        *periods.check_project(values, procedure),
        *scoring.check_numbers(values, procedure),
        *check_amount(procedure, budget=values.budget, panel_size=values.panel_size),
        *conditions.check_conditions(values),
        *money.check_lots(values),
        *scoring.check_scoring(values, procedure),
        *money.check_heads(values, procedure),
        *money.check_milestones(values),
        *check_instalments(values),
        *check_funding(values),
        *check_documents(values),
    ]


def check_seal(holders: Iterable[Holder], *, demo_allowed: bool) -> list[Problem]:
    """Officer and supervisor are two people who proved to hold their keys (domain.md section 4.1)."""
    by_role = {holder.role: holder for holder in holders}
    found = []
    for role in (HolderRole.OFFICER, HolderRole.SUPERVISOR):
        holder = by_role.get(role)
        if holder is None or holder.user_id is None:
            found.append(problem(N_("Choose who holds the key as %(role)s."), field="holders", role=role))
        elif not holder.proved:
            found.append(
                problem(N_("The key holder (%(role)s) has not proved the key yet."), field="holders", role=role)
            )  # fmt: skip
        elif holder.demo and not demo_allowed:
            found.append(
                problem(N_("The key of the %(role)s was made for a demonstration and is not accepted here."), field="holders", role=role)
            )  # fmt: skip
    people = [h.user_id for h in by_role.values() if h.user_id is not None]
    if len(set(people)) < len(people):
        found.append(problem(N_("The two keys must be held by two different people."), field="holders"))
    return found


def section_of(name: str | None) -> Section:
    """The section of the editor in which the field ``name`` (``lots-0-cap``) is written."""
    return _SECTIONS[(name or "title").split("-")[0]]


def changed_sections(before: TenderDraft, after: TenderDraft) -> frozenset[Section]:
    """The sections in which two drafts differ."""
    names = [name for name in vars(after) if getattr(before, name) != getattr(after, name)]
    return frozenset(section_of(name) for name in names)


def checklist(lacking: Sequence[Problem], unlawful: Sequence[Problem]) -> list[SectionState]:
    """What every section misses and what in it is against a rule, in the order of work."""
    return [
        SectionState(
            section,
            tuple(p for p in lacking if section_of(p.field) is section),
            tuple(p for p in unlawful if section_of(p.field) is section),
        )
        for section in Section
    ]
