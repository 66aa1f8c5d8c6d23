"""Use cases of the ranking: close a panel, publish what it found."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import insert

from portal.bids.models import Bid
from portal.core import audit, clock, outbox
from portal.core.db import add, db, use_case
from portal.core.errors import Invalid, Problem, problem
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.panels import queries as panel_queries
from portal.panels import services as panels
from portal.panels.models import Panel
from portal.panels.values import PanelStatus
from portal.scoring import queries, rules
from portal.scoring.models import Ranking, RankingEntry, RankingPublication
from portal.scoring.policies import may_close_panel, may_publish_rankings
from portal.scoring.values import DRAW, BidInput, Evaluation, Result, Seat, Sheet
from portal.tenders.models import Criterion, Lot

PORTION = 1_000


@use_case
def close_panel(*, actor: Actor, panel_id: UUID) -> list[Ranking]:
    """Fix the ranking of every lot from the locked, signed sheets, with a record that anyone can recompute.

    Raises ``Invalid`` naming each expert who is late. Rankings are never changed afterwards.
    """
    panel = panel_queries.get_panel_for_update(panel_id)
    require(may_close_panel, actor, panel)
    if problems := in_the_way(panel):
        raise Invalid(*problems)
    criteria = queries.criteria(panel.tender_id)
    admitted, sheets = queries.admitted_bids(panel.tender_id), queries.counted_sheets(panel)
    lots = {bid.lot_id: bid.lot for bid in admitted}
    fixed = [
        _fix(panel, lot, criteria, [bid for bid in admitted if bid.lot_id == lot.id], sheets, actor)
        for lot in lots.values()
    ]
    panels.mark_closed(actor=actor, panel_id=panel_id)
    outbox.emit("panel.closed", panel_id=panel_id)
    return fixed


def in_the_way(panel: Panel) -> list[Problem]:
    """Why the panel cannot be closed now: what each late expert still owes, or seats that are empty."""
    if panel.status != PanelStatus.SCORING:
        return [problem(N_("The work of this panel is over."))] if panel.closed_at else [_NOT_BEGUN]
    return [
        *panels.empty_seats(panel),
        *(found for row in queries.progress(panel) if (found := _owed(row))),
        *(_unentered(row) for row in queries.entering(panel.tender_id) if not row.is_done),
    ]


def _unentered(row: queries.Entered) -> Problem:
    message = N_("“%(title)s”: %(count)s proposals have no confirmed value yet.")
    return problem(message, title=row.criterion.title, count=row.bids - row.confirmed)


def _owed(row: queries.Progress) -> Problem | None:
    """What one expert still owes the panel."""
    who = {"code": row.seat.code, "name": row.seat.expert.user.name}
    if not row.has_locked:
        message = N_("%(code)s %(name)s has locked %(locked)s of %(sheets)s sheets.")
        return problem(message, locked=row.locked, sheets=row.sheets, **who)
    if row.unexplained:
        message = N_("%(code)s %(name)s has %(count)s deviations to explain.")
        return problem(message, count=row.unexplained, **who)
    if row.seat.concluded_at is None:
        return problem(N_("%(code)s %(name)s has not signed yet."), **who)
    return None


_NOT_BEGUN = problem(N_("Scoring has not begun yet."))


def _fix(
    panel: Panel, lot: Lot, criteria: Sequence[Criterion], admitted: Sequence[Bid], sheets: Sequence[Sheet], actor: Actor
) -> Ranking:  # fmt: skip
    """Rank one lot and store the record beside its entries; both are read-only from then on."""
    scheme = rules.scheme_of(panel.tender.scheme, criteria, lot.awards_max)
    ids = {str(bid.id) for bid in admitted}
    seats = tuple(Seat(s.code, s.group.value) for s in panel_queries.members_who_scored(panel))
    own = tuple(sheet for sheet in sheets if sheet.bid_id in ids)
    problems = [
        *rules.check_scheme(scheme),
        *rules.check_seats(scheme, _by_group(seats)),
        *rules.missing_sheets(seats, ids, own),
    ]
    if problems:
        raise Invalid(*problems)
    values = queries.entered_values(panel.tender_id)
    facts = {criterion.code for criterion in scheme.criteria if criterion.fact is not None}
    inputs = tuple(
        BidInput(
            str(bid.id), bid.quote.fen if bid.quote else None, organisation=bid.party.name,
            marks={c.code: values[bid.id, c.id].value for c in criteria if (bid.id, c.id) in values and c.code not in facts},
            facts={c.code: values[bid.id, c.id].value for c in criteria if (bid.id, c.id) in values and c.code in facts},
        )
        for bid in admitted
    )  # fmt: skip
    seed = _seed(panel, lot) if DRAW in scheme.ties else None
    results = rules.evaluate(scheme, inputs, own, seed)
    evaluation = Evaluation(
        panel.tender.number, str(lot.position), 1, scheme, seats, inputs, own, results, seed
    )
    return store(panel.id, lot.id, evaluation, actor)


def store(panel_id: UUID, lot_id: UUID, evaluation: Evaluation, actor: Actor) -> Ranking:
    """Keep a ranking: the record that anyone can recompute, and one entry for each ranked proposal."""
    record = rules.to_record(evaluation)
    fixed = add(
        Ranking(
            panel_id=panel_id, lot_id=lot_id, number=evaluation.version, record=record, digest=record["digest"],
            fixed_at=clock.now(), fixed_by=actor.user_id,
        )
    )  # fmt: skip
    decimals = evaluation.scheme.rounding.decimals
    results = evaluation.results
    for start in range(0, len(results), PORTION):  # as plain rows: a large round has thousands
        rows = [_entry(fixed, result, decimals) for result in results[start : start + PORTION]]
        db.session.execute(insert(RankingEntry), rows)
    audit.record(
        "ranking.fix", fixed, actor, lot=evaluation.lot, digest=fixed.digest, bids=len(evaluation.results)
    )
    return fixed


def _seed(panel: Panel, lot: Lot) -> str | None:
    """What decides equal bids by lot: derived from the draw of the panel."""
    proof = panel_queries.get_panel_for_update(panel.id).proof
    return (
        rules.derived_seed(rules.TIES, panel.tender.number, str(lot.position), proof["seed"])
        if proof
        else None
    )


def _by_group(seats: Sequence[Seat]) -> dict[str, int]:
    groups = [seat.group for seat in seats]
    return {group: groups.count(group) for group in groups}


def _entry(fixed: Ranking, result: Result, decimals: int) -> dict[str, object]:
    tie = "" if result.tie_reason is None else result.tie_reason.value
    return {
        "ranking_id": fixed.id, "bid_id": UUID(result.bid_id), "total": result.total, "decimals": decimals,
        "rank": result.rank, "tie_reason": tie,
        "below_line_reason": result.below_line.value if result.below_line else "",
        "parts": {code: str(value) for code, value in result.parts.items()},
    }  # fmt: skip


@use_case
def publish_rankings(*, actor: Actor, tender_id: UUID) -> list[Ranking]:
    """Let the public read rankings, records and the names of the panel; called with the result notice.

    Again changes nothing. Raises ``Invalid`` before the panel is closed.
    """
    panel = panel_queries.panel_of(tender_id)
    found = [row for row, _entries in queries.rankings(tender_id)]
    if panel is None or not found:
        raise Invalid(problem(N_("The panel is not closed yet.")))
    require(may_publish_rankings, actor, panel.tender)
    for row in found:
        if not queries.is_published([row.id]):
            add(RankingPublication(ranking_id=row.id, published_at=clock.now()))
            audit.record("ranking.publish", row, actor, digest=row.digest)
            _tell_corrected(row.lot_id, panel)
    panels.publish_names(actor=actor, panel_id=panel.id)
    return found


def _tell_corrected(lot_id: UUID, panel: Panel) -> None:
    """Now that the marks are public, organisations whose value was corrected get their letter."""
    for ranking, correction in queries.versions_of(panel.id):
        if correction is not None and ranking.lot_id == lot_id and not correction.ground.excludes:
            outbox.emit("correction.to_tell", ranking_id=ranking.id)
