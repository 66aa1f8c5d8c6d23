"""Pages of the expert: the queue and the sheets."""

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
from portal.panels.values import PanelStatus
from portal.parties.values import Role
from portal.scoring import queries, services
from portal.scoring.forms import SheetForm, marks_as_data, sheet_form
from portal.scoring.models import ScoreSheet
from portal.scoring.policies import may_score, may_sign_sheets
from portal.scoring.values import SheetStatus
from portal.scoring.views.blueprint import bp

AHEAD = 12


@bp.get("/")
@roles(Role.EXPERT)
def queue() -> ResponseReturnValue:
    queues = queries.my_queues(actor())
    return page(
        "scoring/queue.html",
        queues=queues,
        names=queries.names_for_experts(row.sheet for work in queues for row in work.rows),
        readings=queries.readings_of([work.seat.id for work in queues]),
        roadshows=queries.roadshows(work.panel.id for work in queues),
    )


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
            note=form.note.data or "",
        )  # fmt: skip
        return services.submit_sheet(actor=actor(), sheet_id=sheet_id) if lock else saved

    name = queries.names_for_experts([found])[found.bid_id]
    message = _("The sheet for %(name)s is locked.", name=name) if lock else _("Saved.")
    if form.validate_on_submit() and (done := form.perform(save, lambda _s: _after(found, lock), message)):
        return done
    found = queries.get_sheet(actor(), sheet_id)
    siblings = queries.my_sheets(actor(), found.panel_id)
    place = [row.id for row in siblings].index(sheet_id)
    standing = next(work for work in queries.queues_of(siblings))
    content = queries.content_for_expert(found.panel, found.bid)
    shown = {item.part for item in content.attachments}
    following = siblings[place + 1] if place + 1 < len(siblings) else None
    return page(
        "scoring/sheet.html",
        sheet=found,
        name=queries.names_for_experts([found])[found.bid_id],
        form=form,
        content=content,
        asked=queries.asked_of(found.panel, found.seat, found.bid_id),
        answers=bids.answered(found.panel.tender, content),
        heads={head.code: head.title for head in bids.heads(found.panel.tender_id)},
        place=place + 1,
        count=len(siblings),
        locked=sum(row.status == SheetStatus.SUBMITTED for row in siblings),
        previous=siblings[place - 1] if place else None,
        following=following,
        pages={part: made for part, made in bids.all_page_images(found.bid).items() if part in shown},
        ahead=_ahead(following),
        editable=found.status == SheetStatus.OPEN and found.panel.status == PanelStatus.SCORING,
        total=queries.own_total(found, form.criteria),
        standing=standing.rows[place].rank,
        complete=sum(row.rank is not None for row in standing.rows),
        maximum=sum(criterion.maximum for criterion in form.criteria),
    )


def _ahead(following: ScoreSheet | None) -> list[str]:
    """The addresses of the first pages of the next proposal, for the browser to load while this one is read."""
    if following is None:
        return []
    shown = {item.part for item in queries.content_for_expert(following.panel, following.bid).attachments}
    return [
        url_for("scoring.file_page", sheet_id=following.id, part=part, number=number)
        for part, made in sorted(bids.all_page_images(following.bid).items())
        if part in shown
        for number in range(1, len(made.pages) + 1)
    ][:AHEAD]


def _form(found: ScoreSheet) -> SheetForm:
    criteria = queries.marked_criteria([found.panel.tender_id])
    data = {
        "version": found.version,
        "comment": found.comment,
        "note": found.note,
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
    """Save while the expert types; answers JSON. A mark that cannot stand is named and keeps no other from being saved."""
    found = queries.get_sheet(actor(), sheet_id)
    require(may_score, actor(), found)
    form = _form(found)
    form.validate_on_submit()
    refused = form.refused_marks()
    if len(form.errors) > len(refused):
        return jsonify(problem=_first_error(form)), 422
    try:
        saved = _save_what_stands(form, sheet_id, refused)
    except Invalid as error:
        return jsonify(problem=problem_text(error.problems[0])), 422
    except DomainError as error:
        return jsonify(problem=gettext(getattr(error, "message", N_("This is not possible.")))), error.status
    unsaved = _("Not saved: %(problem)s", problem=next(iter(refused.values()))) if refused else None
    return jsonify(saved_at=f"{local(clock.now()):%H:%M}", version=saved.version, unsaved=unsaved)


def _save_what_stands(form: SheetForm, sheet_id: UUID, refused: dict[UUID, str]) -> ScoreSheet:
    """Save all marks but the refused ones; those that the service refuses join them."""

    def save() -> ScoreSheet:
        marks = {key: mark for key, mark in form.marks.items() if key not in refused}
        return services.save_marks(
            actor=actor(), sheet_id=sheet_id, version=form.version.data, marks=marks, comment=form.comment.data or "",
            note=form.note.data or "",
        )  # fmt: skip

    try:
        return save()
    except Invalid as error:
        by_code = {criterion.code: criterion.id for criterion in form.criteria}
        if any(found.field not in by_code for found in error.problems):
            raise
        refused |= {by_code[found.field or ""]: problem_text(found) for found in error.problems}
        return save()


def _first_error(form: SheetForm) -> str:
    return str(next((e for errors in form.errors.values() for e in errors), _("This is not possible.")))


@bp.get("/sheets/<uuid:sheet_id>/files/<part>/pages/<int:number>")
@roles(Role.EXPERT)
def file_page(sheet_id: UUID, part: str, number: int) -> ResponseReturnValue:
    """One page of an attachment as a picture, which the browser may load ahead and keep for a while."""
    found = queries.get_sheet(actor(), sheet_id)
    require(may_score, actor(), found)
    _attachment(found, part)
    picture = send_file(io.BytesIO(bids.page_image(found.bid, part, number)), mimetype="image/webp")
    picture.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    picture.headers["Cache-Control"] = "private, max-age=900"
    return picture


def _attachment(found: ScoreSheet, part: str) -> str:
    """The name of an attachment that the expert may read. Raises ``NotFound``: in a blind call most stay closed."""
    for item in queries.content_for_expert(found.panel, found.bid).attachments:
        if item.part == part:
            return item.name
    raise NotFound()


@bp.post("/panels/<uuid:panel_id>/reading")
@roles(Role.EXPERT)
def ask_reading(panel_id: UUID) -> ResponseReturnValue:
    require(may_sign_sheets, actor(), queries.my_seat(actor(), panel_id))
    return act(
        lambda _form: services.request_reading(actor=actor(), panel_id=panel_id),
        url_for("scoring.queue"),
        _("The reading is being made; you are told when it is there."),
    )


@bp.get("/panels/<uuid:panel_id>/reading.pdf")
@roles(Role.EXPERT)
def reading(panel_id: UUID) -> ResponseReturnValue:
    seat = queries.my_seat(actor(), panel_id)
    content = queries.reading_pdf(seat)
    name = f"{seat.panel.tender.number}.pdf"
    response = send_file(
        io.BytesIO(content), mimetype="application/pdf", download_name=name, as_attachment=True
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/sheets/<uuid:sheet_id>/files/<part>")
@roles(Role.EXPERT)
def file(sheet_id: UUID, part: str) -> ResponseReturnValue:
    found = queries.get_sheet(actor(), sheet_id)
    require(may_score, actor(), found)
    name = _attachment(found, part)
    content, _own_name, media_type = bids.read_file(found.bid, part)
    response = send_file(io.BytesIO(content), mimetype=media_type, download_name=name, as_attachment=True)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
