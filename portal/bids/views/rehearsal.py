"""Rehearse a submission, and begin from an own data file."""

from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.bids import queries, services
from portal.bids.forms import RehearsalForm, RestoreForm
from portal.bids.models import Bid
from portal.bids.policies import may_submit
from portal.bids.values import BidStatus, Rehearsed
from portal.bids.views.blueprint import SUBMITTERS, WRITERS, bp, own_draft
from portal.bids.views.receipts import code_once, remember_code
from portal.core.errors import InvalidTransition
from portal.core.forms import act
from portal.core.policy import require
from portal.core.web import actor, page, roles


@bp.route("/<uuid:bid_id>/rehearsal", methods=["GET", "POST"])
@roles(*SUBMITTERS)
def rehearsal(bid_id: UUID) -> ResponseReturnValue:
    """Before: what it is for. After: the code, to be typed in again. At the end: that phone, files and code work."""
    bid = _draft(bid_id)
    row = queries.rehearsal_of(bid.id)
    form = RehearsalForm()
    if row is not None and form.validate_on_submit():
        done: ResponseReturnValue | None = form.perform(
            lambda: services.prove_rehearsal(actor=actor(), bid_id=bid.id, code=form.code.data or ""),
            lambda _row: url_for("bids.rehearsal", bid_id=bid.id),
            _("The rehearsal succeeded and was discarded."),
        )
        if done:
            return done
    code = code_once(bid) if row is not None and row.ciphertext is not None else None
    return page("bids/rehearsal.html", bid=bid, row=row, form=form, code=code)


@bp.post("/<uuid:bid_id>/rehearse")
@roles(*SUBMITTERS)
def rehearse(bid_id: UUID) -> ResponseReturnValue:
    bid = _draft(bid_id)

    def run(_form: object) -> None:
        done: Rehearsed = services.rehearse(actor=actor(), bid_id=bid.id)
        remember_code(bid.id, done.code)

    return act(
        run, url_for("bids.rehearsal", bid_id=bid.id), _("This was a rehearsal. Nothing was submitted.")
    )


@bp.route("/<uuid:bid_id>/restore", methods=["GET", "POST"])
@roles(*WRITERS)
def restore(bid_id: UUID) -> ResponseReturnValue:
    """Put the content of an own data file in place of the draft."""
    bid = own_draft(bid_id)
    form = RestoreForm()
    if form.validate_on_submit():
        done: ResponseReturnValue | None = form.perform(
            lambda: services.restore_draft(actor=actor(), bid_id=bid.id, data=form.file.data.read()),
            lambda bid: url_for("bids.edit", bid_id=bid.id),
            _("The content of the data file is your draft now."),
        )
        if done:
            return done
    return page("bids/restore.html", form=form, bid=bid)


def _draft(bid_id: UUID) -> Bid:
    bid = queries.get_bid(actor(), bid_id)
    require(may_submit, actor(), bid)
    if bid.status != BidStatus.DRAFT:
        raise InvalidTransition("rehearse", str(bid.status))
    return bid
