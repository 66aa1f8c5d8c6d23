"""Pages of scoring: the expert's queue and sheets, the officer's overview, the public result."""

import io
from uuid import UUID

from flask import Blueprint, Response, jsonify, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.bids import queries as bids
from portal.core import clock
from portal.core.clock import local
from portal.core.errors import DomainError, Invalid, NotFound
from portal.core.forms import act
from portal.core.policy import require
from portal.core.proofs import canonical
from portal.core.templating import gettext, problem_text
from portal.core.text import N_
from portal.core.web import actor, navigation, page, public, roles, send
from portal.panels import queries as panel_queries
from portal.panels.models import Panel
from portal.panels.values import PanelStatus
from portal.parties.values import Role
from portal.scoring import documents, queries, services
from portal.scoring.forms import SheetForm, SignForm, marks_as_data, sheet_form
from portal.scoring.models import ScoreSheet
from portal.scoring.policies import (
    may_close_panel,
    may_follow_scoring,
    may_return_sheet,
    may_score,
    may_see_scores,
    may_sign_sheets,
)
from portal.scoring.values import SheetStatus

bp = Blueprint("scoring", __name__, url_prefix="/scoring")
STAFF = (Role.PROGRAMME_OFFICER, Role.PROGRAMME_APPROVER, Role.SUPERVISOR)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


# --- the expert


@bp.get("/")
@roles(Role.EXPERT)
def queue() -> ResponseReturnValue:
    return page("scoring/queue.html", queues=queries.my_queues(actor()))


@bp.route("/sheets/<uuid:sheet_id>", methods=["GET", "POST"])
@roles(Role.EXPERT)
def sheet(sheet_id: UUID) -> ResponseReturnValue:
    found = queries.get_sheet(actor(), sheet_id)
    require(may_score, actor(), found)
    form = _form(found)
    lock = "lock" in request.form

    def save() -> ScoreSheet:
        saved = services.save_marks(
            actor=actor(), sheet_id=sheet_id, version=form.version.data, marks=form.marks, comment=form.comment.data or "",
        )  # fmt: skip
        return services.submit_sheet(actor=actor(), sheet_id=sheet_id) if lock else saved

    message = _("The sheet is locked.") if lock else _("Saved.")
    if form.validate_on_submit() and (done := form.perform(save, lambda _s: _after(found, lock), message)):
        return done
    found = queries.get_sheet(actor(), sheet_id)
    siblings = queries.my_sheets(actor(), found.panel_id)
    place = [row.id for row in siblings].index(sheet_id)
    content = bids.content(found.bid)
    return page(
        "scoring/sheet.html",
        sheet=found,
        form=form,
        content=content,
        answers=bids.answered(found.panel.tender, content),
        heads={head.code: head.title for head in bids.heads(found.panel.tender_id)},
        place=place + 1,
        count=len(siblings),
        locked=sum(row.status == SheetStatus.SUBMITTED for row in siblings),
        previous=siblings[place - 1] if place else None,
        following=siblings[place + 1] if place + 1 < len(siblings) else None,
        editable=found.status == SheetStatus.OPEN and found.panel.status == PanelStatus.SCORING,
        total=queries.own_total(found),
        maximum=sum(criterion.maximum for criterion in form.criteria),
    )


def _form(found: ScoreSheet) -> SheetForm:
    criteria = queries.marked_criteria([found.panel.tender_id])
    data = {
        "version": found.version,
        "comment": found.comment,
        **marks_as_data(criteria, queries.marks_of(found)),
    }
    return sheet_form(criteria)(data=data)


def _after(found: ScoreSheet, lock: bool) -> str:
    """After locking go on with the next open sheet, or to signing when none is left; else stay."""
    if not lock:
        return url_for("scoring.sheet", sheet_id=found.id)
    siblings = queries.my_sheets(actor(), found.panel_id)
    place = [row.id for row in siblings].index(found.id)
    waiting = [row for row in siblings[place + 1 :] + siblings[:place] if row.status == SheetStatus.OPEN]
    if waiting:
        return url_for("scoring.sheet", sheet_id=waiting[0].id)
    return url_for("scoring.sign", panel_id=found.panel_id)


