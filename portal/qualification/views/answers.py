"""What organisations see: the result with its letter, requests for papers, and their reply."""

from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.bids.policies import READERS
from portal.core import clock
from portal.core.errors import NotFound
from portal.core.files import by_id
from portal.core.forms import act
from portal.core.policy import can, require
from portal.core.web import actor, page, received_at, roles, send
from portal.parties.values import ORGANISATION
from portal.qualification import queries, rules, services
from portal.qualification.forms import AnswerForm
from portal.qualification.policies import may_answer
from portal.qualification.values import Verdict
from portal.qualification.views.blueprint import bp


@bp.get("/results/<uuid:bid_id>")
@roles(*ORGANISATION)
def result(bid_id: UUID) -> ResponseReturnValue:
    bid, made = queries.own_result(actor(), bid_id), queries.check_of(bid_id)
    shown = made if made and made.confirmed_at else None
    return page(
        "qualification/result.html", bid=bid, made=shown, supplements=queries.supplements(bid.id), verdicts=Verdict,
        letter=by_id([shown.letter_id]).get(shown.letter_id) if shown and shown.letter_id else None,
        may_answer=can(may_answer, actor(), bid.party_id),
    )  # fmt: skip


@bp.get("/results/<uuid:bid_id>/letter")
@roles(*ORGANISATION)
def letter(bid_id: UUID) -> Response:
    queries.own_result(actor(), bid_id)
    made = queries.check_of(bid_id)
    if made is None or made.letter_id is None:
        raise NotFound()
    return send(by_id([made.letter_id])[made.letter_id])


@bp.post("/results/<uuid:bid_id>/reply")
@roles(*ORGANISATION)
def reply(bid_id: UUID) -> ResponseReturnValue:
    queries.own_result(actor(), bid_id)
    return act(
        lambda form: services.reply(actor=actor(), bid_id=bid_id, text=form.reason.data or ""),
        url_for("qualification.result", bid_id=bid_id),
        _("Your reply was handed in."),
    )


@bp.route("/supplements/<uuid:supplement_id>", methods=["GET", "POST"])
@roles(*ORGANISATION)
def supplement(supplement_id: UUID) -> ResponseReturnValue:
    row, bid = queries.get_supplement(actor(), supplement_id)
    form, now = AnswerForm(), clock.now()
    if form.is_submitted():
        require(may_answer, actor(), bid.party_id)
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.answer_supplement(
                actor=actor(), supplement_id=row.id, text=form.text.data or "", sent=form.sent(), received_at=received_at()
            ),
            lambda _row: url_for("qualification.supplement", supplement_id=row.id),
            _("Handed in. The officer was told."),
        )
    ):  # fmt: skip
        return done
    return page(
        "qualification/supplement.html", row=row, bid=bid, form=form, files=queries.supplement_files([row]),
        waits=rules.waits(row.answered_at, row.due_at, now), may_answer=can(may_answer, actor(), bid.party_id),
    )  # fmt: skip


@bp.get("/supplements/<uuid:supplement_id>/<uuid:evidence_id>")
@roles(*ORGANISATION, *READERS)
def supplement_file(supplement_id: UUID, evidence_id: UUID) -> Response:
    return send(queries.supplement_file(actor(), supplement_id, evidence_id))
