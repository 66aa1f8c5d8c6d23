"""Pages of the buyer that replace a fixed ranking by a new version."""

from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.errors import NotFound
from portal.core.policy import can, require
from portal.core.web import actor, page, roles
from portal.panels import queries as panel_queries
from portal.panels.models import Panel
from portal.parties.values import Role
from portal.scoring import queries, services
from portal.scoring.forms import CorrectValueForm, ExcludeForm
from portal.scoring.models import Ranking, RankingEntry
from portal.scoring.policies import Correctable, may_correct_ranking
from portal.scoring.views.blueprint import bp


def _found(panel_id: UUID, bid_id: UUID) -> tuple[Panel, Ranking, RankingEntry]:
    panel = panel_queries.get_panel(actor(), panel_id)
    for latest, entries in queries.rankings(panel.tender_id):
        for entry in entries:
            if entry.bid_id == bid_id:
                require(may_correct_ranking, actor(), Correctable(panel.tender.unit_id, latest.fixed_by))
                return panel, latest, entry
    raise NotFound()


def may_correct_now(found: Panel) -> bool:
    """Whether the actor may replace the rankings as they stand: not published, and fixed by a colleague."""
    latest = [row for row, _entries in queries.rankings(found.tender_id)]
    if queries.is_published(row.id for row in latest):
        return False
    return any(
        can(may_correct_ranking, actor(), Correctable(found.tender.unit_id, row.fixed_by)) for row in latest
    )


@bp.route("/panels/<uuid:panel_id>/exclude/<uuid:bid_id>", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def exclude(panel_id: UUID, bid_id: UUID) -> ResponseReturnValue:
    panel, _latest, entry = _found(panel_id, bid_id)
    form = ExcludeForm()
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.exclude_bid(
                actor=actor(), panel_id=panel_id, bid_id=bid_id, ground=form.ground.data,
                explanation=form.explanation.data or "",
            ),
            lambda _r: url_for("scoring.panel", panel_id=panel_id),
            _("The ranking was computed anew; the earlier one stays on file."),
        )
    ):  # fmt: skip
        return done
    return page("scoring/exclude.html", panel=panel, entry=entry, form=form)


@bp.route("/panels/<uuid:panel_id>/correct/<uuid:bid_id>/<code>", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def correct(panel_id: UUID, bid_id: UUID, code: str) -> ResponseReturnValue:
    panel, latest, entry = _found(panel_id, bid_id)
    entered = services.entered_in(latest, bid_id, code)
    form = CorrectValueForm()
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.correct_value(
                actor=actor(), panel_id=panel_id, bid_id=bid_id, code=code, value=form.right,
                ground=form.ground.data, explanation=form.explanation.data or "",
            ),
            lambda _r: url_for("scoring.panel", panel_id=panel_id),
            _("The ranking was computed anew; the earlier one stays on file."),
        )
    ):  # fmt: skip
        return done
    title = next(c.title for c in queries.criteria(panel.tender_id) if c.code == code)
    return page("scoring/correct.html", panel=panel, entry=entry, form=form, entered=entered, title=title)