@bp.post("/sheets/<uuid:sheet_id>/autosave")
@roles(Role.EXPERT)
def autosave(sheet_id: UUID) -> ResponseReturnValue:
    """Save while the expert types; answers JSON, with a sentence when something cannot be saved."""
    found = queries.get_sheet(actor(), sheet_id)
    require(may_score, actor(), found)
    form = _form(found)
    if not form.validate_on_submit():
        return jsonify(problem=_first_error(form)), 422
    try:
        saved = services.save_marks(
            actor=actor(), sheet_id=sheet_id, version=form.version.data, marks=form.marks, comment=form.comment.data or "",
        )  # fmt: skip
    except Invalid as error:
        return jsonify(problem=problem_text(error.problems[0])), 422
    except DomainError as error:
        return jsonify(problem=gettext(getattr(error, "message", N_("This is not possible.")))), error.status
    return jsonify(saved_at=f"{local(clock.now()):%H:%M}", version=saved.version)


def _first_error(form: SheetForm) -> str:
    return str(next((e for errors in form.errors.values() for e in errors), _("This is not possible.")))


@bp.get("/sheets/<uuid:sheet_id>/files/<part>")
@roles(Role.EXPERT)
def file(sheet_id: UUID, part: str) -> ResponseReturnValue:
    found = queries.get_sheet(actor(), sheet_id)
    require(may_score, actor(), found)
    content, name, media_type = bids.read_file(found.bid, part)
    response = send_file(io.BytesIO(content), mimetype=media_type, download_name=name, as_attachment=True)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@bp.route("/panels/<uuid:panel_id>/sign", methods=["GET", "POST"])
@roles(Role.EXPERT)
def sign(panel_id: UUID) -> ResponseReturnValue:
    seat = queries.my_seat(actor(), panel_id)
    require(may_sign_sheets, actor(), seat)
    form = SignForm()
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.sign(actor=actor(), panel_id=panel_id, password=form.password.data or ""),
            lambda _s: url_for("scoring.sign", panel_id=panel_id),
            _("Your sheets are signed. Thank you."),
        )
    ):
        return done
    work = next((found for found in queries.my_queues(actor()) if found.panel.id == panel_id), None)
    if work is None:
        raise NotFound()
    return page("scoring/sign.html", work=work, form=form)


# --- the buyer


@bp.get("/panels/<uuid:panel_id>")
@roles(*STAFF)
def panel(panel_id: UUID) -> ResponseReturnValue:
    found = panel_queries.get_panel(actor(), panel_id)
    require(may_follow_scoring, actor(), found)
    closed = found.status == PanelStatus.CLOSED
    may_return = not closed and may_return_sheet(actor(), found)
    return page(
        "scoring/panel.html",
        panel=found,
        progress=queries.progress(found),
        in_the_way=[] if closed else services.in_the_way(found),
        locked=queries.locked_sheets(panel_id) if may_return else [],
        tables=documents.score_tables(found.tender_id) if closed else [],
        report=queries.report_of(panel_id) if closed else None,
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
    content = documents.spreadsheet(found.tender.title, documents.score_tables(found.tender_id))
    name = f"{found.tender.number}.xlsx"
    return send_file(io.BytesIO(content), mimetype=XLSX, download_name=name, as_attachment=True)


def _readable(panel_id: UUID) -> Panel:
    found = panel_queries.get_panel(actor(), panel_id)
    require(may_see_scores, actor(), found)
    return found


# --- the public


@bp.get("/tenders/<uuid:tender_id>")
@public
def result(tender_id: UUID) -> ResponseReturnValue:
    tender = queries.published_tender(tender_id)
    queries.public_rankings(tender_id)
    return page("scoring/result.html", tender=tender, tables=documents.score_tables(tender_id))


@bp.get("/rankings/<uuid:ranking_id>/record.json")
@public
def record(ranking_id: UUID) -> Response:
    """The evaluation record as ``python -m portal.verify score`` reads it."""
    found = queries.public_ranking(ranking_id)
    response = Response(canonical(found.record), mimetype="application/json")
    name = f"record-{found.record['tender']}-{found.record['lot']}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


navigation(N_("My scoring"), "scoring.queue", Role.EXPERT, rank=21)
