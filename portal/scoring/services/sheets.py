"""Use cases of sheets: open, mark, lock, return, sign."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm.attributes import flag_modified

from portal.accounts import services as accounts
from portal.core import clock, outbox
from portal.core.db import add, check_version, db, use_case
from portal.core.errors import Invalid, problem
from portal.core.policy import Actor, require
from portal.core.proofs import spell
from portal.core.text import N_
from portal.panels import queries as panel_queries
from portal.panels import services as panels
from portal.panels.models import Panel, Seat
from portal.panels.values import PanelStatus
from portal.scoring import queries, rules
from portal.scoring.models import Mark, ScoreSheet, SheetVersion
from portal.scoring.policies import may_return_sheet, may_score, may_sign_sheets
from portal.scoring.values import SheetStatus
from portal.scoring.workflow import SHEET
from portal.tenders.models import Criterion

LONGEST_TEXT = 2000


@use_case
def open_sheets(panel_id: UUID) -> int:
    """Give every seated expert one sheet for each admitted proposal; again, only what is missing. How many were made."""
    panel = panel_queries.get_panel_for_update(panel_id)
    if panel.status != PanelStatus.SCORING:
        return 0
    there = queries.existing_sheets(panel_id)
    missing = [
        ScoreSheet(panel_id=panel_id, seat_id=seat.id, bid_id=bid.id, status=SheetStatus.OPEN)
        for seat in panel_queries.members_who_scored(panel)
        for bid in queries.admitted_bids(panel.tender_id)
        if (seat.id, bid.id) not in there
    ]
    db.session.add_all(missing)
    db.session.flush()
    return len(missing)


@use_case
def save_marks(
    *, actor: Actor, sheet_id: UUID, version: int | None, marks: Mapping[UUID, tuple[Decimal | None, str]],
    comment: str = "",
) -> ScoreSheet:  # fmt: skip
    """Save marks and reasons by criterion; ``None`` takes a mark back, criteria left out stay as they are.

    Raises ``Invalid`` (``field`` is the criterion's code) for a mark out of range or off the step, and for a
    locked sheet or too long a text; ``Stale`` when the sheet was saved elsewhere in between.
    """
    sheet = _own_open_sheet(actor, sheet_id)
    check_version(sheet, version)
    known = {criterion.id: criterion for criterion in queries.marked_criteria([sheet.panel.tender_id])}
    scheme = {c.code: c for c in rules.scheme_of({}, known.values()).criteria}
    if marks.keys() - known.keys():
        raise Invalid(problem(N_("This criterion does not belong to the call.")))
    problems = [
        found
        for criterion_id, (value, _reason) in marks.items()
        if value is not None and (found := rules.check_mark(value, scheme[known[criterion_id].code]))
    ]
    texts = [comment, *(reason for _value, reason in marks.values())]
    if max(len(text) for text in texts) > LONGEST_TEXT:
        problems.append(
            problem(N_("Reasons and comment have at most %(most)s characters each."), most=LONGEST_TEXT)
        )
    if problems:
        raise Invalid(*problems)
    present = queries.marks_of(sheet)
    for criterion_id, (value, reason) in marks.items():
        _put(sheet, present.get(criterion_id), known[criterion_id], value, reason)
    sheet.comment = comment.strip()
    sheet.saved_at = clock.now()
    flag_modified(sheet, "saved_at")  # each save is a new version, also within the same instant
    db.session.flush()
    db.session.refresh(sheet, ["marks"])
    return sheet


def _put(
    sheet: ScoreSheet, mark: Mark | None, criterion: Criterion, value: Decimal | None, reason: str
) -> None:
    reason = reason.strip()
    if mark is None:
        if value is not None or reason:
            db.session.add(Mark(sheet_id=sheet.id, criterion_id=criterion.id, value=value, reason=reason))
    else:
        mark.value, mark.reason = value, reason


@use_case
def submit_sheet(*, actor: Actor, sheet_id: UUID) -> ScoreSheet:
    """Lock a sheet. Raises ``Invalid`` for each mark that is missing or, below 60 %, has no reason."""
    sheet = _own_open_sheet(actor, sheet_id)
    known = queries.marked_criteria([sheet.panel.tender_id])
    values = queries.as_values(sheet, {c.id: c.code for c in known}, sheet.seat.code, "")
    if problems := rules.check_sheet(values, rules.scheme_of({}, known).criteria):
        raise Invalid(*problems)
    SHEET.apply("submit", sheet, actor, clock.now())
    return sheet


@use_case
def return_sheet(*, actor: Actor, sheet_id: UUID, reason: str) -> ScoreSheet:
    """Open a locked sheet again before the panel is closed; what it said is kept, the expert must sign anew."""
    panel_id = queries.get_sheet_for_update(sheet_id).panel_id
    panel = panel_queries.get_panel_for_update(panel_id)
    require(may_return_sheet, actor, panel)
    _require_running(panel)
    sheet = queries.get_sheet_for_update(sheet_id)
    known = {c.id: c.code for c in queries.marked_criteria([panel.tender_id])}
    now, submitted_at = clock.now(), sheet.submitted_at
    SHEET.apply("return", sheet, actor, now, reason=reason)
    values = queries.as_values(sheet, known, sheet.seat.code, "")
    add(
        SheetVersion(
            sheet_id=sheet.id, number=queries.versions(sheet.id) + 1, comment=sheet.comment, submitted_at=submitted_at or now,
            marks={code: spell(value) for code, value in values.marks.items()}, reasons=dict(values.reasons),
            returned_at=now, returned_by=actor.user_id,
        )
    )  # fmt: skip
    sheet.submitted_at = None
    panels.clear_signature(actor=actor, seat_id=sheet.seat_id)
    outbox.emit("sheet.returned", sheet_id=sheet.id, reason=reason.strip())
    return sheet


@use_case
def sign(*, actor: Actor, panel_id: UUID, password: str) -> Seat:
    """Sign all own sheets of a panel with the password. Raises ``Invalid`` while one is open, or the second time."""
    seat = queries.my_seat(actor, panel_id)
    require(may_sign_sheets, actor, seat)
    _require_running(seat.panel)
    sheets = queries.my_sheets(actor, panel_id)
    waiting = sum(sheet.status == SheetStatus.OPEN for sheet in sheets)
    if waiting or not sheets:
        raise Invalid(problem(N_("%(count)s of your sheets are not locked yet."), count=waiting))
    accounts.check_own_password(actor=actor, password=password)
    signed = panels.mark_signed(actor=actor, seat_id=seat.id)
    db.session.flush()
    if all(row.is_done for row in queries.progress(panel_queries.get_panel_for_update(panel_id))):
        outbox.emit("panel.complete", panel_id=panel_id)
    return signed


def _own_open_sheet(actor: Actor, sheet_id: UUID) -> ScoreSheet:
    sheet = queries.get_sheet_for_update(sheet_id)
    require(may_score, actor, sheet)
    _require_running(sheet.panel)
    if sheet.status != SheetStatus.OPEN:
        raise Invalid(problem(N_("This sheet is locked. Ask the programme officer to return it.")))
    return sheet


def _require_running(panel: Panel) -> None:
    if panel.status != PanelStatus.SCORING:
        raise Invalid(problem(N_("The work of this panel is over.")))
