"""Pages of values that hold for all experts: enter them, confirm them."""

from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.errors import NotFound
from portal.core.forms import act
from portal.core.policy import require
from portal.core.web import actor, page, roles
from portal.panels import queries as panel_queries
from portal.panels.models import Panel
from portal.panels.values import PanelStatus
from portal.parties.values import Role
from portal.scoring import queries, services
from portal.scoring.forms import ValuesForm, values_form
from portal.scoring.policies import may_confirm_values, may_enter_values, may_follow_scoring
from portal.scoring.views.blueprint import STAFF, bp
from portal.scoring.views.correction import may_correct_now
from portal.tenders import rules
from portal.tenders.models import Criterion


def _found(panel_id: UUID, code: str) -> tuple[Panel, Criterion]:
    panel = panel_queries.get_panel(actor(), panel_id)
    for criterion in queries.entered_once(panel.tender_id):
        if criterion.code == code:
            return panel, criterion
    raise NotFound()


@bp.route("/panels/<uuid:panel_id>/values/<code>", methods=["GET", "POST"])
@roles(*STAFF)
def values(panel_id: UUID, code: str) -> ResponseReturnValue:
    panel, criterion = _found(panel_id, code)
    require(may_enter_values if request.method == "POST" else may_follow_scoring, actor(), panel)
    form = _form(panel, criterion)
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.enter_values(
                actor=actor(), panel_id=panel_id, criterion_id=criterion.id, values=form.values
            ),
            lambda _n: url_for("scoring.values", panel_id=panel_id, code=code),
            _("Saved."),
        )
    ):
        return done
    entered = queries.entered_values(panel.tender_id)
    rows = {bid.id: entered[bid.id, criterion.id] for bid in form.bids if (bid.id, criterion.id) in entered}
    return page(
        "scoring/values.html",
        panel=panel,
        criterion=criterion,
        computed=rules.fact_rule(panel.tender.scheme, code),
        form=form,
        entered=rows,
        waiting=any(row.confirmed_at is None for row in rows.values()),
        own=any(row.confirmed_at is None and row.entered_by == actor().user_id for row in rows.values()),
        seen=services.fingerprint(list(rows.values())),
        closed=panel.status == PanelStatus.CLOSED,
        may_correct=panel.status == PanelStatus.CLOSED and may_correct_now(panel),
    )


def _form(panel: Panel, criterion: Criterion) -> ValuesForm:
    bids, entered = queries.admitted_bids(panel.tender_id), queries.entered_values(panel.tender_id)
    data: dict[str, object] = {}
    for number, bid in enumerate(bids):
        row = entered.get((bid.id, criterion.id))
        data[f"m{number}"], data[f"r{number}"] = (row.value, row.basis) if row else (None, "")
    return values_form(bids)(data=data)


@bp.post("/panels/<uuid:panel_id>/values/<code>/declared")
@roles(Role.PROGRAMME_OFFICER)
def take_over(panel_id: UUID, code: str) -> ResponseReturnValue:
    panel, criterion = _found(panel_id, code)
    require(may_enter_values, actor(), panel)
    return act(
        lambda _form: services.take_over_declared(
            actor=actor(), panel_id=panel_id, criterion_id=criterion.id
        ),
        url_for("scoring.values", panel_id=panel_id, code=code),
        _("What was declared is entered; a second person confirms it."),
    )


@bp.post("/panels/<uuid:panel_id>/values/<code>/confirm")
@roles(Role.PROGRAMME_OFFICER, Role.PROGRAMME_APPROVER)
def confirm_values(panel_id: UUID, code: str) -> ResponseReturnValue:
    panel, criterion = _found(panel_id, code)
    require(may_confirm_values, actor(), panel)
    return act(
        lambda _form: services.confirm_values(
            actor=actor(), panel_id=panel_id, criterion_id=criterion.id, seen=request.form.get("seen", "")
        ),
        url_for("scoring.values", panel_id=panel_id, code=code),
        _("The values are confirmed."),
    )
