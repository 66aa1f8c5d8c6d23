"""Pages of the expert: the queue, the sheets, the signature."""

import io
from uuid import UUID

from flask import jsonify, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.bids import queries as bids
from portal.core import clock
from portal.core.clock import local
from portal.core.errors import DomainError, Invalid, NotFound
from portal.core.forms import act
from portal.core.policy import require
from portal.core.templating import gettext, problem_text
from portal.core.text import N_
from portal.core.web import actor, page, roles
from portal.panels import queries as panel_queries
from portal.panels.values import PanelStatus
from portal.parties.values import Role
from portal.scoring import queries, services
from portal.scoring.forms import SheetForm, SignForm, StatementForm, marks_as_data, sheet_form
from portal.scoring.models import ScoreSheet
from portal.scoring.policies import may_explain, may_score, may_sign_sheets
from portal.scoring.values import SheetStatus
from portal.scoring.views.blueprint import bp


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


@bp.post("/sheets/<uuid:sheet_id>/revise")
@roles(Role.EXPERT)
def revise(sheet_id: UUID) -> ResponseReturnValue:
    found = queries.get_sheet(actor(), sheet_id)
    require(may_score, actor(), found)
    return act(
        lambda _form: services.revise_sheet(actor=actor(), sheet_id=sheet_id),
        url_for("scoring.sheet", sheet_id=sheet_id),
        _("The sheet is open again; what it said is kept on file."),
    )


@bp.route("/panels/<uuid:panel_id>/sign", methods=["GET", "POST"])
@roles(Role.EXPERT)
def sign(panel_id: UUID) -> ResponseReturnValue:
    require(may_sign_sheets, actor(), queries.my_seat(actor(), panel_id))
    form = SignForm()
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.sign(
                actor=actor(), panel_id=panel_id, password=form.password.data or "", dissent=form.dissent.data or ""
            ),
            lambda _s: url_for("scoring.sign", panel_id=panel_id),
            _("Your sheets are signed. Thank you."),
        )
    ):  # fmt: skip
        return done
    work = next((found for found in queries.my_queues(actor()) if found.panel.id == panel_id), None)
    panel = panel_queries.panel_of(work.panel.tender_id) if work else None
    if work is None or panel is None:
        raise NotFound()
    return page(
        "scoring/sign.html",
        work=work,
        form=form,
        waits_for=services.waits_for(panel, work.seat) if panel.status == PanelStatus.SCORING else [],
        outliers=queries.own_outliers(actor(), panel_id),
        locked=sum(row.has_locked for row in queries.progress(panel)),
        experts=len(panel_queries.members_who_scored(panel)),
        dissent=queries.dissents([work.seat]).get(work.seat.id),
    )


@bp.route("/panels/<uuid:panel_id>/deviations/<uuid:outlier_id>", methods=["GET", "POST"])
@roles(Role.EXPERT)
def explain(panel_id: UUID, outlier_id: UUID) -> ResponseReturnValue:
    require(may_explain, actor(), queries.my_seat(actor(), panel_id))
    found = next((one for one in queries.own_outliers(actor(), panel_id) if one.id == outlier_id), None)
    if found is None:
        raise NotFound()
    form = StatementForm(data={"statement": found.statement})
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.explain(
                actor=actor(), outlier_id=outlier_id, statement=form.statement.data or ""
            ),
            lambda _o: url_for("scoring.sign", panel_id=panel_id),
            _("Your reason is on record."),
        )
    ):
        return done
    sheets = queries.my_sheets(actor(), panel_id)
    own = next(row for row in sheets if row.bid_id == found.bid_id)
    criteria = queries.marked_criteria([own.panel.tender_id])
    given = queries.marks_of(own)
    return page(
        "scoring/explain.html", form=form, outlier=found, sheet=own, signed_at=own.seat.signed_at,
        marks=[(criterion, given[criterion.id]) for criterion in criteria if criterion.id in given],
    )  # fmt: skip
