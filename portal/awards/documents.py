"""The score table of a result as plain values: rubric, parts, totals and places, no expert anywhere."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from portal.awards import queries
from portal.awards.models import Award
from portal.awards.values import AwardStatus
from portal.core.money import Money
from portal.scoring.values import BelowLine, TieReason


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
    tie: str
    below_line: str
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
    rows: dict[UUID, list[ScoreRow]] = {}
    for entry, bid, party in queries.entries(r.id for r in rankings.values()):
        parts = tuple(str(entry.parts.get(column.code, "—")) for column in rubric)
        row = ScoreRow(
            entry.rank or 0, party.name, parts, entry.shown, reason_label(entry.tie_reason, TieReason),
            reason_label(entry.below_line_reason, BelowLine), awards.get(bid.id),
        )  # fmt: skip
        rows.setdefault(bid.lot_id, []).append(row)
    return [
        LotResult(
            lot.title, rankings[lot.lot_id].id, rankings[lot.lot_id].digest, tuple(rows.get(lot.lot_id, ()))
        )
        for lot in case.lots
        if lot.lot_id in rankings
    ]


def reason_label(reason: str, kind: type[TieReason] | type[BelowLine]) -> str:
    """The message id of a reason code; a reason in free words stays as it is."""
    return kind(reason).label if reason in set(kind) else reason
