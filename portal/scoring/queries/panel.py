"""Reads of a panel at work: its rubric, the proposals, who has locked; sheets as the rules take them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from sys import intern
from uuid import UUID

from sqlalchemy import BigInteger, String, TypeCoerce, case, func, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from portal.bids.models import Bid
from portal.bids.values import BidStatus
from portal.core.db import db
from portal.core.policy import Actor
from portal.core.proofs import spell
from portal.panels import queries as panels
from portal.panels.models import Expert, Panel, Seat
from portal.panels.values import PanelStatus, SeatStatus
from portal.parties.models import Party
from portal.scoring.models import (
    Comparison,
    Dissent,
    Mark,
    Outlier,
    ScoreSheet,
    ScoringReminder,
    SheetVersion,
)
from portal.scoring.values import Sheet, SheetStatus
from portal.tenders.models import Criterion, Lot
from portal.tenders.values import CriterionKind


@dataclass(frozen=True)
class Progress:
    """How far one expert is: counts only. ``unexplained`` deviations of the comparison in force wait for a reason."""

    seat: Seat
    locked: int
    sheets: int
    unexplained: int = 0

    @property
    def has_locked(self) -> bool:
        """There are sheets, and all are locked."""
        return 0 < self.sheets == self.locked


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
    """How far each seated expert is, in the order of codes (two queries, counts only)."""
    locked = func.sum(case((ScoreSheet.status == SheetStatus.SUBMITTED, 1), else_=0))
    rows = db.session.execute(
        select(ScoreSheet.seat_id, func.count(), locked)
        .where(ScoreSheet.panel_id == panel.id)
        .group_by(ScoreSheet.seat_id)
    )
    counts = {seat_id: (int(done), int(count)) for seat_id, count, done in rows}
    seats = sorted(panels.members_who_scored(panel), key=lambda seat: seat.code)
    waiting = _unexplained(panel.id)
    return [Progress(seat, *counts.get(seat.id, (0, 0)), waiting.get(seat.id, 0)) for seat in seats]


def own_outliers(actor: Actor, panel_id: UUID) -> list[Outlier]:
    """The expert's own deviations in the comparison in force, by organisation; nobody reads those of others here."""
    statement = (
        select(Outlier)
        .join(Comparison, Comparison.id == Outlier.comparison_id)
        .join(Seat, Seat.id == Outlier.seat_id)
        .join(Seat.expert)
        .join(Outlier.bid)
        .join(Bid.party)
        .options(joinedload(Outlier.bid, innerjoin=True).joinedload(Bid.party, innerjoin=True))
        .where(
            Comparison.panel_id == panel_id, Comparison.superseded_at.is_(None),
            Expert.user_id == actor.user_id, Seat.status == SeatStatus.ACCEPTED,
        )
        .order_by(Party.name)
    )  # fmt: skip
    return list(db.session.scalars(statement))


def _unexplained(panel_id: UUID) -> dict[UUID, int]:
    rows = db.session.execute(
        select(Outlier.seat_id, func.count())
        .join(Comparison, Comparison.id == Outlier.comparison_id)
        .where(
            Comparison.panel_id == panel_id, Comparison.superseded_at.is_(None), Outlier.stated_at.is_(None)
        )
        .group_by(Outlier.seat_id)
    )  # fmt: skip
    return dict(rows.all())


def comparisons(panel_id: UUID) -> list[Comparison]:
    """Every comparison of a panel with its outliers and their proposals, the newest first."""
    statement = (
        select(Comparison)
        .where(Comparison.panel_id == panel_id)
        .options(selectinload(Comparison.outliers).joinedload(Outlier.bid, innerjoin=True).joinedload(Bid.party, innerjoin=True))
        .order_by(Comparison.number.desc())
    )  # fmt: skip
    return list(db.session.scalars(statement))


def comparison_in_force(panel_id: UUID) -> Comparison | None:
    """The comparison that the panel signs on, or ``None`` while somebody has not locked."""
    found = comparisons(panel_id)
    return found[0] if found and found[0].superseded_at is None else None


