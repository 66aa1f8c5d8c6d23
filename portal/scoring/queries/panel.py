"""Reads of a panel at work: its rubric, the proposals, who has locked; sheets as the rules take them."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload, selectinload

from portal.bids.models import Bid
from portal.bids.values import BidStatus
from portal.core.db import db
from portal.panels import queries as panels
from portal.panels.models import Panel, Seat
from portal.panels.values import SeatStatus
from portal.parties.models import Party
from portal.scoring.models import ScoreSheet, SheetVersion
from portal.scoring.values import Sheet, SheetStatus
from portal.tenders.models import Criterion, Lot
from portal.tenders.values import CriterionKind


@dataclass(frozen=True)
class Progress:
    """How far one expert is: counts only."""

    seat: Seat
    locked: int
    sheets: int

    @property
    def is_done(self) -> bool:
        """All sheets locked and signed."""
        return self.sheets > 0 and self.locked == self.sheets and self.seat.signed_at is not None


def criteria(tender_id: UUID) -> list[Criterion]:
    """All criteria of a call in order."""
    statement = select(Criterion).where(Criterion.tender_id == tender_id).order_by(Criterion.position)
    return list(db.session.scalars(statement))


def marked_criteria(tender_ids: Iterable[UUID]) -> list[Criterion]:
    """The criteria that experts mark, in order (one query for several calls)."""
    statement = (
        select(Criterion)
        .where(Criterion.tender_id.in_(list(tender_ids)), Criterion.kind == CriterionKind.SUBJECTIVE)
        .order_by(Criterion.position)
    )
    return list(db.session.scalars(statement))


def admitted_bids(tender_id: UUID) -> list[Bid]:
    """The proposals that are scored, with lots and organisations, in a fixed order."""
    statement = (
        select(Bid)
        .join(Bid.lot)
        .join(Bid.party)
        .options(joinedload(Bid.party, innerjoin=True), joinedload(Bid.lot, innerjoin=True))
        .where(Bid.tender_id == tender_id, Bid.status == BidStatus.VALID)
        .order_by(Lot.position, Party.name, Bid.id)
    )
    return list(db.session.scalars(statement))


def progress(panel: Panel) -> list[Progress]:
    """How far each seated expert is, in the order of codes (one query, counts only)."""
    locked = func.sum(case((ScoreSheet.status == SheetStatus.SUBMITTED, 1), else_=0))
    rows = db.session.execute(
        select(ScoreSheet.seat_id, func.count(), locked)
        .where(ScoreSheet.panel_id == panel.id)
        .group_by(ScoreSheet.seat_id)
    )
    counts = {seat_id: (int(done), int(count)) for seat_id, count, done in rows}
    seats = sorted(panels.members_who_scored(panel), key=lambda seat: seat.code)
    return [Progress(seat, *counts.get(seat.id, (0, 0))) for seat in seats]


def locked_sheets(panel_id: UUID) -> list[ScoreSheet]:
    """The locked sheets of a panel without marks, for the officer who may have to return one."""
    statement = (
        select(ScoreSheet)
        .join(ScoreSheet.seat)
        .join(ScoreSheet.bid)
        .join(Bid.party)
        .options(
            joinedload(ScoreSheet.seat, innerjoin=True),
            joinedload(ScoreSheet.bid, innerjoin=True).joinedload(Bid.party, innerjoin=True),
        )
        .where(
            ScoreSheet.panel_id == panel_id, ScoreSheet.status == SheetStatus.SUBMITTED,
            Seat.status == SeatStatus.ACCEPTED,
        )
        .order_by(Seat.code, Party.name)
    )  # fmt: skip
    return list(db.session.scalars(statement))


def counted_sheets(panel: Panel) -> list[Sheet]:
    """The sheets that count, as the rules take them: those of experts who still sit (three queries)."""
    codes = {c.id: c.code for c in marked_criteria([panel.tender_id])}
    rows = db.session.scalars(
        select(ScoreSheet)
        .join(ScoreSheet.seat)
        .options(joinedload(ScoreSheet.seat, innerjoin=True), selectinload(ScoreSheet.marks))
        .where(ScoreSheet.panel_id == panel.id, Seat.status == SeatStatus.ACCEPTED)
    )
    return [as_values(row, codes, row.seat.code, row.seat.group.value) for row in rows]


def as_values(row: ScoreSheet, codes: dict[UUID, str], expert: str, group: str) -> Sheet:
    """A sheet as plain values; marks that were not given yet are left out."""
    return Sheet(
        expert_code=expert, bid_id=str(row.bid_id), group=group,
        marks={codes[m.criterion_id]: m.value for m in row.marks if m.value is not None},
        reasons={codes[m.criterion_id]: m.reason for m in row.marks if m.reason},
    )  # fmt: skip


def existing_sheets(panel_id: UUID) -> set[tuple[UUID, UUID]]:
    """Seat and proposal of every sheet of a panel."""
    rows = db.session.execute(
        select(ScoreSheet.seat_id, ScoreSheet.bid_id).where(ScoreSheet.panel_id == panel_id)
    )
    return {(seat_id, bid_id) for seat_id, bid_id in rows}


def versions(sheet_id: UUID) -> int:
    """How many earlier versions of a sheet are kept."""
    statement = select(func.count()).select_from(SheetVersion).where(SheetVersion.sheet_id == sheet_id)
    return int(db.session.scalar(statement) or 0)
