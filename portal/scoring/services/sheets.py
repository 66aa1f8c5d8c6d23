"""Use cases of sheets: open, mark, lock, return, revise."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm.attributes import flag_modified

from portal.core import clock, outbox
from portal.core.db import add, check_version, db, use_case
from portal.core.errors import Invalid, Problem, problem
from portal.core.policy import Actor, require
from portal.core.proofs import spell
from portal.core.text import N_
from portal.panels import queries as panel_queries
from portal.panels.values import PanelStatus
from portal.scoring import queries, rules
from portal.scoring.models import Mark, ScoreSheet, SheetVersion
from portal.scoring.policies import may_return_sheet, may_score
from portal.scoring.services.comparison import compare_when_all_locked, end_comparison
from portal.scoring.services.running import LONGEST_TEXT, require_running
from portal.scoring.values import SheetStatus
from portal.scoring.workflow import SHEET
from portal.tenders.models import Criterion

Marks = Mapping[UUID, tuple[Decimal | None, str]]
LONG = problem(N_("Reasons and comment have at most %(most)s characters each."), most=LONGEST_TEXT)
ALL_LOCKED = N_(
    "All experts have locked. From now on only an expert whose marks lie far off the mean makes a new version."
)


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
    *, actor: Actor, sheet_id: UUID, version: int | None, marks: Marks, comment: str | None = None, note: str | None = None
) -> ScoreSheet:  # fmt: skip
    """Save marks and reasons by criterion; ``None`` takes a mark back, what is left out stays as it is.

    ``comment`` goes to the panel, ``note`` stays with the expert. Raises ``Invalid`` (``field`` is the criterion's
    code) for a mark out of range or off the step, and for a locked sheet or too long a text; ``Stale`` when the
    sheet was saved elsewhere in between.
    """
    sheet = _own_open_sheet(actor, sheet_id)
    check_version(sheet, version)
    _write(sheet, queries.marked_criteria([sheet.panel.tender_id]), marks)
    if problems := [LONG for text in (comment, note) if text is not None and len(text) > LONGEST_TEXT]:
        raise Invalid(*problems)
    if comment is not None:
        sheet.comment = comment.strip()
    if note is not None:
        sheet.note = note.strip()
    db.session.flush()
    db.session.refresh(sheet, ["marks"])
    return sheet


@use_case
def save_column(
    *, actor: Actor, panel_id: UUID, criterion_id: UUID, marks: Mapping[UUID, tuple[int | None, Decimal | None, str]]
) -> dict[UUID, int]:  # fmt: skip
    """Save one criterion across own sheets: version, mark and reason by sheet; new versions of what changed.

    Sheets that say the same already are left alone, locked ones too. Raises ``Invalid`` (``field`` is the sheet's
    id) for a mark out of range or off the step, a changed locked sheet, or another's sheet; ``Stale`` as above.
    """
    panel = queries.my_seat(actor, panel_id).panel
    criteria = [c for c in queries.marked_criteria([panel.tender_id]) if c.id == criterion_id]
    changed = {}
    problems: list[Problem] = []
    for sheet in queries.my_sheets(actor, panel_id):
        version, value, reason = marks.get(sheet.id, (None, None, ""))
        given = queries.marks_of(sheet).get(criterion_id)
        same = (given.value, given.reason) if given else (None, "")
        if sheet.id not in marks or same == (value, reason.strip()):
            continue
        try:
            row = _own_open_sheet(actor, sheet.id)
            check_version(row, version)
            _write(row, criteria, {criterion_id: (value, reason)})
            changed[sheet.id] = row
        except Invalid as refusal:
            problems += [replace(found, field=str(sheet.id)) for found in refusal.problems]
    if problems:
        raise Invalid(*problems)
    db.session.flush()
    return {sheet_id: row.version for sheet_id, row in changed.items()}


def _write(sheet: ScoreSheet, criteria: Iterable[Criterion], marks: Marks) -> None:
    """Check marks and reasons and put them on the sheet."""
    known = {criterion.id: criterion for criterion in criteria}
    if marks.keys() - known.keys():
        raise Invalid(problem(N_("This criterion does not belong to the call.")))
    scheme = {c.code: c for c in rules.scheme_of({}, known.values()).criteria}
    problems = [
        found
        for criterion_id, (value, _reason) in marks.items()
        if value is not None and (found := rules.check_mark(value, scheme[known[criterion_id].code]))
    ]
    if any(len(reason) > LONGEST_TEXT for _value, reason in marks.values()):
        problems.append(LONG)
    if problems:
        raise Invalid(*problems)
    present = queries.marks_of(sheet)
    for criterion_id, (value, reason) in marks.items():
        _put(sheet, present.get(criterion_id), known[criterion_id], value, reason)
    sheet.saved_at = clock.now()
    flag_modified(sheet, "saved_at")  # each save is a new version, also within the same instant


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
    """Lock a sheet; the last lock of the panel holds all sheets against each other.

    Raises ``Invalid`` for each mark that is missing or, below 60 %, has no reason.
    """
    panel_id = queries.get_sheet_for_update(sheet_id).panel_id
    panel_queries.get_panel_for_update(panel_id)
    sheet = _own_open_sheet(actor, sheet_id)
    known = queries.marked_criteria([sheet.panel.tender_id])
    values = queries.as_values(sheet, {c.id: c.code for c in known}, sheet.seat.code, "")
    if problems := rules.check_sheet(values, rules.scheme_of({}, known).criteria):
        raise Invalid(*problems)
    SHEET.apply("submit", sheet, actor, clock.now())
    db.session.flush()
    compare_when_all_locked(panel_id, actor)
    return sheet


@use_case
def return_sheet(*, actor: Actor, sheet_id: UUID, reason: str) -> ScoreSheet:
    """Open a locked sheet again at its expert's request; what it said is kept.

    Possible until all sheets are locked: from then on only an expert whose marks deviate makes a new version
    (``revise_sheet``), so that nobody marks with an eye on the others. Raises ``Invalid`` saying so.
    """
    panel = panel_queries.get_panel_for_update(queries.get_sheet_for_update(sheet_id).panel_id)
    require(may_return_sheet, actor, panel)
    require_running(panel)
    if queries.comparison_in_force(panel.id) is not None:
        raise Invalid(problem(ALL_LOCKED))
    sheet = queries.get_sheet_for_update(sheet_id)
    _reopen(sheet, "return", actor, reason)
    outbox.emit("sheet.returned", sheet_id=sheet.id, reason=reason.strip())
    return sheet


@use_case
def revise_sheet(*, actor: Actor, sheet_id: UUID) -> ScoreSheet:
    """Open the own sheet again because its sum lies far off the panel's mean; the version that was locked is kept.

    All signatures are void; when the sheet is locked again, everything is compared anew. Raises ``Invalid`` for a
    sheet that does not deviate, and after the panel is closed.
    """
    panel = panel_queries.get_panel_for_update(queries.get_sheet_for_update(sheet_id).panel_id)
    sheet = queries.get_sheet_for_update(sheet_id)
    require(may_score, actor, sheet)
    require_running(panel)
    if not queries.deviates(sheet):
        raise Invalid(problem(N_("Only a sheet whose sum lies far off the panel's mean is revised.")))
    _reopen(sheet, "revise", actor)
    end_comparison(panel.id, actor)
    return sheet


def _reopen(sheet: ScoreSheet, step: str, actor: Actor, reason: str | None = None) -> None:
    """Keep what the sheet says as a version and open it."""
    known = {c.id: c.code for c in queries.marked_criteria([sheet.panel.tender_id])}
    now, submitted_at = clock.now(), sheet.submitted_at
    SHEET.apply(step, sheet, actor, now, reason=reason)
    values = queries.as_values(sheet, known, sheet.seat.code, "")
    add(
        SheetVersion(
            sheet_id=sheet.id, number=queries.versions(sheet.id) + 1, comment=sheet.comment, submitted_at=submitted_at or now,
            marks={code: spell(value) for code, value in values.marks.items()}, reasons=dict(values.reasons),
            returned_at=now, returned_by=actor.user_id,
        )
    )  # fmt: skip
    sheet.submitted_at = None


def _own_open_sheet(actor: Actor, sheet_id: UUID) -> ScoreSheet:
    sheet = queries.get_sheet_for_update(sheet_id)
    require(may_score, actor, sheet)
    require_running(sheet.panel)
    if sheet.status != SheetStatus.OPEN:
        raise Invalid(problem(N_("This sheet is locked.")))
    return sheet
