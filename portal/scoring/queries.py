"""Reads of scoring: own sheets, progress without marks, and what is known once a panel is closed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import joinedload, selectinload

from portal.bids.models import Bid
from portal.bids.values import BidStatus
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.files import StoredFile
from portal.core.policy import Actor
from portal.panels import queries as panels
from portal.panels.models import Expert, Panel, Seat
from portal.panels.values import PanelStatus, SeatStatus
from portal.parties.models import Party
from portal.scoring.models import (
    Mark,
    PanelReport,
    Ranking,
    RankingEntry,
    RankingPublication,
    ScoreSheet,
    SheetVersion,
)
from portal.scoring.values import Sheet, SheetStatus
from portal.tenders.models import Criterion, Lot, Tender
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


@dataclass(frozen=True)
class OwnSheet:
    """An expert's own sheet in the queue: what was given so far and the place among the own sheets of the lot."""

    sheet: ScoreSheet
    total: Decimal
    marked: int
    rank: int | None


@dataclass(frozen=True)
class Queue:
    """An expert's work on one panel."""

    panel: Panel
    seat: Seat
    rows: Sequence[OwnSheet]
    criteria: int
    maximum: Decimal

    @property
    def locked(self) -> int:
        """How many sheets are locked."""
        return sum(row.sheet.status == SheetStatus.SUBMITTED for row in self.rows)


# --- the expert's own


def get_sheet(actor: Actor, sheet_id: UUID) -> ScoreSheet:
    """The expert's own sheet with marks and proposal. Raises ``NotFound`` for everybody else, whatever the role."""
    sheet = db.session.scalars(_sheets().where(ScoreSheet.id == sheet_id)).first()
    if (
        sheet is None
        or sheet.seat.expert.user_id != actor.user_id
        or sheet.seat.status != SeatStatus.ACCEPTED
    ):
        raise NotFound()
    return sheet


def get_sheet_for_update(sheet_id: UUID) -> ScoreSheet:
    """The sheet with seat, panel, call and marks, locked. Raises ``NotFound``."""
    statement = _sheets().where(ScoreSheet.id == sheet_id).with_for_update(of=ScoreSheet)
    sheet = db.session.scalars(statement, execution_options={"populate_existing": True}).first()
    if sheet is None:
        raise NotFound()
    return sheet


def my_sheets(actor: Actor, panel_id: UUID | None = None) -> list[ScoreSheet]:
    """The expert's own sheets of running and closed panels, by panel, lot and organisation."""
    statement = (
        _sheets()
        .join(ScoreSheet.seat)
        .join(Seat.expert)
        .join(ScoreSheet.panel)
        .join(ScoreSheet.bid)
        .join(Bid.lot)
        .join(Bid.party)
        .where(Expert.user_id == actor.user_id, Seat.status == SeatStatus.ACCEPTED)
        .order_by(Panel.frozen_at.desc(), Lot.position, Party.name, ScoreSheet.id)
    )
    if panel_id is not None:
        statement = statement.where(ScoreSheet.panel_id == panel_id)
    return list(db.session.scalars(statement))


def my_seat(actor: Actor, panel_id: UUID) -> Seat:
    """The expert's own accepted seat on a panel. Raises ``NotFound``."""
    for seat in panels.seats(panel_id, {SeatStatus.ACCEPTED}):
        if seat.expert.user_id == actor.user_id:
            return seat
    raise NotFound()


def my_queues(actor: Actor) -> list[Queue]:
    """The expert's work, one entry for each panel, the newest first; the number of queries does not grow."""
    sheets = my_sheets(actor)
    by_panel: dict[UUID, list[ScoreSheet]] = {}
    for sheet in sheets:
        by_panel.setdefault(sheet.panel_id, []).append(sheet)
    marked = marked_criteria({sheet.panel.tender_id for sheet in sheets})
    return [
        _queue(found, [c for c in marked if c.tender_id == found[0].panel.tender_id])
        for found in by_panel.values()
    ]


def own_total(sheet: ScoreSheet) -> Decimal:
    """What an expert gave one proposal so far."""
    return sum((mark.value for mark in sheet.marks if mark.value is not None), Decimal())


def _queue(sheets: list[ScoreSheet], criteria: Sequence[Criterion]) -> Queue:
    marked = {sheet.id: sum(mark.value is not None for mark in sheet.marks) for sheet in sheets}
    totals = {sheet.id: own_total(sheet) for sheet in sheets}
    rows = []
    for sheet in sheets:
        rivals = [
            totals[other.id] for other in sheets
            if other.bid.lot_id == sheet.bid.lot_id and marked[other.id] == len(criteria)
        ]  # fmt: skip
        rank = 1 + sum(total > totals[sheet.id] for total in rivals)
        complete = marked[sheet.id] == len(criteria)
        rows.append(OwnSheet(sheet, totals[sheet.id], marked[sheet.id], rank if complete else None))
    maximum = sum((criterion.maximum for criterion in criteria), Decimal())
    return Queue(sheets[0].panel, sheets[0].seat, rows, len(criteria), maximum)


