"""Reads of the expert's own: sheets, the queue, the seat."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from portal.bids.models import Bid
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.policy import Actor
from portal.panels import queries as panels
from portal.panels.models import Expert, Panel, Seat
from portal.panels.values import PanelStatus, SeatStatus
from portal.parties.models import Party
from portal.scoring import rules
from portal.scoring.models import Mark, ScoreSheet
from portal.scoring.queries.panel import marked_criteria
from portal.scoring.values import SheetStatus
from portal.tenders.models import Criterion, Lot


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

    @property
    def is_running(self) -> bool:
        """Whether the panel still works."""
        return self.panel.status == PanelStatus.SCORING

    @property
    def minutes_left(self) -> int | None:
        """Minutes for what is open, measured on the own locks; ``None`` when too little is known."""
        locked_at = [row.sheet.submitted_at for row in self.rows if row.sheet.submitted_at is not None]
        return rules.minutes_left(locked_at, len(self.rows) - self.locked)

    @property
    def following(self) -> ScoreSheet | None:
        """The first sheet that is still open."""
        return next((row.sheet for row in self.rows if row.sheet.status == SheetStatus.OPEN), None)


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
    """The expert's own sheets of running and closed panels, by panel, lot and organisation (in blind calls by number)."""
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
    return _in_order(list(db.session.scalars(statement)))


def _in_order(sheets: list[ScoreSheet]) -> list[ScoreSheet]:
    """Sheets of blind calls by number instead of by organisation: the order would tell the names."""
    blind = {sheet.panel_id for sheet in sheets if panels.is_blind(sheet.panel)}
    for panel_id in blind:
        places = [place for place, sheet in enumerate(sheets) if sheet.panel_id == panel_id]
        numbers = panels.applicant_numbers(sheets[places[0]].panel.tender_id)
        own = sorted(
            (sheets[place] for place in places), key=lambda s: (s.bid.lot.position, numbers[s.bid_id])
        )
        for place, sheet in zip(places, own, strict=True):
            sheets[place] = sheet
    return sheets


def my_seat(actor: Actor, panel_id: UUID) -> Seat:
    """The expert's own accepted seat on a panel. Raises ``NotFound``."""
    for seat in panels.seats(panel_id, {SeatStatus.ACCEPTED}):
        if seat.expert.user_id == actor.user_id:
            return seat
    raise NotFound()


def my_queues(actor: Actor) -> list[Queue]:
    """The expert's work, one entry for each panel: running ones first, then the newest; three queries."""
    return queues_of(my_sheets(actor))


def queues_of(sheets: Iterable[ScoreSheet]) -> list[Queue]:
    """Own sheets by panel, with totals and the ranking so far (one query)."""
    sheets = list(sheets)
    by_panel: dict[UUID, list[ScoreSheet]] = {}
    for sheet in sheets:
        by_panel.setdefault(sheet.panel_id, []).append(sheet)
    marked = marked_criteria({sheet.panel.tender_id for sheet in sheets})
    found = [
        _queue(rows, [c for c in marked if c.tender_id == rows[0].panel.tender_id])
        for rows in by_panel.values()
    ]
    return sorted(found, key=lambda work: not work.is_running)


def own_total(sheet: ScoreSheet, criteria: Sequence[Criterion]) -> Decimal:
    """What an expert gave one proposal so far, in points of the total."""
    codes = {criterion.id: criterion.code for criterion in criteria}
    marks = {codes[mark.criterion_id]: mark.value for mark in sheet.marks if mark.value is not None}
    return rules.sheet_points(marks, rules.scheme_of({}, criteria).criteria)


def _queue(sheets: list[ScoreSheet], criteria: Sequence[Criterion]) -> Queue:
    marked = {sheet.id: sum(mark.value is not None for mark in sheet.marks) for sheet in sheets}
    totals = {sheet.id: own_total(sheet, criteria) for sheet in sheets}
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


def marks_of(sheet: ScoreSheet) -> dict[UUID, Mark]:
    """The marks of a loaded sheet by criterion."""
    return {mark.criterion_id: mark for mark in sheet.marks}
