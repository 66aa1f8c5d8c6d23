"""Pages of the public: scores and the record they can be computed from."""

from uuid import UUID

from flask import Response
from flask.typing import ResponseReturnValue

from portal.core.proofs import canonical
from portal.core.web import page, public
from portal.panels import queries as panel_queries
from portal.scoring import documents, queries
from portal.scoring.views.blueprint import bp


@bp.get("/tenders/<uuid:tender_id>")
@public
def result(tender_id: UUID) -> ResponseReturnValue:
    tender = queries.published_tender(tender_id)
    queries.public_rankings(tender_id)
    panel = panel_queries.panel_of(tender_id)
    return page(
        "scoring/result.html",
        tender=tender,
        tables=documents.score_tables(tender_id),
        refusals=[member for member in documents.members(panel) if member.refusal] if panel else [],
    )


@bp.get("/rankings/<uuid:ranking_id>/record.json")
@public
def record(ranking_id: UUID) -> Response:
    """The evaluation record as ``python -m portal.verify score`` reads it."""
    found = queries.public_ranking(ranking_id)
    response = Response(canonical(found.record), mimetype="application/json")
    name = f"record-{found.record['tender']}-{found.record['lot']}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
