"""The letter about a correction, where the organisation looks for it."""

from uuid import UUID

from flask import Response, render_template

from portal.bids.models import Bid
from portal.core.templating import adds_to
from portal.core.web import actor, roles, send
from portal.parties.values import ORGANISATION
from portal.scoring import queries
from portal.scoring.views.blueprint import STAFF, bp


@bp.get("/letters/<uuid:ranking_id>")
@roles(*ORGANISATION, *STAFF)
def letter(ranking_id: UUID) -> Response:
    return send(queries.letter_file(actor(), ranking_id))


@adds_to("bid")
def letters(bid: Bid) -> str:
    """On the organisation's page of its proposal: letters about corrections."""
    return render_template("scoring/_letters.html", letters=queries.letters_about(bid.id))
