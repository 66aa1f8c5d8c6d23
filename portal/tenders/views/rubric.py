"""The rubric beyond its table: bands, the preview as experts see it, the spreadsheet."""

from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.errors import InvalidTransition
from portal.core.policy import require
from portal.core.sheets import send_workbook
from portal.core.web import actor, page, public, roles
from portal.parties.values import Role
from portal.tenders import queries, services
from portal.tenders.documents import rubric_sheet
from portal.tenders.forms import BandsForm, FactsForm, marked, objective
from portal.tenders.policies import may_draft_tender
from portal.tenders.rules import fact_sources
from portal.tenders.values import Section
from portal.tenders.views.blueprint import STAFF_ROLES, bp
from portal.tenders.views.editing import EDITABLE, frame


@bp.route("/<uuid:tender_id>/bands", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def bands(tender_id: UUID) -> ResponseReturnValue:
    tender = queries.get_case(actor(), tender_id)
    require(may_draft_tender, actor(), tender)
    if tender.status not in EDITABLE:
        raise InvalidTransition("update", str(tender.status))
    draft = queries.draft_of(tender)
    form = BandsForm.fill(draft, tender.version)
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.update_tender(
                actor=actor(), tender_id=tender_id, version=form.version.data, values=form.written(draft)
            ),
            lambda t: url_for("tenders.rubric_preview", tender_id=t.id),
            _("The bands were saved. This is what experts will see."),
        )
    ):
        return done
    return page(
        "tenders/bands.html", form=form, part=Section.RUBRIC, rows=list(zip(marked(draft), form.criteria, strict=False)),
        **frame(tender),
    )  # fmt: skip


@bp.route("/<uuid:tender_id>/facts", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def facts(tender_id: UUID) -> ResponseReturnValue:
    """Which objective criteria are computed from declared facts, and how."""
    tender = queries.get_case(actor(), tender_id)
    require(may_draft_tender, actor(), tender)
    if tender.status not in EDITABLE:
        raise InvalidTransition("update", str(tender.status))
    draft = queries.draft_of(tender)
    form = FactsForm.fill(draft, tender.version)
    form.offer(fact_sources(queries.form_of(tender)))
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.update_tender(
                actor=actor(), tender_id=tender_id, version=form.version.data, values=form.written(draft)
            ),
            lambda t: url_for("tenders.edit", tender_id=t.id, section=Section.RUBRIC.value),
            _("Saved."),
        )
    ):
        return done
    return page(
        "tenders/facts.html", form=form, part=Section.RUBRIC, rows=list(zip(objective(draft), form.criteria, strict=False)),
        **frame(tender),
    )  # fmt: skip


@bp.get("/<uuid:tender_id>/rubric")
@roles(*STAFF_ROLES)
def rubric_preview(tender_id: UUID) -> ResponseReturnValue:
    """The sheet as experts will see it; what is typed here goes nowhere."""
    tender = queries.get_case(actor(), tender_id)
    return page("tenders/rubric.html", tender=tender, means=queries.scoring_in_words(tender))


@bp.get("/<uuid:tender_id>/rubric.xlsx")
@public
def rubric_file(tender_id: UUID) -> Response:
    tender = queries.get_tender(actor(), tender_id)
    return send_workbook(rubric_sheet(tender), f"{tender.number}.xlsx")
