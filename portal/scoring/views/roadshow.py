"""Pages of a roadshow: the order, the projector, the way from the phone to the sheet of who speaks."""

from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.errors import NotFound
from portal.core.forms import act
from portal.core.policy import require
from portal.core.web import actor, page, roles, see
from portal.panels import queries as panel_queries
from portal.panels.values import PanelStatus
from portal.parties.values import Role
from portal.scoring import queries, services
from portal.scoring.forms import RoadshowForm
from portal.scoring.models import Roadshow
from portal.scoring.policies import may_follow_scoring, may_lead_roadshow, may_sign_sheets
from portal.scoring.views.blueprint import STAFF, bp


@bp.route("/panels/<uuid:panel_id>/roadshow", methods=["GET", "POST"])
@roles(*STAFF)
def roadshow(panel_id: UUID) -> ResponseReturnValue:
    panel = panel_queries.get_panel(actor(), panel_id)
    require(may_lead_roadshow if request.method == "POST" else may_follow_scoring, actor(), panel)
    form = RoadshowForm(data={"talk_minutes": 8, "question_minutes": 5})
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.draw_roadshow(
                actor=actor(), panel_id=panel_id, talk_minutes=form.talk_minutes.data,
                question_minutes=form.question_minutes.data,
            ),
            lambda _r: url_for("scoring.roadshow", panel_id=panel_id),
            _("The speaking order is drawn; each bidder is told the own place by mail."),
        )
    ):  # fmt: skip
        return done
    found = queries.roadshow_of(panel_id)
    return page(
        "scoring/roadshow.html", panel=panel, form=form, roadshow=found, speakers=queries.speakers(found) if found else [],
        running=panel.status == PanelStatus.SCORING, announced=queries.has_roadshow(panel.tender),
        blind=panel_queries.is_blind(panel),
    )  # fmt: skip


@bp.post("/panels/<uuid:panel_id>/roadshow/next")
@roles(Role.PROGRAMME_OFFICER)
def call_next(panel_id: UUID) -> ResponseReturnValue:
    require(may_lead_roadshow, actor(), panel_queries.get_panel(actor(), panel_id))
    return act(
        lambda _form: services.call_next(
            actor=actor(), panel_id=panel_id, version=request.form.get("version", type=int)
        ),
        url_for("scoring.roadshow", panel_id=panel_id),
        _("Saved."),
    )


@bp.get("/panels/<uuid:panel_id>/roadshow/screen")
@roles(*STAFF)
def projector(panel_id: UUID) -> ResponseReturnValue:
    """Who speaks, how long still, who is next: large, and looked at again by itself."""
    panel = panel_queries.get_panel(actor(), panel_id)
    require(may_follow_scoring, actor(), panel)
    found = _roadshow(panel_id)
    order = queries.speakers(found)
    following = order[found.position] if found.position < len(order) else None
    speaking = order[found.position - 1] if 0 < found.position <= len(order) else None
    return page("scoring/projector.html", panel=panel, roadshow=found, speaking=speaking, following=following)


@bp.get("/panels/<uuid:panel_id>/roadshow/now")
@roles(Role.EXPERT)
def now(panel_id: UUID) -> ResponseReturnValue:
    """From the phone straight to the own sheet of who speaks."""
    require(may_sign_sheets, actor(), queries.my_seat(actor(), panel_id))
    speaking = _roadshow(panel_id).now_speaking
    for sheet in queries.my_sheets(actor(), panel_id):
        if sheet.bid_id == speaking:
            return see("scoring.sheet", sheet_id=sheet.id)
    return see("scoring.queue", _("Nobody speaks now."))


def _roadshow(panel_id: UUID) -> Roadshow:
    found = queries.roadshow_of(panel_id)
    if found is None:
        raise NotFound()
    return found
