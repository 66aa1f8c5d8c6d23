"""Pages of what was submitted: the case, the receipt, the own copy, taking it back, the public check."""

from uuid import UUID

from flask import Response, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.bids import documents, queries, rules, services
from portal.bids.forms import CodeForm, CopyForm, ReceiptForm
from portal.bids.models import Bid
from portal.bids.policies import may_read, may_see_own, may_submit, may_write
from portal.bids.values import BidStatus
from portal.bids.views.blueprint import SUBMITTERS, bp, send_bytes
from portal.bids.workflow import BID
from portal.core import sealing
from portal.core.db import get
from portal.core.documents import render_pdf
from portal.core.errors import Invalid, InvalidTransition, NotFound
from portal.core.files import StoredFile
from portal.core.forms import act
from portal.core.keys import server_key
from portal.core.limits import OPEN_FORM, limiter
from portal.core.policy import can, require
from portal.core.web import actor, page, public, received_at, roles, send
from portal.parties.values import ORGANISATION


def remember_code(bid_id: UUID, code: str) -> None:
    """Carry the reopen code to the receipt page, which shows it once.

    The confirmation cannot be the answer of the POST, because a page that is loaded again would submit again.
    So the code travels in the browser's own session cookie, encrypted under the session key: the server keeps
    no copy, and the first look at the receipt takes it out.
    """
    facts = {"bid": str(bid_id)}
    sealed = sealing.encrypt(server_key("session"), code.encode(), aad=facts)
    session["reopen_code"] = sealed.hex()


def code_once(bid: Bid) -> str | None:
    sealed = session.pop("reopen_code", None)
    if sealed is None:
        return None
    try:
        key = server_key("session")
        return sealing.decrypt(key, bytes.fromhex(sealed), aad={"bid": str(bid.id)}).decode()
    except sealing.SealBroken:
        return None  # it belongs to another proposal that was submitted meanwhile


@bp.get("/<uuid:bid_id>")
@roles(*ORGANISATION)
def show(bid_id: UUID) -> ResponseReturnValue:
    bid, now = _own(bid_id), received_at()
    return page(
        "bids/show.html", bid=bid, versions=queries.versions(bid.id),
        steps={step.name for step in BID.available(bid, now)}, may_submit=can(may_submit, actor(), bid), may_write=can(may_write, actor(), bid),
        readable=can(may_read, actor(), bid), too_late=BID.problems("withdraw", bid, now),
    )  # fmt: skip


@bp.get("/<uuid:bid_id>/receipt")
@roles(*ORGANISATION)
def receipt(bid_id: UUID) -> ResponseReturnValue:
    bid = _own(bid_id)
    version = queries.version_of(bid)
    code = code_once(bid) if bid.status == BidStatus.SEALED else None
    form = CopyForm(formdata=None, code=code)
    return page(
        "bids/receipt.html",
        bid=bid,
        version=version,
        code=code,
        form=form,
        facts=documents.receipt(bid, version),
    )


@bp.get("/<uuid:bid_id>/receipts/<int:number>.pdf")
@roles(*ORGANISATION)
def receipt_file(bid_id: UUID, number: int) -> Response:
    bid = _own(bid_id)
    row = next((item for item in queries.versions(bid.id) if item.number == number), None)
    if row is None or row.receipt_file_id is None:
        raise NotFound()
    return send(get(StoredFile, row.receipt_file_id))


@bp.route("/<uuid:bid_id>/copy", methods=["GET", "POST"])
@roles(*ORGANISATION)
def copy(bid_id: UUID) -> ResponseReturnValue:
    """The organisation's own copy, opened by its reopen code and never stored."""
    bid = _own(bid_id)
    version = queries.version_of(bid)
    if version.reopen_wrapped is None:
        raise NotFound()
    form = CopyForm()
    if form.validate_on_submit():
        try:
            content = queries.own_copy(bid, form.code.data or "")
        except Invalid as error:
            form.add_problems(error.problems)
        else:
            name = f"proposal-{version.receipt_number}"
            if form.kind.data == "json":
                return send_bytes(rules.write_json(content), f"{name}.json", "application/json")
            if form.kind.data == "zip":
                archive = rules.write_archive(content, queries.own_files(bid, form.code.data or ""))
                return send_bytes(archive, f"{name}.zip", "application/zip")
            pdf = render_pdf("bid_copy.html", **documents.own_copy(bid, version, content))
            return send_bytes(pdf, f"{name}.pdf", "application/pdf")
    return page("bids/copy.html", form=form, bid=bid)


@bp.route("/<uuid:bid_id>/withdraw", methods=["GET", "POST"])
@roles(*SUBMITTERS)
def withdraw(bid_id: UUID) -> ResponseReturnValue:
    arrived, bid = received_at(), _mine(bid_id)
    if request.method == "GET":
        _possible("withdraw", bid)
        return page("bids/withdraw.html", bid=bid, problems=BID.problems("withdraw", bid, arrived))
    return act(
        lambda _form: services.withdraw_bid(actor=actor(), bid_id=bid.id, received_at=arrived),
        url_for("bids.show", bid_id=bid.id),
        _("The proposal was withdrawn."),
    )


@bp.route("/<uuid:bid_id>/reopen", methods=["GET", "POST"])
@roles(*SUBMITTERS)
def reopen(bid_id: UUID) -> ResponseReturnValue:
    arrived, bid = received_at(), _mine(bid_id)
    form = CodeForm()
    if request.method == "GET":
        _possible("reopen", bid)
    if form.validate_on_submit():
        done = form.perform(
            lambda: services.reopen_bid(
                actor=actor(), bid_id=bid.id, code=form.code.data or "", received_at=arrived
            ),
            lambda bid: url_for("bids.edit", bid_id=bid.id),
            _("The proposal is a draft again. Submit it again before the deadline."),
        )
        if done:
            return done
    return page("bids/reopen.html", form=form, bid=bid, problems=BID.problems("reopen", bid, arrived))


@bp.route("/receipt-check", methods=["GET", "POST"])
@public
@limiter.limit(OPEN_FORM, methods=["POST"])
def receipt_check() -> ResponseReturnValue:
    """Say whether a receipt is one of ours, and nothing else."""
    form = ReceiptForm()
    matches = None
    if form.validate_on_submit():
        matches = queries.receipt_matches(form.number.data or "", form.digest.data or "")
    return page("bids/receipt_check.html", form=form, matches=matches)


def _possible(name: str, bid: Bid) -> None:
    """Show no page for a step that the present state does not have."""
    if bid.status not in BID.transitions[name].sources:
        raise InvalidTransition(name, str(bid.status))


def _own(bid_id: UUID) -> Bid:
    bid = queries.get_bid(actor(), bid_id)
    require(may_see_own, actor(), bid)
    return bid


def _mine(bid_id: UUID) -> Bid:
    bid = queries.get_bid(actor(), bid_id)
    require(may_submit, actor(), bid)
    return bid
