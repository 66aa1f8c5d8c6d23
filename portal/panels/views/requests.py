"""Pages of requests for recusal: a bidder asks, the person named answers, the officer decides."""

from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.errors import NotFound
from portal.core.forms import act
from portal.core.policy import require
from portal.core.web import actor, page, roles
from portal.panels import queries, services
from portal.panels.forms import RecusalForm
from portal.panels.policies import may_answer_seat, may_decide_request, may_see_panel
from portal.panels.views.blueprint import STAFF, bp
from portal.parties.values import Role


@bp.route("/tenders/<uuid:tender_id>/recusals", methods=["GET", "POST"])
@roles(Role.ORG_OWNER)
def own_requests(tender_id: UUID) -> ResponseReturnValue:
    parties = queries.bidding_parties(actor(), tender_id)
    if not parties:
        raise NotFound()
    form, party_id = RecusalForm(), parties[0].id
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.request_recusal(
                actor=actor(), tender_id=tender_id, party_id=party_id, person=form.person.data or "",
                reason=form.reason.data or "",
            ),
            lambda _r: url_for("panels.own_requests", tender_id=tender_id),
            _("Your request is filed. You are told what was decided."),
        )
    ):  # fmt: skip
        return done
    return page(
        "panels/own_requests.html",
        form=form,
        tender_id=tender_id,
        requests=queries.own_requests(actor(), tender_id),
    )


@bp.get("/requests/<uuid:request_id>")
@roles(*STAFF)
def request_page(request_id: UUID) -> ResponseReturnValue:
    found = queries.get_request(actor(), request_id)
    require(may_see_panel, actor(), found.tender)
    return page("panels/request.html", request=found, tender=found.tender)


@bp.post("/requests/<uuid:request_id>/<any(follow, refuse):decision>")
@roles(Role.PROGRAMME_OFFICER)
def decide_request(request_id: UUID, decision: str) -> ResponseReturnValue:
    found = queries.get_request(actor(), request_id)
    require(may_decide_request, actor(), found.tender)
    return act(
        lambda form: services.decide_request(
            actor=actor(), request_id=request_id, follow=decision == "follow", answer=form.reason.data or ""
        ),
        url_for("panels.request_page", request_id=request_id),
        _("The bidder is told."),
    )


@bp.post("/seats/<uuid:seat_id>/requests/<uuid:request_id>/<any(admit, deny):answer>")
@roles(Role.EXPERT)
def answer_request(seat_id: UUID, request_id: UUID, answer: str) -> ResponseReturnValue:
    seat = queries.get_seat(actor(), seat_id)
    if seat.expert.user_id != actor().user_id or request_id not in {
        r.id for r in queries.questions_to(seat_id)
    }:
        raise NotFound()
    require(may_answer_seat, actor(), seat)
    return act(
        lambda form: services.answer_request(
            actor=actor(), request_id=request_id, admits=answer == "admit", statement=form.reason.data or ""
        ),
        url_for("panels.seat", seat_id=seat_id),
        _("Your statement is noted."),
    )
