"""Pages of the expert across proposals: all own marks side by side, and one criterion for all proposals."""

from uuid import UUID

from flask import jsonify, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock
from portal.core.clock import local
from portal.core.errors import DomainError, Invalid, NotFound
from portal.core.policy import require
from portal.core.templating import gettext, problem_text
from portal.core.text import N_
from portal.core.web import actor, page, roles
from portal.panels.values import PanelStatus
from portal.parties.values import Role
from portal.scoring import queries, services
from portal.scoring.forms import ColumnForm, column_as_data, column_form, threshold
from portal.scoring.models import ScoreSheet
from portal.scoring.policies import may_sign_sheets
from portal.scoring.values import SheetStatus
from portal.scoring.views.blueprint import bp
from portal.tenders.models import Criterion


@bp.get("/panels/<uuid:panel_id>/mine")
@roles(Role.EXPERT)
def compare(panel_id: UUID) -> ResponseReturnValue:
    work = _work(panel_id)
    return page(
        "scoring/compare.html",
        work=work,
        names=queries.names_for_experts(row.sheet for row in work.rows),
        criteria=queries.marked_criteria([work.panel.tender_id]),
        marks={row.sheet.id: queries.marks_of(row.sheet) for row in work.rows},
    )


def _work(panel_id: UUID) -> queries.Queue:
    require(may_sign_sheets, actor(), queries.my_seat(actor(), panel_id))
    found = queries.queues_of(queries.my_sheets(actor(), panel_id))
    if not found:
        raise NotFound()
    return found[0]


@bp.route("/panels/<uuid:panel_id>/mine/<code>", methods=["GET", "POST"])
@roles(Role.EXPERT)
def column(panel_id: UUID, code: str) -> ResponseReturnValue:
    work = _work(panel_id)
    criterion, following = _criterion(work, code)
    form = _form(work, criterion)
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: _save(panel_id, criterion, form),
            lambda _s: url_for("scoring.column", panel_id=panel_id, code=(following or criterion).code),
            _("Saved."),
        )
    ):
        return done
    return page(
        "scoring/column.html",
        work=_work(panel_id),
        names=queries.names_for_experts(row.sheet for row in work.rows),
        criterion=criterion,
        criteria=queries.marked_criteria([work.panel.tender_id]),
        following=following,
        threshold=threshold(criterion),
        form=form,
        locked=[
            (row.sheet, queries.marks_of(row.sheet).get(criterion.id))
            for row in work.rows
            if row.sheet.status == SheetStatus.SUBMITTED
        ],
    )


def _criterion(work: queries.Queue, code: str) -> tuple[Criterion, Criterion | None]:
    """The criterion and the one after it."""
    criteria = queries.marked_criteria([work.panel.tender_id])
    for place, found in enumerate(criteria):
        if found.code == code:
            return found, criteria[place + 1] if place + 1 < len(criteria) else None
    raise NotFound()


def _form(work: queries.Queue, criterion: Criterion) -> ColumnForm:
    sheets: list[ScoreSheet] = []
    if work.panel.status == PanelStatus.SCORING:
        sheets = [row.sheet for row in work.rows if row.sheet.status == SheetStatus.OPEN]
    names = queries.names_for_experts(sheets)
    return column_form(sheets, [names[sheet.bid_id] for sheet in sheets])(
        data=column_as_data(sheets, criterion.id)
    )


def _save(panel_id: UUID, criterion: Criterion, form: ColumnForm) -> dict[UUID, int]:
    return services.save_column(actor=actor(), panel_id=panel_id, criterion_id=criterion.id, marks=form.marks)


@bp.post("/panels/<uuid:panel_id>/mine/<code>/autosave")
@roles(Role.EXPERT)
def column_autosave(panel_id: UUID, code: str) -> ResponseReturnValue:
    """Save while the expert types; answers JSON with the new version of each sheet that changed."""
    work = _work(panel_id)
    criterion, _following = _criterion(work, code)
    form = _form(work, criterion)
    if not form.validate_on_submit():
        first = next((e for errors in form.errors.values() for e in errors), _("This is not possible."))
        return jsonify(problem=str(first)), 422
    try:
        saved = _save(panel_id, criterion, form)
    except Invalid as error:
        return jsonify(problem=problem_text(error.problems[0])), 422
    except DomainError as error:
        return jsonify(problem=gettext(getattr(error, "message", N_("This is not possible.")))), error.status
    versions = {f"v{n}": saved[sheet.id] for n, sheet in enumerate(form.sheets) if sheet.id in saved}
    return jsonify(saved_at=f"{local(clock.now()):%H:%M}", versions=versions)
