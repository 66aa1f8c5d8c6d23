"""The officers' desk for a call, and one proposal beside its conditions and its decision."""

from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import queries as people
from portal.bids import queries as bids
from portal.bids.models import Bid
from portal.bids.policies import READERS, may_read, may_redraw
from portal.bids.values import BidStatus
from portal.core import clock
from portal.core.forms import act
from portal.core.policy import can, require
from portal.core.web import actor, page, roles
from portal.parties.values import Role
from portal.qualification import policies, queries, rules, services
from portal.qualification.forms import SupplementForm, check_form
from portal.qualification.policies import SecondCheck, may_check, may_see_checks
from portal.qualification.values import Verdict
from portal.qualification.views.blueprint import bp

DECIDERS = (Role.PROGRAMME_OFFICER, Role.PROGRAMME_APPROVER)


@bp.get("/<uuid:tender_id>")
@roles(*READERS)
def tender(tender_id: UUID) -> ResponseReturnValue:
    found = bids.tender_for_opening(actor(), tender_id)
    require(may_see_checks, actor(), found)
    rows = queries.checks(found.id)
    pending = sum(row.check is None or row.check.confirmed_at is None for row in rows)
    return page("qualification/tender.html", tender=found, rows=rows, pending=pending, now=clock.now())


def _readable(bid_id: UUID) -> Bid:
    bid = bids.get_bid(actor(), bid_id)
    require(may_read, actor(), bid)
    return bid


@bp.route("/bids/<uuid:bid_id>", methods=["GET", "POST"])
@roles(*READERS)
def check(bid_id: UUID) -> ResponseReturnValue:
    bid = _readable(bid_id)
    made, content = queries.check_of(bid.id), bids.content(bid)
    lines = queries.lines(bid, content)
    form = check_form(lines, made.findings if made else ())
    if form.is_submitted():
        require(may_check, actor(), bid.tender)
    if form.validate_on_submit():
        done = form.perform(
            lambda: services.check_bid(
                actor=actor(), bid_id=bid.id, result=form.result.data, reason=form.reason.data or "", verdicts=form.verdicts()
            ),
            lambda _row: url_for("qualification.tender", tender_id=bid.tender_id),
            _("Your finding is on record. A second officer confirms it."),
        )  # fmt: skip
        if done:
            return done
    asked, now = queries.supplements(bid.id), clock.now()
    pending, second = (
        bid.status == BidStatus.PENDING,
        SecondCheck(bid.tender.unit_id, made.checked_by) if made else None,
    )
    return page(
        "qualification/check.html", bid=bid, form=form, content=content, made=made, lines=lines, verdicts=Verdict,
        answers=bids.answered(bid.tender, content), papers=bids.papers(bid.tender),
        pages=bids.all_page_images(bid), may_redraw=can(may_redraw, actor(), bid),
        heads={head.code: head.title for head in bids.heads(bid.tender_id)},
        names=people.names([made.checked_by, made.confirmed_by] if made else []),
        supplements=asked, files=queries.supplement_files(asked), waits=any(rules.waits(s.answered_at, s.due_at, now) for s in asked),
        may_decide=pending and (made is None or bool(made.returned_reason)) and can(may_check, actor(), bid.tender),
        may_confirm=pending and made is not None and not made.returned_reason and can(policies.may_confirm, actor(), second),
        may_answer=second is not None and can(policies.may_confirm, actor(), second),
    )  # fmt: skip


@bp.route("/bids/<uuid:bid_id>/supplement", methods=["GET", "POST"])
@roles(Role.PROGRAMME_OFFICER)
def ask(bid_id: UUID) -> ResponseReturnValue:
    bid, form = _readable(bid_id), SupplementForm()
    require(may_check, actor(), bid.tender)
    if form.validate_on_submit() and (
        done := form.perform(
            lambda: services.ask_supplement(actor=actor(), bid_id=bid.id, draft=form.draft()),
            lambda _row: url_for("qualification.check", bid_id=bid.id),
            _("Asked. The organisation gets a message with the deadline."),
        )
    ):
        return done
    return page("qualification/ask.html", bid=bid, form=form)


@bp.post("/bids/<uuid:bid_id>/confirm")
@roles(*DECIDERS)
def confirm(bid_id: UUID) -> ResponseReturnValue:
    bid = _readable(bid_id)
    return act(
        lambda _form: services.confirm_check(actor=actor(), bid_id=bid_id),
        url_for("qualification.tender", tender_id=bid.tender_id),
        _("The decision is on record, and the organisation is told."),
    )


@bp.post("/bids/<uuid:bid_id>/return")
@roles(*DECIDERS)
def send_back(bid_id: UUID) -> ResponseReturnValue:
    bid = _readable(bid_id)
    return act(
        lambda form: services.return_check(actor=actor(), bid_id=bid_id, reason=form.reason.data or ""),
        url_for("qualification.tender", tender_id=bid.tender_id),
        _("Sent back to the first officer."),
    )


@bp.post("/bids/<uuid:bid_id>/answer")
@roles(*DECIDERS)
def answer_reply(bid_id: UUID) -> ResponseReturnValue:
    _readable(bid_id)
    return act(
        lambda form: services.answer_reply(actor=actor(), bid_id=bid_id, text=form.reason.data or ""),
        url_for("qualification.check", bid_id=bid_id),
        _("Answered. The organisation gets a message."),
    )
