"""The page of a draw: three people commit themselves and reveal; afterwards everybody may check."""

from dataclasses import replace
from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import queries as accounts
from portal.core.errors import NotFound
from portal.core.forms import Form, act
from portal.core.policy import require
from portal.core.proofs import canonical
from portal.core.web import actor, page, public, roles, signed_in
from portal.panels import queries, rules, services
from portal.panels.forms import CommitmentForm, RevealForm
from portal.panels.models import DrawString, Panel, PanelDraw, Seat
from portal.panels.policies import may_lodge_string, may_reveal_string, may_void_draw
from portal.panels.values import DrawStatus
from portal.panels.views.blueprint import bp
from portal.parties.values import Role


@bp.get("/draws/<uuid:draw_id>")
@signed_in
def ceremony(draw_id: UUID) -> ResponseReturnValue:
    draw = queries.get_draw(actor(), draw_id)
    own = _own(draw)
    return _draw_page(draw, own, _asked(draw))


def _asked(draw: PanelDraw) -> Form:
    """The form of the present phase."""
    return CommitmentForm() if draw.status == DrawStatus.COMMITTING else RevealForm()


def _own(draw: PanelDraw) -> DrawString | None:
    """The string that the actor lodges or has lodged, if any."""
    mine = [string for string in draw.strings if string.user_id == actor().user_id]
    return next(iter([*mine, *(s for s in draw.strings if may_lodge_string(actor(), s))]), None)


def _mine(draw_id: UUID) -> tuple[PanelDraw, DrawString]:
    draw = queries.get_draw(actor(), draw_id)
    own = _own(draw)
    if own is None:
        raise NotFound()
    return draw, own


def _draw_page(draw: PanelDraw, own: DrawString | None, form: Form) -> ResponseReturnValue:
    asked = _asked(draw)
    if type(form) is not type(asked):  # sent from a page of the other phase: say why, show what is asked now
        asked.form_errors, asked.status = [*form.form_errors], form.status
        form = asked
    return page(
        "panels/ceremony.html", draw=draw, panel=draw.panel, tender=draw.panel.tender, own=own, form=form, steps=_steps(draw),
        frozen=services.draw_input(draw), names=accounts.names(s.user_id for s in draw.strings),
    )  # fmt: skip


def _steps(draw: PanelDraw) -> list[dict[str, str]]:
    """What happens in which order: list, commitments, strings, outcome."""
    order = [DrawStatus.COMMITTING, DrawStatus.REVEALING, DrawStatus.DRAWN]
    labels = [_("List frozen"), _("All three commit themselves"), _("All three reveal"), _("Drawn")]
    if draw.status == DrawStatus.VOID:
        return [{"label": labels[0], "state": "done"}, {"label": _("Void"), "state": "problem"}]
    reached = order.index(draw.status) + 1 + (draw.status == DrawStatus.DRAWN)
    return [
        {"label": label, "state": "done" if at < reached else "current" if at == reached else "todo"}
        for at, label in enumerate(labels)
    ]


@bp.post("/draws/<uuid:draw_id>/lodge")
@signed_in
def lodge(draw_id: UUID) -> ResponseReturnValue:
    draw, own = _mine(draw_id)
    require(may_lodge_string, actor(), own)
    form, role = CommitmentForm(), own.role
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.lodge_commitment(
                actor=actor(), draw_id=draw_id, role=role, commitment=form.commitment.data or ""
            ),
            lambda _d: url_for("panels.ceremony", draw_id=draw_id),
            _("Your commitment is lodged. Keep your line until you are asked to reveal it."),
        )
    ):
        return done
    draw, own = _mine(draw_id)
    return _draw_page(draw, own, form)


@bp.post("/draws/<uuid:draw_id>/reveal")
@signed_in
def reveal(draw_id: UUID) -> ResponseReturnValue:
    draw, own = _mine(draw_id)
    require(may_reveal_string, actor(), own)
    form, role = RevealForm(), own.role
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.reveal_string(
                actor=actor(), draw_id=draw_id, role=role, words=form.words.data or ""
            ),
            lambda _d: url_for("panels.ceremony", draw_id=draw_id),
            _("Your string is revealed."),
        )
    ):
        return done
    draw, own = _mine(draw_id)
    return _draw_page(draw, own, form)


@bp.post("/draws/<uuid:draw_id>/void")
@roles(Role.SUPERVISOR)
def void(draw_id: UUID) -> ResponseReturnValue:
    draw = queries.get_draw(actor(), draw_id)
    require(may_void_draw, actor(), draw)
    return act(
        lambda form: services.void_draw(actor=actor(), draw_id=draw_id, reason=form.reason.data or ""),
        url_for("panels.show", tender_id=draw.panel.tender_id),
        _("The draw is published as void."),
    )


@bp.get("/tenders/<uuid:tender_id>/draw")
@public
def public_draw(tender_id: UUID) -> ResponseReturnValue:
    panel = queries.public_panel(tender_id)
    return page(
        "panels/public_draw.html",
        panel=panel,
        tender=panel.tender,
        draws=[(draw, services.draw_input(draw)) for draw in reversed(panel.draws)],
        members=_members(panel),
    )


@bp.get("/tenders/<uuid:tender_id>/draws/<int:number>.json")
@public
def proof(tender_id: UUID, number: int) -> Response:
    """The record as ``python -m portal.verify draw`` reads it; with the names of the members once they are public."""
    panel, draw = queries.record_of(tender_id, number)
    content = draw.record or {}
    if panel.published_at is not None and draw.status == DrawStatus.DRAWN:
        members = {seat.expert_id for seat in _members(panel) if seat.draw_id == draw.id}
        shown = rules.reveal(services.candidates_of(draw, members))
        content = rules.to_proof(replace(rules.from_proof(content), revealed=shown))
    response = Response(canonical(content), mimetype="application/json")
    name = f"draw-{panel.tender.number}-{number}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _members(panel: Panel) -> list[Seat]:
    """Nobody before the result is public."""
    return list(queries.members_who_scored(panel)) if panel.published_at else []
