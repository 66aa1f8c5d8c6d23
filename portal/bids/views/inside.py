"""Pages inside an organisation: the draft to be read, comments, approval by a second person."""

from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from portal.accounts import queries as people
from portal.bids import queries, services
from portal.bids.forms import ApprovalForm, CommentForm
from portal.bids.models import Bid
from portal.bids.policies import may_approve, may_see_own, may_set_approval, may_write
from portal.bids.values import BidStatus, Step
from portal.bids.views.blueprint import WRITERS, bp, steps_of
from portal.bids.workflow import before_deadline
from portal.core.db import get
from portal.core.errors import InvalidTransition, NotFound
from portal.core.forms import act
from portal.core.policy import SENTENCES, can, require
from portal.core.web import actor, page, received_at, roles
from portal.parties.models import Party
from portal.parties.values import ORGANISATION, Role


@bp.route("/<uuid:bid_id>/draft", methods=["GET", "POST"])
@roles(*ORGANISATION)
def read(bid_id: UUID) -> ResponseReturnValue:
    """The whole draft for every member, with the comments on it; approving and commenting happen here."""
    bid = _shared_draft(bid_id)
    form = CommentForm()
    labels = {code: label for code, label in steps_of(bid) if code != Step.CHECK}
    form.page.choices = [SelectChoice(code, label) for code, label in labels.items()]
    if form.validate_on_submit():
        done: ResponseReturnValue | None = form.perform(
            lambda: services.add_comment(
                actor=actor(), bid_id=bid.id, page=form.page.data or "", text=form.text.data or ""
            ),
            lambda _row: url_for("bids.read", bid_id=bid.id, _anchor="comments"),
            _("The comment was added."),
        )
        if done:
            return done
    draft, rule = queries.draft(bid), queries.approval_rule(bid.party_id)
    return page(
        "bids/read.html", bid=bid, form=form, content=draft, labels=labels, comments=queries.comments(bid),
        heads={head.code: head.title for head in queries.heads(bid.tender_id)},
        answers=queries.answered(bid.tender, draft), papers=queries.papers(bid.tender),
        too_late=before_deadline(bid, received_at()), needed=bool(rule and rule.needed), saved_at=queries.saved_at(bid), may_approve=can(may_approve, actor(), bid),
        who_approves=SENTENCES["may_approve"], may_write=can(may_write, actor(), bid),
        approver=people.names([bid.approved_by]).get(bid.approved_by) if bid.approved_by else None,
    )  # fmt: skip


@bp.post("/comments/<uuid:comment_id>/settle")
@roles(*ORGANISATION)
def settle(comment_id: UUID) -> ResponseReturnValue:
    bid = queries.get_bid(actor(), queries.bid_of_comment(comment_id))
    return act(
        lambda _form: services.settle_comment(actor=actor(), comment_id=comment_id),
        url_for("bids.read", bid_id=bid.id, _anchor="comments"),
        _("Settled."),
    )


@bp.post("/<uuid:bid_id>/ask-approval")
@roles(*WRITERS)
def ask_approval(bid_id: UUID) -> ResponseReturnValue:
    bid = queries.get_bid(actor(), bid_id)
    require(may_write, actor(), bid)
    return act(
        lambda _form: services.ask_approval(actor=actor(), bid_id=bid.id),
        url_for("bids.read", bid_id=bid.id),
        _("Those who can approve were told."),
    )


@bp.post("/<uuid:bid_id>/approve/<saved_at>")
@roles(Role.ORG_OWNER, Role.ORG_APPROVER)
def approve(bid_id: UUID, saved_at: str) -> ResponseReturnValue:
    """Approve what was shown: the address names the save that the reader saw."""
    bid = queries.get_bid(actor(), bid_id)
    require(may_approve, actor(), bid)
    return act(
        lambda _form: services.approve_draft(actor=actor(), bid_id=bid.id, saved_at=saved_at),
        url_for("bids.show", bid_id=bid.id),
        _("Approved. The proposal can be submitted as it is now."),
    )


@bp.route("/approval/<uuid:party_id>", methods=["GET", "POST"])
@roles(Role.ORG_OWNER)
def approval(party_id: UUID) -> ResponseReturnValue:
    """The switch of the organisation."""
    if not can(may_set_approval, actor(), party_id):
        raise NotFound()
    rule = queries.approval_rule(party_id)
    form = ApprovalForm(data={"needed": bool(rule and rule.needed)})
    if form.validate_on_submit():
        done: ResponseReturnValue | None = form.perform(
            lambda: services.set_approval(actor=actor(), party_id=party_id, needed=bool(form.needed.data)),
            lambda _row: url_for("bids.index"),
            _("Saved."),
        )
        if done:
            return done
    return page("bids/approval.html", form=form, party=get(Party, party_id))


def _shared_draft(bid_id: UUID) -> Bid:
    bid = queries.get_bid(actor(), bid_id)
    require(may_see_own, actor(), bid)
    if bid.status != BidStatus.DRAFT:
        raise InvalidTransition("edit", str(bid.status))
    return bid
