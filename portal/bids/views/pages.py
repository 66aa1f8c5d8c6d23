"""Pages of opened attachments as pictures, for those who may read the proposal."""

from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.bids import queries
from portal.bids.policies import READERS, may_read
from portal.bids.services import pages
from portal.bids.views.blueprint import bp, send_picture
from portal.core.forms import act
from portal.core.policy import require
from portal.core.web import actor, roles
from portal.parties.values import ORGANISATION, Role


@bp.get("/<uuid:bid_id>/proposal/files/<part>/pages/<int:number>")
@roles(*READERS, *ORGANISATION)
def file_page(bid_id: UUID, part: str, number: int) -> Response:
    bid = queries.get_bid(actor(), bid_id)
    require(may_read, actor(), bid)
    return send_picture(queries.page_image(bid, part, number))


@bp.post("/<uuid:bid_id>/proposal/files/<part>/redraw")
@roles(Role.PROGRAMME_OFFICER)
def redraw(bid_id: UUID, part: str) -> ResponseReturnValue:
    return act(
        lambda _form: pages.redraw_pages(actor=actor(), bid_id=bid_id, part=part),
        url_for("bids.proposal", bid_id=bid_id),
        _("The pages are drawn again. Please look again in a minute."),
    )
