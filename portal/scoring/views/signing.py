"""Pages of the expert after the last lock: deviations, new versions, the signature."""

from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.errors import NotFound, problem
from portal.core.forms import act
from portal.core.policy import require
from portal.core.text import N_
from portal.core.web import actor, page, roles
from portal.panels import queries as panel_queries
from portal.panels.values import PanelStatus
from portal.parties.values import Role
from portal.scoring import queries, services
from portal.scoring.forms import RefuseForm, SignForm, StatementForm
from portal.scoring.policies import may_explain, may_refuse_to_sign, may_score, may_sign_sheets
from portal.scoring.views.blueprint import bp


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
    names = queries.names_for_experts(row.sheet for row in work.rows)
    return page(
        "scoring/sign.html",
        work=work,
        names=names,
        form=form,
        waits_for=services.waits_for(panel, work.seat) if panel.status == PanelStatus.SCORING else [],
        outliers=sorted(queries.own_outliers(actor(), panel_id), key=lambda found: names[found.bid_id]),
        locked=sum(row.has_locked for row in queries.progress(panel)),
        experts=len(panel_queries.members_who_scored(panel)),
        dissent=queries.dissents([work.seat]).get(work.seat.id),
    )


@bp.route("/panels/<uuid:panel_id>/refuse", methods=["GET", "POST"])
@roles(Role.EXPERT)
def refuse(panel_id: UUID) -> ResponseReturnValue:
    seat = queries.my_seat(actor(), panel_id)
    require(may_refuse_to_sign, actor(), seat)
    form = RefuseForm()
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.refuse_to_sign(
                actor=actor(), panel_id=panel_id, reason=form.reason.data or "", password=form.password.data or ""
            ),
            lambda _s: url_for("scoring.sign", panel_id=panel_id),
            _("It is on record that you do not sign, with your reason."),
        )
    ):  # fmt: skip
        return done
    panel = panel_queries.panel_of(seat.panel.tender_id)
    if panel is None:
        raise NotFound()
    running = panel.status == PanelStatus.SCORING
    waits_for = (
        services.waits_for(panel, seat) if running else [problem(N_("The work of this panel is over."))]
    )
    return page("scoring/refuse.html", form=form, seat=seat, panel=panel, waits_for=waits_for)


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
        "scoring/explain.html", form=form, outlier=found, sheet=own, name=queries.names_for_experts([own])[own.bid_id], seat=own.seat,
        marks=[(criterion, given[criterion.id]) for criterion in criteria if criterion.id in given],
    )  # fmt: skip
