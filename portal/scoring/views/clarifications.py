"""Pages of questions to bidders: members ask and read, the chair passes on, the bidder answers."""

from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock
from portal.core.errors import NotFound
from portal.core.forms import act
from portal.core.policy import can, require
from portal.core.web import actor, page, received_at, roles
from portal.panels.values import PanelStatus
from portal.parties.values import ORGANISATION, Role
from portal.scoring import queries, services
from portal.scoring.forms import AnswerForm, AskForm, ReleaseForm
from portal.scoring.policies import may_answer_question, may_ask_bidder, may_release_question
from portal.scoring.rules.clarifications import LONGEST_ANSWER, LONGEST_QUESTION
from portal.scoring.views.blueprint import bp


@bp.route("/sheets/<uuid:sheet_id>/ask", methods=["GET", "POST"])
@roles(Role.EXPERT)
def ask(sheet_id: UUID) -> ResponseReturnValue:
    sheet = queries.get_sheet(actor(), sheet_id)
    require(may_ask_bidder, actor(), sheet.seat)
    form = AskForm()
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.ask_bidder(actor=actor(), sheet_id=sheet_id, text=form.text.data or ""),
            lambda _c: url_for("scoring.ask", sheet_id=sheet_id),
            _("The chair has your question."),
        )
    ):
        return done
    panel = queries.my_seat(actor(), sheet.panel_id).panel
    return page(
        "scoring/ask.html", sheet=sheet, form=form, name=queries.names_for_experts([sheet])[sheet.bid_id],
        asked=queries.asked_of(panel, sheet.seat, sheet.bid_id), most=LONGEST_QUESTION, chaired=panel.chair_id is not None,
        open=panel.status == PanelStatus.SCORING and queries.comparison_in_force(panel.id) is None,
        is_chair=panel.chair_id == sheet.seat_id,
    )  # fmt: skip


@bp.get("/panels/<uuid:panel_id>/questions")
@roles(Role.EXPERT)
def questions(panel_id: UUID) -> ResponseReturnValue:
    """All questions of a panel: what was passed on, own ones, and for the chair those that wait."""
    seat = queries.my_seat(actor(), panel_id)
    require(may_ask_bidder, actor(), seat)
    return page(
        "scoring/questions.html", panel=seat.panel, asked=queries.asked_of(seat.panel, seat), is_chair=seat.panel.chair_id == seat.id,
        names=queries.names_for_experts(queries.my_sheets(actor(), panel_id)),
    )  # fmt: skip


@bp.route("/questions/<uuid:clarification_id>/release", methods=["GET", "POST"])
@roles(Role.EXPERT)
def release(clarification_id: UUID) -> ResponseReturnValue:
    row, seat = queries.question_to_release(actor(), clarification_id)
    require(may_release_question, actor(), seat)
    found = queries.in_the_clear(row, code=row.seat.code)
    form = ReleaseForm(data={"text": found.question, "minutes": 120})
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.release_question(
                actor=actor(), clarification_id=clarification_id, text=form.text.data or "", minutes=form.minutes.data
            ),
            lambda _c: url_for("scoring.questions", panel_id=row.panel_id),
            _("The question is sent to the bidder."),
        )
    ):  # fmt: skip
        return done
    names = queries.names_for_experts(queries.my_sheets(actor(), row.panel_id))
    return page(
        "scoring/release.html", row=row, found=found, form=form, name=names[row.bid_id], most=LONGEST_QUESTION
    )


@bp.post("/questions/<uuid:clarification_id>/keep-back")
@roles(Role.EXPERT)
def keep_back(clarification_id: UUID) -> ResponseReturnValue:
    row, seat = queries.question_to_release(actor(), clarification_id)
    require(may_release_question, actor(), seat)
    return act(
        lambda form: services.keep_question_back(
            actor=actor(), clarification_id=clarification_id, reason=form.reason.data or ""
        ),
        url_for("scoring.questions", panel_id=row.panel_id),
        _("The question is kept back; who asked reads why."),
    )


@bp.route("/questions/<uuid:clarification_id>", methods=["GET", "POST"])
@roles(*ORGANISATION)
def answer(clarification_id: UUID) -> ResponseReturnValue:
    row = queries.get_clarification(actor(), clarification_id)
    if row.answer_by is None:
        raise NotFound()
    form = AnswerForm()
    if form.is_submitted():
        require(may_answer_question, actor(), row.bid.party_id)
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.answer_question(
                actor=actor(), clarification_id=clarification_id, text=form.text.data or "", received_at=received_at()
            ),
            lambda _c: url_for("scoring.answer", clarification_id=clarification_id),
            _("The panel has your answer."),
        )
    ):  # fmt: skip
        return done
    return page(
        "scoring/answer.html", row=row, found=queries.in_the_clear(row), form=form, most=LONGEST_ANSWER,
        late=clock.now() >= row.answer_by, may_answer=can(may_answer_question, actor(), row.bid.party_id),
        over=row.panel.status != PanelStatus.SCORING,
    )  # fmt: skip
