"""Pages of the buyer: how far the scoring is, closing, what was found."""

import io
from uuid import UUID

from flask import request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.errors import NotFound
from portal.core.forms import act
from portal.core.policy import require
from portal.core.web import actor, page, roles, send
from portal.panels import queries as panel_queries
from portal.panels.models import Panel
from portal.panels.values import PanelStatus
from portal.parties.values import Role
from portal.scoring import documents, queries, services
from portal.scoring.forms import WhatIfForm
from portal.scoring.policies import (
    may_close_panel,
    may_follow_scoring,
    may_note_refusal,
    may_return_sheet,
    may_see_scores,
)
from portal.scoring.views.blueprint import STAFF, bp
from portal.scoring.views.correction import may_correct_now

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/panels/<uuid:panel_id>")
@roles(*STAFF)
def panel(panel_id: UUID) -> ResponseReturnValue:
    found = panel_queries.get_panel(actor(), panel_id)
    require(may_follow_scoring, actor(), found)
    closed = found.status == PanelStatus.CLOSED
    questions = queries.question_states(panel_id)
    may_return = not closed and may_return_sheet(actor(), found)
    return page(
        "scoring/panel.html",
        panel=found,
        progress=queries.progress(found),
        entering=queries.entering(found.tender_id),
        compared=queries.comparison_in_force(panel_id) is not None,
        questions=questions,
        names={row.bid_id: row.bid.party.name for row in questions},
        asked=queries.asked_of(found, None) if closed else [],
        silent=[] if closed else services.silent(found),
        in_the_way=[] if closed else services.in_the_way(found),
        locked=queries.locked_sheets(panel_id) if may_return else [],
        tables=documents.score_tables(found.tender_id) if closed else [],
        members=documents.members(found) if closed else [],
        report=queries.report_of(panel_id) if closed else None,
        versions=queries.versions_of(panel_id) if closed else [],
        may_correct=closed and may_correct_now(found),
    )


@bp.get("/panels/<uuid:panel_id>/versions/<uuid:ranking_id>")
@roles(*STAFF)
def version(panel_id: UUID, ranking_id: UUID) -> ResponseReturnValue:
    found = _readable(panel_id)
    return page("scoring/version.html", panel=found, table=documents.version_table(found, ranking_id))


@bp.get("/panels/<uuid:panel_id>/what-if")
@roles(*STAFF)
def what_if(panel_id: UUID) -> ResponseReturnValue:
    """Draw another line through the ranking and look; nothing is stored."""
    found = _readable(panel_id)
    form = WhatIfForm(formdata=request.args or None)
    if request.args and not form.validate():
        return page("scoring/what_if.html", panel=found, form=form, trials=[])
    return page(
        "scoring/what_if.html", panel=found, form=form, trials=documents.what_if(found.tender_id, form.cut)
    )


@bp.post("/panels/<uuid:panel_id>/close")
@roles(Role.PROGRAMME_OFFICER)
def close(panel_id: UUID) -> ResponseReturnValue:
    require(may_close_panel, actor(), panel_queries.get_panel(actor(), panel_id))
    return act(
        lambda _form: services.close_panel(actor=actor(), panel_id=panel_id),
        url_for("scoring.panel", panel_id=panel_id),
        _("The panel is closed and the ranking is fixed."),
    )


@bp.post("/panels/<uuid:panel_id>/seats/<uuid:seat_id>/silence")
@roles(Role.PROGRAMME_OFFICER)
def note_silence(panel_id: UUID, seat_id: UUID) -> ResponseReturnValue:
    require(may_note_refusal, actor(), panel_queries.get_panel(actor(), panel_id))
    return act(
        lambda _form: services.note_silence(actor=actor(), panel_id=panel_id, seat_id=seat_id),
        url_for("scoring.panel", panel_id=panel_id),
        _("It is on record that the member did not sign and gave no reason."),
    )


@bp.post("/panels/<uuid:panel_id>/sheets/<uuid:sheet_id>/return")
@roles(Role.PROGRAMME_OFFICER)
def return_sheet(panel_id: UUID, sheet_id: UUID) -> ResponseReturnValue:
    found = panel_queries.get_panel(actor(), panel_id)
    require(may_return_sheet, actor(), found)
    if sheet_id not in {row.id for row in queries.locked_sheets(panel_id)}:
        raise NotFound()
    return act(
        lambda form: services.return_sheet(actor=actor(), sheet_id=sheet_id, reason=form.reason.data or ""),
        url_for("scoring.panel", panel_id=panel_id),
        _("The sheet is open again; the expert is told by mail."),
    )


@bp.get("/panels/<uuid:panel_id>/report.pdf")
@roles(*STAFF)
def report(panel_id: UUID) -> ResponseReturnValue:
    _readable(panel_id)
    stored = queries.report_of(panel_id)
    if stored is None:
        raise NotFound()
    return send(stored)


@bp.get("/panels/<uuid:panel_id>/scores.xlsx")
@roles(*STAFF)
def spreadsheet(panel_id: UUID) -> ResponseReturnValue:
    found = _readable(panel_id)
    content = documents.spreadsheet(
        found.tender.title, documents.score_tables(found.tender_id), documents.members(found)
    )
    name = f"{found.tender.number}.xlsx"
    return send_file(io.BytesIO(content), mimetype=XLSX, download_name=name, as_attachment=True)


def _readable(panel_id: UUID) -> Panel:
    found = panel_queries.get_panel(actor(), panel_id)
    require(may_see_scores, actor(), found)
    return found
