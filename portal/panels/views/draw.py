"""Pages of the draw: freeze, witness, draw, and what the public may check."""

from dataclasses import replace
from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import queries as accounts
from portal.bids import queries as bids
from portal.bids.values import BidStatus
from portal.core.errors import NotFound
from portal.core.forms import act
from portal.core.policy import require
from portal.core.proofs import canonical
from portal.core.web import actor, page, public, roles
from portal.panels import queries, rules, services
from portal.panels.forms import QuotaForm, WordsForm
from portal.panels.models import Panel, Seat
from portal.panels.policies import (
    may_begin_scoring,
    may_draw,
    may_freeze_list,
    may_see_panel,
    may_witness_draw,
)
from portal.panels.values import ExclusionReason, ExpertGroup, PanelStatus, Revealed
from portal.panels.views.blueprint import STAFF, bp
from portal.parties.values import Role
from portal.tenders.models import Tender


@bp.get("/")
@roles(*STAFF)
def index() -> ResponseReturnValue:
    return page("panels/index.html", calls=queries.list_opened(actor(), request.args))


@bp.get("/tenders/<uuid:tender_id>")
@roles(*STAFF)
def show(tender_id: UUID) -> ResponseReturnValue:
    tender = queries.get_tender(actor(), tender_id)
    require(may_see_panel, actor(), tender)
    panel = queries.panel_of(tender_id)
    return page(
        "panels/show.html",
        tender=tender,
        panel=panel,
        steps=_steps(panel),
        not_yet=[] if panel else services.unchecked(tender, bids.opened_bids(tender_id, {BidStatus.VALID})),
        commitment=services.supervisor_commitment(panel) if panel else None,
        standing=queries.standing(panel) if panel else [],
        missing=services.empty_seats(panel) if panel and panel.status == PanelStatus.SEATED else [],
        excluded=_excluded(panel),
        warnings=_warnings(panel),
        names=accounts.names([panel.frozen_by, panel.witness_id, panel.drawn_by]) if panel else {},
    )


def _steps(panel: Panel | None) -> list[dict[str, str]]:
    """Where the panel stands."""
    order = [PanelStatus.FROZEN, PanelStatus.SEATED, PanelStatus.SCORING, PanelStatus.CLOSED]
    reached = order.index(panel.status) + 1 if panel else 0
    labels = [_("Freeze the list"), _("Witness and draw"), _("Invite experts"), _("Score and close")]
    if reached == len(order):
        return [{"label": label, "state": "done"} for label in labels]
    return [
        {"label": label, "state": "done" if at < reached else "current" if at == reached else "todo"}
        for at, label in enumerate(labels)
    ]


def _excluded(panel: Panel | None) -> list[dict[str, object]]:
    return [
        {**row, "reason": ExclusionReason(row["reason"]), "group": ExpertGroup(row["group"])}
        for row in (panel.excluded if panel else [])
    ]


def _warnings(panel: Panel | None) -> dict[UUID, list[dict[str, str]]]:
    """Soft findings of the recusal check, by expert."""
    return {
        UUID(row["expert_id"]): row["evidence"]
        for row in (panel.candidates if panel else [])
        if row["evidence"]
    }


@bp.route("/tenders/<uuid:tender_id>/freeze", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def freeze(tender_id: UUID) -> ResponseReturnValue:
    tender = queries.get_tender(actor(), tender_id)
    require(may_freeze_list, actor(), tender)
    form = QuotaForm()
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.freeze_list(actor=actor(), tender_id=tender_id, quotas=form.quotas),
            lambda _p: url_for("panels.show", tender_id=tender_id),
            _("The list is frozen and the commitment is published."),
        )
    ):
        return done
    return page("panels/freeze.html", form=form, tender=tender, pool=_pool_counts(tender))


def _pool_counts(tender: Tender) -> list[tuple[ExpertGroup, int]]:
    active = [expert.group for expert in queries.pool_for(tender) if expert.active]
    return [(group, active.count(group)) for group in ExpertGroup]


@bp.route("/<uuid:panel_id>/witness", methods=["GET", "POST"])
@roles(Role.SUPERVISOR)
def witness(panel_id: UUID) -> ResponseReturnValue:
    panel = queries.get_panel(actor(), panel_id)
    require(may_witness_draw, actor(), panel)
    form, tender_id = WordsForm(), panel.tender_id
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.witness(actor=actor(), panel_id=panel_id, text=form.words.data or ""),
            lambda _p: url_for("panels.show", tender_id=tender_id),
            _("Your string is lodged."),
        )
    ):
        return done
    return page("panels/words.html", form=form, panel=queries.get_panel(actor(), panel_id), drawing=False)


@bp.route("/<uuid:panel_id>/draw", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def draw(panel_id: UUID) -> ResponseReturnValue:
    panel = queries.get_panel(actor(), panel_id)
    require(may_draw, actor(), panel)
    form, tender_id = WordsForm(), panel.tender_id
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.draw(actor=actor(), panel_id=panel_id, text=form.words.data or ""),
            lambda _p: url_for("panels.show", tender_id=tender_id),
            _("The experts are drawn and invited."),
        )
    ):
        return done
    return page("panels/words.html", form=form, panel=queries.get_panel(actor(), panel_id), drawing=True)


@bp.post("/<uuid:panel_id>/begin")
@roles(Role.PROGRAMME_OFFICER)
def begin(panel_id: UUID) -> ResponseReturnValue:
    panel = queries.get_panel(actor(), panel_id)
    require(may_begin_scoring, actor(), panel)
    return act(
        lambda _form: services.begin_scoring(actor=actor(), panel_id=panel_id),
        url_for("panels.show", tender_id=panel.tender_id),
        _("Scoring has begun."),
    )


@bp.get("/tenders/<uuid:tender_id>/draw")
@public
def public_draw(tender_id: UUID) -> ResponseReturnValue:
    panel = queries.public_panel(tender_id)
    return page(
        "panels/public_draw.html",
        panel=panel,
        tender=panel.tender,
        draw=services.draw_input(panel),
        commitment=services.supervisor_commitment(panel),
        members=_members(panel),
    )


@bp.get("/tenders/<uuid:tender_id>/draw.json")
@public
def proof(tender_id: UUID) -> Response:
    """The proof as ``python -m portal.verify draw`` reads it; with the names of the members once they are public."""
    panel = queries.public_panel(tender_id)
    if panel.proof is None:
        raise NotFound()
    content = panel.proof
    if panel.published_at is not None:
        content = rules.to_proof(replace(rules.from_proof(content), revealed=_revealed(panel)))
    response = Response(canonical(content), mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="draw-{panel.tender.number}.json"'
    return response


def _members(panel: Panel) -> list[Seat]:
    """Nobody before the result is public."""
    return list(queries.members_who_scored(panel)) if panel.published_at else []


def _revealed(panel: Panel) -> tuple[Revealed, ...]:
    experts_shown = {seat.expert_id for seat in _members(panel)}
    return rules.reveal(services.candidates_of(panel, experts_shown))
