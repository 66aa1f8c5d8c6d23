"""Pages of a panel: freeze the list, see the draws and the members, begin the scoring."""

from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import queries as accounts
from portal.accounts.models import User
from portal.bids import queries as bids
from portal.bids.values import BidStatus
from portal.core import clock
from portal.core.forms import act
from portal.core.policy import require
from portal.core.web import actor, page, roles
from portal.panels import queries, services
from portal.panels.forms import QuotaForm, RepresentativeForm, WitnessForm
from portal.panels.models import Panel, Seat
from portal.panels.policies import (
    may_allow_draw,
    may_approve_representative,
    may_begin_scoring,
    may_freeze_list,
    may_see_panel,
)
from portal.panels.values import ConflictKind, ExclusionReason, ExpertGroup, PanelStatus
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
        standing=queries.standing(panel) if panel else [],
        missing=services.not_ready(panel) if panel and panel.status == PanelStatus.SEATED else [],
        draw_is_due=bool(panel and services.draw_is_due(panel)),
        excluded=_excluded(panel),
        warnings=_warnings(panel),
        names=accounts.names([panel.frozen_by, panel.representative_id]) if panel else {},
        wants_representative=bool(panel and queries.wants_representative(panel)),
        buyer_seat=_buyer_seat(panel),
        requests=queries.requests_of(tender_id),
        declared=queries.declarations(panel.id) if panel else {},
    )


def _buyer_seat(panel: Panel | None) -> Seat | None:
    """The seat of the representative named now, if it is there already."""
    if panel is None or panel.representative_approved_by is None:
        return None
    mine = [seat for seat in panel.seats if seat.buyer and seat.expert.user_id == panel.representative_id]
    return mine[-1] if mine else None


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
    """Who was left out of the latest list."""
    return [
        {
            **row,
            "reason": ExclusionReason(row["reason"]),
            "group": ExpertGroup(row["group"]),
            "evidence": _in_kinds(row["evidence"]),
        }
        for row in (panel.draws[-1].excluded if panel and panel.draws else [])
    ]


def _warnings(panel: Panel | None) -> dict[UUID, list[dict[str, object]]]:
    """Soft findings of the recusal check, by expert."""
    return {
        UUID(row["expert_id"]): _in_kinds(row["evidence"])
        for draw in (panel.draws if panel else [])
        for row in draw.candidates
        if row["evidence"]
    }


def _in_kinds(evidence: list[dict[str, str]]) -> list[dict[str, object]]:
    """Stored findings with the kind of tie as a member, which has a word."""
    return [{**found, "kind": ConflictKind(found["kind"])} for found in evidence]


@bp.route("/tenders/<uuid:tender_id>/freeze", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def freeze(tender_id: UUID) -> ResponseReturnValue:
    tender = queries.get_tender(actor(), tender_id)
    require(may_freeze_list, actor(), tender)
    form = QuotaForm(data=_blank() if request.method == "GET" else None)
    people = queries.third_witnesses(tender)
    form.offer(people, queries.posts(people))
    form.offer_buyers(_others(tender))
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.freeze_list(
                actor=actor(), tender_id=tender_id, quotas=form.quotas, witness_id=form.witness,
                review_on=form.review_on.data or clock.today(), representative_id=form.representative_id.data,
            ),
            lambda _p: url_for("panels.show", tender_id=tender_id),
            _("The list is frozen and the commitment is published."),
        )
    ):  # fmt: skip
        return done
    return page(
        "panels/freeze.html",
        form=form,
        tender=tender,
        pool=_pool_counts(tender),
        specialties=queries.specialties(actor()),
    )


def _others(tender: Tender) -> list[User]:
    """Staff of the buyer without the actor: nobody names himself or herself."""
    return [user for user in queries.representatives(tender) if user.id != actor().user_id]


def _blank() -> dict[str, object]:
    """A row for each group; the officer gives the seats."""
    rows = [{"group": group, "specialty": "", "seats": None, "standby": None} for group in ExpertGroup]
    return {"cells": rows, "review_on": clock.today()}


def _pool_counts(tender: Tender) -> list[tuple[ExpertGroup, int]]:
    active = [expert.group for expert in queries.pool_for(tender) if expert.active]
    return [(group, active.count(group)) for group in ExpertGroup]


@bp.post("/<uuid:panel_id>/allow-draw")
@roles(Role.SUPERVISOR)
def allow_draw(panel_id: UUID) -> ResponseReturnValue:
    panel = queries.get_panel(actor(), panel_id)
    require(may_allow_draw, actor(), panel.tender)
    return act(
        lambda form: services.allow_draw(actor=actor(), panel_id=panel_id, reason=form.reason.data or ""),
        url_for("panels.show", tender_id=panel.tender_id),
        _("Your reason is noted; the officer can open the next draw."),
    )


@bp.route("/<uuid:panel_id>/freeze-again", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def freeze_again(panel_id: UUID) -> ResponseReturnValue:
    panel = queries.get_panel(actor(), panel_id)
    require(may_freeze_list, actor(), panel.tender)
    form, tender_id = WitnessForm(), panel.tender_id
    people = queries.third_witnesses(panel.tender)
    form.offer(people, queries.posts(people))
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.freeze_again(actor=actor(), panel_id=panel_id, witness_id=form.witness),
            lambda _d: url_for("panels.show", tender_id=tender_id),
            _("The next draw is open, and its commitment is published."),
        )
    ):
        return done
    panel = queries.get_panel(actor(), panel_id)
    return page(
        "panels/freeze_again.html",
        form=form,
        panel=panel,
        due=services.draw_is_due(panel),
        quotas=services.seats_to_draw(panel),
    )


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


@bp.route("/<uuid:panel_id>/representative", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def name_representative(panel_id: UUID) -> ResponseReturnValue:
    panel = queries.get_panel(actor(), panel_id)
    require(may_freeze_list, actor(), panel.tender)
    form, tender_id = RepresentativeForm(), panel.tender_id
    form.offer(_others(panel.tender))
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.name_representative(
                actor=actor(), panel_id=panel_id, user_id=form.representative_id.data
            ),
            lambda _p: url_for("panels.show", tender_id=tender_id),
            _("The representative is named; a programme approver has been asked."),
        )
    ):
        return done
    panel = queries.get_panel(actor(), panel_id)
    return page(
        "panels/representative.html", form=form, panel=panel, wanted=queries.wants_representative(panel)
    )


@bp.post("/<uuid:panel_id>/representative/approve")
@roles(Role.PROGRAMME_APPROVER)
def approve_representative(panel_id: UUID) -> ResponseReturnValue:
    panel = queries.get_panel(actor(), panel_id)
    require(may_approve_representative, actor(), panel)
    return act(
        lambda _form: services.approve_representative(actor=actor(), panel_id=panel_id),
        url_for("panels.show", tender_id=panel.tender_id),
        _("The representative is approved and invited."),
    )