def open_sheets_count(actor: Actor) -> int:
    """How many of the expert's own sheets still wait, on running panels."""
    statement = (
        select(func.count())
        .select_from(ScoreSheet)
        .join(ScoreSheet.seat)
        .join(Seat.expert)
        .join(ScoreSheet.panel)
        .where(
            Expert.user_id == actor.user_id, Seat.status == SeatStatus.ACCEPTED,
            ScoreSheet.status == SheetStatus.OPEN, Panel.status == PanelStatus.SCORING,
        )
    )  # fmt: skip
    return int(db.session.scalar(statement) or 0)


def _sheets() -> Select[ScoreSheet]:
    return select(ScoreSheet).options(
        joinedload(ScoreSheet.seat, innerjoin=True).joinedload(Seat.expert, innerjoin=True),
        joinedload(ScoreSheet.panel, innerjoin=True).joinedload(Panel.tender, innerjoin=True),
        joinedload(ScoreSheet.bid, innerjoin=True).options(
            joinedload(Bid.party, innerjoin=True), joinedload(Bid.lot, innerjoin=True)
        ),
        selectinload(ScoreSheet.marks),
    )


# --- the call


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


# --- the panel


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


def marks_of(sheet: ScoreSheet) -> dict[UUID, Mark]:
    """The marks of a loaded sheet by criterion."""
    return {mark.criterion_id: mark for mark in sheet.marks}


# --- the ranking


def ranking(lot_id: UUID) -> tuple[Ranking, list[RankingEntry]]:
    """The latest ranking of a lot with its entries, best first. Raises ``NotFound`` before closing."""
    statement = select(Ranking).where(Ranking.lot_id == lot_id).order_by(Ranking.number.desc()).limit(1)
    found = db.session.scalars(statement).first()
    if found is None:
        raise NotFound()
    return found, _entries([found.id])[found.id]


def rankings(tender_id: UUID) -> list[tuple[Ranking, list[RankingEntry]]]:
    """The latest ranking of each lot of a call, in the order of lots; empty before closing (two queries)."""
    rows = db.session.execute(
        select(Ranking, Lot.position)
        .join(Lot, Lot.id == Ranking.lot_id)
        .where(Lot.tender_id == tender_id)
        .order_by(Lot.position, Ranking.number)
    ).all()
    latest = list({row.lot_id: row for row, _position in rows}.values())
    entries = _entries([row.id for row in latest])
    return [(row, entries[row.id]) for row in latest]


def is_published(ranking_ids: Iterable[UUID]) -> bool:
    """Whether all of these rankings are public, and there is at least one."""
    ids = set(ranking_ids)
    statement = select(func.count()).where(RankingPublication.ranking_id.in_(ids))
    return bool(ids) and db.session.scalar(statement) == len(ids)


def public_ranking(ranking_id: UUID) -> Ranking:
    """A published ranking. Raises ``NotFound`` before the result notice."""
    statement = (
        select(Ranking)
        .join(RankingPublication, RankingPublication.ranking_id == Ranking.id)
        .where(Ranking.id == ranking_id)
    )
    found = db.session.scalars(statement).first()
    if found is None:
        raise NotFound()
    return found


def public_rankings(tender_id: UUID) -> list[tuple[Ranking, list[RankingEntry]]]:
    """The published rankings of a call. Raises ``NotFound`` before the result notice."""
    found = rankings(tender_id)
    if not is_published(row.id for row, _entries in found):
        raise NotFound()
    return found


def lots(tender_id: UUID) -> dict[UUID, Lot]:
    """The lots of a call by id, in order."""
    statement = select(Lot).where(Lot.tender_id == tender_id).order_by(Lot.position)
    return {lot.id: lot for lot in db.session.scalars(statement)}


def published_tender(tender_id: UUID) -> Tender:
    """A call that is public. Raises ``NotFound``."""
    tender = db.session.get(Tender, tender_id)
    if tender is None or tender.published_at is None:
        raise NotFound()
    return tender


def report_of(panel_id: UUID) -> StoredFile | None:
    """The report of a closed panel, once its job has made it."""
    statement = (
        select(StoredFile)
        .join(PanelReport, PanelReport.file_id == StoredFile.id)
        .where(PanelReport.panel_id == panel_id)
    )
    return db.session.scalars(statement).first()


def _entries(ranking_ids: Sequence[UUID]) -> dict[UUID, list[RankingEntry]]:
    statement = (
        select(RankingEntry)
        .join(RankingEntry.bid)
        .join(Bid.party)
        .options(joinedload(RankingEntry.bid, innerjoin=True).joinedload(Bid.party, innerjoin=True))
        .where(RankingEntry.ranking_id.in_(ranking_ids))
        .order_by(RankingEntry.rank, Party.name)
    )
    found: dict[UUID, list[RankingEntry]] = {ranking_id: [] for ranking_id in ranking_ids}
    for entry in db.session.scalars(statement):
        found[entry.ranking_id].append(entry)
    return found
