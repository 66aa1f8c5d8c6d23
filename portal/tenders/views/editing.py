"""The editor: a page for each section of a draft, saved on its own, with the checklist beside it."""

from typing import Any
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.budgets import queries as budgets
from portal.core import clock
from portal.core.errors import InvalidTransition, NotFound
from portal.core.policy import require
from portal.core.web import actor, page, roles
from portal.needs import queries as needs
from portal.parties.values import Role
from portal.tenders import queries, services
from portal.tenders.forms import SECTION_FORMS, IdeasForm, SealForm
from portal.tenders.models import Tender
from portal.tenders.policies import (
    may_draft_tender,
)
from portal.tenders.values import Section, TenderStatus
from portal.tenders.views.blueprint import bp

EDITABLE = frozenset({TenderStatus.DRAFT, TenderStatus.APPROVED})


@bp.route("/<uuid:tender_id>/edit", methods=["GET", "POST"])
@bp.route("/<uuid:tender_id>/edit/<section>", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def edit(tender_id: UUID, section: str = "basics") -> ResponseReturnValue:
    tender = queries.get_case(actor(), tender_id)
    require(may_draft_tender, actor(), tender)
    if section not in set(SECTION_FORMS):
        raise NotFound()
    if tender.status not in EDITABLE:
        raise InvalidTransition("update", str(tender.status))
    part, draft = Section(section), queries.draft_of(tender)
    procedure = queries.procedure_of(tender, clock.now())
    form = SECTION_FORMS[part].fill(draft, tender.version)
    form.fit(draft, procedure)
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.update_tender(
                actor=actor(), tender_id=tender_id, version=form.version.data, values=form.written(draft)
            ),
            lambda t: _next_section(t.id, part),
            _("Saved."),
        )
    ):
        return done
    return page(
        "tenders/edit.html", form=form, part=part, **frame(tender), **_beside(part, tender), usual=procedure
    )  # fmt: skip


def _beside(part: Section, tender: Tender) -> dict[str, Any]:
    """What stands below the form of one section only: the dates with their reasons."""
    if part is not Section.PERIODS:
        return {}
    now = clock.now()
    return {"dues": queries.dates_of(tender, now), "earliest": queries.earliest_deadline(tender, now)}


def _next_section(tender_id: UUID, part: Section) -> str:
    order = list(Section)
    following = order[order.index(part) + 1]
    if following is Section.FORM:
        return url_for("tenders.form", tender_id=tender_id)
    if following is Section.SEAL:
        return url_for("tenders.seal", tender_id=tender_id)
    return url_for("tenders.edit", tender_id=tender_id, section=following.value)


def frame(tender: Tender) -> dict[str, Any]:
    """What every page of the editor shows beside its form."""
    return {
        "tender": tender,
        "states": queries.checklist(tender, clock.now()),
        "means": queries.scoring_in_words(tender),
        "funds": budgets.confirmation(tender.id),
    }


@bp.route("/<uuid:tender_id>/ideas", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def ideas(tender_id: UUID) -> ResponseReturnValue:
    tender = queries.get_case(actor(), tender_id)
    require(may_draft_tender, actor(), tender)
    if tender.status not in EDITABLE:
        raise InvalidTransition("update", str(tender.status))
    cited, ready = needs.ideas_of(tender_id), needs.ideas_ready(tender.unit_id)
    form = IdeasForm(data={"version": tender.version, "idea_ids": [str(idea.id) for idea in cited]})
    form.offer((idea.id, f"{idea.number} {idea.title}") for idea in ready)
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.cite_ideas(
                actor=actor(), tender_id=tender_id, version=form.version.data, idea_ids=[UUID(key) for key in form.idea_ids.data or []]
            ),
            lambda t: url_for("tenders.seal", tender_id=t.id),
            _("Saved."),
        )
    ):  # fmt: skip
        return done
    return page("tenders/ideas.html", form=form, part=Section.IDEAS, ready=ready, **frame(tender))


@bp.route("/<uuid:tender_id>/seal", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def seal(tender_id: UUID) -> ResponseReturnValue:
    tender = queries.get_case(actor(), tender_id)
    require(may_draft_tender, actor(), tender)
    chosen = {row.role: str(row.user_id) if row.user_id else "" for row in tender.holders}
    form = SealForm(data={role.value: chosen.get(role, "") for role in queries.HOLDER_ROLES})
    for role in queries.HOLDER_ROLES:
        people = [(str(user_id), name) for user_id, name in queries.candidates(tender, role)]
        form[role.value].choices = [("", _("Please choose")), *people]

    def choose() -> None:
        for role in queries.HOLDER_ROLES:
            if form[role.value].data:
                services.set_holder(
                    actor=actor(), tender_id=tender_id, role=role, user_id=UUID(form[role.value].data)
                )

    if form.validate_on_submit() and (
        done := form.perform(
            choose, lambda _none: url_for("tenders.case", tender_id=tender_id), _("The key holders were chosen.")
        )
    ):  # fmt: skip
        return done
    return page(
        "tenders/seal.html", form=form, part=Section.SEAL, holders=queries.holders_of(tender), **frame(tender)
    )  # fmt: skip