def deviates(sheet: ScoreSheet) -> bool:
    """Whether the locked sheet is still one that the latest comparison found far off the mean."""
    found = comparisons(sheet.panel_id)
    if not found or sheet.submitted_at is None or sheet.submitted_at > found[0].compared_at:
        return False
    return any(o.seat_id == sheet.seat_id and o.bid_id == sheet.bid_id for o in found[0].outliers)


def scoring_panels() -> list[Panel]:
    """Every panel at work, with its call, seats and experts."""
    ids = db.session.scalars(select(Panel.id).where(Panel.status == PanelStatus.SCORING))
    return [panels.get_panel_for_update(panel_id) for panel_id in ids.all()]


def opened_at(panel_id: UUID) -> dict[UUID, datetime]:
    """Since when each seat's sheets have been there."""
    rows = db.session.execute(
        select(ScoreSheet.seat_id, func.min(ScoreSheet.opened_at))
        .where(ScoreSheet.panel_id == panel_id)
        .group_by(ScoreSheet.seat_id)
    )
    return dict(rows.all())


def was_reminded(seat_id: UUID, step: str) -> bool:
    """Whether an expert had the reminder of a step."""
    statement = select(ScoringReminder.id).where(
        ScoringReminder.seat_id == seat_id, ScoringReminder.step == step
    )
    return db.session.scalar(statement) is not None


def dissents(seats: Iterable[Seat]) -> dict[UUID, str]:
    """What members put on record with the signature that counts, or instead of it, by seat."""
    concluded = {seat.id: seat.concluded_at for seat in seats if seat.concluded_at is not None}
    rows = db.session.scalars(select(Dissent).where(Dissent.seat_id.in_(concluded)))
    return {row.seat_id: row.text for row in rows if row.stated_at == concluded[row.seat_id]}


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
    """The sheets that count, as the rules take them and without reasons: those of experts who still sit (two queries).

    The database turns marks into one row for each sheet, and equal marks and ids share one object: a large round has
    half a million marks.
    """
    marked = marked_criteria([panel.tender_id])
    columns = [
        func.max(case((Mark.criterion_id == criterion.id, type_coerce(Mark.value, BigInteger))))
        for criterion in marked
    ]
    rows = db.session.execute(
        select(_raw(ScoreSheet.bid_id), Seat.code, type_coerce(Seat.group, String), *columns)
        .join(Seat, Seat.id == ScoreSheet.seat_id)
        .outerjoin(Mark, Mark.sheet_id == ScoreSheet.id)
        .where(ScoreSheet.panel_id == panel.id, Seat.status == SeatStatus.ACCEPTED)
        .group_by(ScoreSheet.id, Seat.code, Seat.group),
        execution_options={"yield_per": 5_000},
    )
    codes, points, bids, no_reasons = (
        [criterion.code for criterion in marked],
        _Points(),
        _Ids(),
        dict[str, str](),
    )
    return [
        Sheet(
            intern(code), bids[bid_id], {c: points[v] for c, v in zip(codes, values, strict=True) if v is not None},
            intern(group), no_reasons,
        )
        for bid_id, code, group, *values in rows
    ]  # fmt: skip


def _raw(column: InstrumentedAttribute[UUID]) -> TypeCoerce[str]:
    """An id as the database hands it out."""
    return type_coerce(column, String)


class _Ids(dict[str, str]):
    """Ids as the records spell them, each made once."""

    def __missing__(self, raw: str) -> str:
        """Spell the id and keep it."""
        self[raw] = found = str(UUID(str(raw)))
        return found


class _Points(dict[int, Decimal]):
    """Marks by their millionths, each made once."""

    def __missing__(self, millionths: int) -> Decimal:
        """Make the number and keep it."""
        self[millionths] = found = Decimal(spell(Decimal(millionths) / 1_000_000))
        return found


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
