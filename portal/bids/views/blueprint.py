"""The blueprint that all pages of proposals share."""

import io
from uuid import UUID

from flask import Blueprint, Response, send_file
from flask_babel import gettext

from portal.bids import queries
from portal.bids.models import Bid
from portal.bids.policies import may_write
from portal.bids.values import BidStatus, Step
from portal.core.errors import InvalidTransition
from portal.core.pictures import MEDIA_TYPE
from portal.core.policy import require
from portal.core.web import actor
from portal.parties.values import Role

bp = Blueprint("bids", __name__, url_prefix="/bids")

WRITERS = (Role.ORG_OWNER, Role.ORG_DRAFTER)
SUBMITTERS = (*WRITERS, Role.ORG_APPROVER)


def steps_of(bid: Bid) -> list[tuple[str, str]]:
    """Code and heading of every page of the editor: the parts of the call's form, then what all proposals have."""
    parts = [(part.code, part.title) for part in queries.form_of(bid).parts]
    return parts + [(str(step), gettext(step.label)) for step in Step]


def own_draft(bid_id: UUID) -> Bid:
    """The draft, for a person who may write it; ``InvalidTransition`` when it is none any more."""
    bid = queries.get_bid(actor(), bid_id)
    require(may_write, actor(), bid)
    if bid.status != BidStatus.DRAFT:
        raise InvalidTransition("edit", str(bid.status))
    return bid


def send_bytes(data: bytes, name: str, media_type: str) -> Response:
    """Send decrypted bytes as a download that never runs in our origin and is never written to the disk."""
    response = send_file(io.BytesIO(data), mimetype=media_type, download_name=name, as_attachment=True)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def send_picture(data: bytes) -> Response:
    """Send a page as a picture; the browser may keep it for a while, so that pages can be loaded ahead."""
    response = send_file(io.BytesIO(data), mimetype=MEDIA_TYPE)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, max-age=900"
    return response
