"""Pages of the opening and of what was opened."""

from uuid import UUID

from flask import Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import queries as people
from portal.bids import documents, queries, services
from portal.bids.forms import OpeningForm
from portal.bids.policies import READERS, may_open, may_read, may_redraw, may_see_opening
from portal.bids.views.blueprint import bp, send_bytes
from portal.core import clock
from portal.core.db import get
from portal.core.errors import Invalid, NotFound
from portal.core.files import StoredFile
from portal.core.limits import SIGN_IN, limiter
from portal.core.policy import can, require
from portal.core.web import actor, page, public, roles, see, send
from portal.parties.values import ORGANISATION
from portal.tenders.models import Tender
from portal.tenders.values import HolderRole


@bp.route("/opening/<uuid:tender_id>", methods=["GET", "POST"])
@roles(*READERS)
@limiter.limit(SIGN_IN, methods=["POST"])
def opening(tender_id: UUID) -> ResponseReturnValue:
    """The ceremony: two people, two codes. Before it, nothing is counted or shown."""
    tender = queries.tender_for_opening(actor(), tender_id)
    form = OpeningForm()
    if form.is_submitted():
        require(may_open, actor(), tender)
    if form.validate_on_submit():
        try:
            # Not by `perform`: wrong passwords must be counted even though the opening is refused, and the
            # one row of an opening makes a second sending harmless.
            services.open_tender(
                actor=actor(), tender_id=tender.id, officer_code=form.officer_code.data or "",
                supervisor_email=form.supervisor_email.data or "", supervisor_password=form.supervisor_password.data or "",
                supervisor_code=form.supervisor_code.data or "",
            )  # fmt: skip
        except Invalid as error:
            form.add_problems(error.problems)
        else:
            return see("bids.opening", _("The opening is on record."), tender_id=tender.id)
    found = queries.opening_of(tender.id)
    holders = queries.holders(tender.id)
    names = people.names(holder.user_id for holder in holders)
    present = {holder.role: names[holder.user_id] for holder in holders if holder.user_id}
    return page(
        "bids/opening.html", form=form, tender=tender, opening=found,
        minutes=documents.minutes(tender, found) if found else None,
        problems=[] if found else services.opening_problems(tender, clock.now()),
        may_open=can(may_open, actor(), tender),
        officer=present.get(HolderRole.OFFICER), supervisor=present.get(HolderRole.SUPERVISOR),
    )  # fmt: skip


@bp.get("/opening/<uuid:tender_id>/minutes.pdf")
@roles(*READERS)
def minutes(tender_id: UUID) -> Response:
    found = queries.opening_of(queries.tender_for_opening(actor(), tender_id).id)
    if found is None or found.minutes_file_id is None:
        raise NotFound()
    return send(get(StoredFile, found.minutes_file_id))


@bp.get("/opened/<uuid:tender_id>")
@public
def opened(tender_id: UUID) -> ResponseReturnValue:
    """The opening list: for everybody where the procedure says so, else for the staff of the buyer."""
    tender, found = get(Tender, tender_id), queries.opening_of(tender_id)
    staff = can(may_see_opening, actor(), tender)
    if found is None or not (staff or queries.opening_is_public(tender)):
        raise NotFound()
    return page("bids/opened.html", tender=tender, minutes=documents.minutes(tender, found), staff=staff)


@bp.get("/<uuid:bid_id>/proposal")
@roles(*READERS, *ORGANISATION)
def proposal(bid_id: UUID) -> ResponseReturnValue:
    bid = queries.get_bid(actor(), bid_id)
    require(may_read, actor(), bid)
    heads = {head.code: head.title for head in queries.heads(bid.tender_id)}
    version = queries.version_of(bid)
    content = queries.content(bid)
    return page(
        "bids/proposal.html", bid=bid, content=content, heads=heads, version=version,
        answers=queries.answered(bid.tender, content), papers=queries.papers(bid.tender),
        pages=queries.all_page_images(bid), may_redraw=can(may_redraw, actor(), bid),
    )  # fmt: skip


@bp.get("/<uuid:bid_id>/proposal/files/<part>")
@roles(*READERS, *ORGANISATION)
def proposal_file(bid_id: UUID, part: str) -> Response:
    bid = queries.get_bid(actor(), bid_id)
    require(may_read, actor(), bid)
    return send_bytes(*queries.read_file(bid, part))
