"""Pages of the eligibility check: the officer's desk for a call, and one proposal beside its decision."""

from uuid import UUID

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import queries as people
from portal.bids import queries as bids
from portal.bids.policies import READERS, may_read, may_redraw
from portal.bids.values import BidStatus
from portal.core.policy import can, require
from portal.core.web import actor, page, roles
from portal.qualification import queries, services
from portal.qualification.forms import CheckForm
from portal.qualification.policies import may_check, may_see_checks

bp = Blueprint("qualification", __name__, url_prefix="/qualification")


@bp.get("/<uuid:tender_id>")
@roles(*READERS)
def tender(tender_id: UUID) -> ResponseReturnValue:
    found = bids.tender_for_opening(actor(), tender_id)
    require(may_see_checks, actor(), found)
    rows = queries.checks(found.id)
    pending = sum(row.check is None for row in rows)
    return page("qualification/tender.html", tender=found, rows=rows, pending=pending)


@bp.route("/bids/<uuid:bid_id>", methods=["GET", "POST"])
@roles(*READERS)
def check(bid_id: UUID) -> ResponseReturnValue:
    bid = bids.get_bid(actor(), bid_id)
    require(may_read, actor(), bid)
    form = CheckForm()
    if form.is_submitted():
        require(may_check, actor(), bid.tender)
    if form.validate_on_submit():
        done = form.perform(
            lambda: services.check_bid(
                actor=actor(), bid_id=bid.id, result=form.result.data, reason=form.reason.data or ""
            ),
            lambda _row: url_for("qualification.tender", tender_id=bid.tender_id),
            _("The decision is on record, and the organisation is told."),
        )
        if done:
            return done
    made, content = queries.check_of(bid.id), bids.content(bid)
    return page(
        "qualification/check.html", bid=bid, form=form, content=content, made=made,
        answers=bids.answered(bid.tender, content), papers=bids.papers(bid.tender),
        pages=bids.all_page_images(bid), may_redraw=can(may_redraw, actor(), bid),
        heads={head.code: head.title for head in bids.heads(bid.tender_id)},
        checker=people.names([made.checked_by]).get(made.checked_by) if made else None,
        may_decide=bid.status == BidStatus.PENDING and can(may_check, actor(), bid.tender),
    )  # fmt: skip
