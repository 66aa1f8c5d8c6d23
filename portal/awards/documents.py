"""The score table of a result as plain values: rubric, parts, totals and places, no expert anywhere."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from portal.awards import queries
from portal.awards.models import Award
from portal.awards.values import AwardStatus, Outcome
from portal.core.errors import Problem
from portal.core.money import Money
from portal.scoring.values import TieReason

LEFT_OUT = (Outcome.RESERVE, Outcome.NOT_CHOSEN)


@dataclass(frozen=True)
class Column:
    """One criterion of the rubric."""

    code: str
    title: str
    maximum: Decimal


@dataclass(frozen=True)
class ScoreRow:
    """One proposal: its place, the aggregated score of each criterion, and what was decided."""

    rank: int
    name: str
    parts: tuple[str, ...]
    total: Decimal
    quote: Money | None
    tie: str
    outcome: Outcome
    why_not: Problem | None
    award: Award | None

    @property
    def amount(self) -> Money | None:
        """The awarded amount, unless the award was cancelled."""
        standing = self.award is not None and self.award.status != AwardStatus.CANCELLED
        return self.award.amount if self.award and standing else None


@dataclass(frozen=True)
class LotResult:
    """The ranking of one lot; ``ranking_id`` names the evaluation record, ``digest`` its fingerprint."""

    title: str
    ranking_id: UUID
    digest: str
    rows: tuple[ScoreRow, ...]


def columns(tender_id: UUID) -> list[Column]:
    """The rubric as columns."""
    return [Column(c.code, c.title, c.maximum) for c in queries.criteria(tender_id)]


def score_tables(case: queries.Case, rubric: list[Column]) -> list[LotResult]:
    """One table for each lot, best rank first (two queries)."""
    rankings = queries.latest_rankings(case.tender.id)
    awards = {a.bid_id: a for a in case.awards}  # in order of decision, so the latest award of a bid stays
    candidates, outcomes = {c.bid_id: c for c in case.candidates}, case.outcomes
    rows: dict[UUID, list[ScoreRow]] = {}
    for entry, bid, party in queries.entries(r.id for r in rankings.values()):
        parts = tuple(str(entry.parts.get(column.code, "—")) for column in rubric)
        outcome, candidate = outcomes.get(bid.id, Outcome.NOT_CHOSEN), candidates.get(bid.id)
        why_not = case.why_not(candidate) if candidate and outcome in LEFT_OUT else None
        row = ScoreRow(
            entry.rank or 0, party.name, parts, entry.shown, bid.quote, tie_label(entry.tie_reason), outcome, why_not,
            awards.get(bid.id),
        )  # fmt: skip
        rows.setdefault(bid.lot_id, []).append(row)
    return [
        LotResult(
            lot.title, rankings[lot.lot_id].id, rankings[lot.lot_id].digest, tuple(rows.get(lot.lot_id, ()))
        )
        for lot in case.lots
        if lot.lot_id in rankings
    ]


def tie_label(reason: str) -> str:
    """The message id of what separated equal scores; a reason in free words stays as it is."""
    return TieReason(reason).label if reason in set(TieReason) else reason
