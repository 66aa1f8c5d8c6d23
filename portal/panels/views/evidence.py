"""What the officer raised to the panel: evidence about two proposals, for those who sit in it."""

from uuid import UUID

from flask.typing import ResponseReturnValue

from portal.core.errors import NotFound
from portal.core.policy import require
from portal.core.web import actor, page, roles
from portal.panels import queries
from portal.panels.policies import may_see_raised
from portal.panels.views.blueprint import bp
from portal.parties.values import Role
from portal.screening import queries as screening


@bp.get("/seats/<uuid:seat_id>/evidence")
@roles(Role.EXPERT)
def evidence(seat_id: UUID) -> ResponseReturnValue:
    seat = queries.get_seat(actor(), seat_id)
    if seat.expert.user_id != actor().user_id:
        raise NotFound()
    require(may_see_raised, actor(), seat)
    blind = queries.is_blind(seat.panel)  # passages and names would tell whose proposals these are
    raised = [] if blind else screening.raised(seat.panel.tender_id)
    rows = [(finding, screening.evidence(finding)) for finding in raised]
    return page(
        "panels/evidence.html", seat=seat, rows=rows, blind=blind, places=screening.places(seat.panel.tender)
    )
