"""Use cases after the ranking is fixed: a new version beside the old one, only on the listed grounds."""

from dataclasses import replace
from uuid import UUID

from portal.core import audit, outbox
from portal.core.db import add, get, use_case
from portal.core.errors import Invalid, NotFound, Problem, problem
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.panels import queries as panel_queries
from portal.panels.models import Panel
from portal.scoring import queries, rules
from portal.scoring.models import Correction, Ranking
from portal.scoring.policies import Correctable, may_correct_ranking
from portal.scoring.services.ranking import store
from portal.scoring.services.running import LONGEST_TEXT
from portal.scoring.values import CorrectionGround


@use_case
def exclude_bid(
    *, actor: Actor, panel_id: UUID, bid_id: UUID, ground: CorrectionGround | None, explanation: str
) -> Ranking:
    """Take a proposal out of a fixed ranking and compute everything anew, base price and best facts included.

    The earlier ranking stays on file. Possible until the ranking is published, by another officer than the one who
    fixed it, on the grounds of Order 87 art. 64 that make a proposal invalid. Emits ``ranking.corrected``. Raises
    ``Invalid`` with the field that is wrong; ``NotFound`` when the proposal is not in the ranking.
    """
    panel = panel_queries.get_panel_for_update(panel_id)
    latest = _ranking_with(panel, bid_id)
    require(may_correct_ranking, actor, Correctable(panel.tender.unit_id, latest.fixed_by))
    explanation = explanation.strip()
    if problems := _problems(latest, ground, explanation):
        raise Invalid(*problems)
    assert ground is not None  # noqa: S101 - checked above
    before = rules.from_record(latest.record)
    bids = tuple(
        replace(bid, valid=False, invalid_reason=ground.value) if bid.bid_id == str(bid_id) else bid
        for bid in before.bids
    )
    results = rules.evaluate(before.scheme, bids, before.sheets, before.draw_seed)
    fixed = store(
        panel.id, latest.lot_id, replace(before, version=latest.number + 1, bids=bids, results=results), actor
    )
    add(
        Correction(
            ranking_id=fixed.id, replaces_id=latest.id, ground=ground, explanation=explanation, bid_id=bid_id
        )
    )
    audit.record(
        "ranking.correct", fixed, actor, ground=ground.value, bid=str(bid_id), replaces=latest.digest
    )
    outbox.emit("ranking.corrected", panel_id=panel.id, ranking_id=fixed.id)
    return fixed


def _ranking_with(panel: Panel, bid_id: UUID) -> Ranking:
    for latest, entries in queries.rankings(panel.tender_id):
        if any(entry.bid_id == bid_id for entry in entries):
            return get(Ranking, latest.id)
    raise NotFound()


def _problems(latest: Ranking, ground: CorrectionGround | None, explanation: str) -> list[Problem]:
    if queries.is_published([latest.id]):
        message = N_("The result is published; it changes only by the answer to a challenge.")
        return [problem(message)]
    found = []
    if ground is None or not ground.excludes:
        message = N_("Please choose why the proposal should not have been ranked.")
        found.append(problem(message, field="ground"))
    if not explanation:
        found.append(problem(N_("Please write what was wrong, with the article."), field="explanation"))
    elif len(explanation) > LONGEST_TEXT:
        message = N_("Please write at most %(most)s characters.")
        found.append(problem(message, field="explanation", most=LONGEST_TEXT))
    return found
