"""Use cases of values that hold for all experts: entered once, confirmed by a second person."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from portal.core import audit, clock
from portal.core.db import add, db, get, use_case
from portal.core.errors import Invalid, NotFound, Problem, Stale, problem
from portal.core.policy import Actor, require
from portal.core.proofs import spell
from portal.core.text import N_
from portal.panels import queries as panel_queries
from portal.panels.models import Panel
from portal.panels.values import PanelStatus
from portal.scoring import queries, rules
from portal.scoring.models import EnteredValue
from portal.scoring.policies import may_confirm_values, may_enter_values
from portal.scoring.services.running import LONGEST_TEXT
from portal.tenders.models import Criterion

LARGEST_FACT = 100_000_000


@use_case
def enter_values(
    *, actor: Actor, panel_id: UUID, criterion_id: UUID, values: Mapping[UUID, tuple[Decimal | None, str]]
) -> None:
    """Enter value and basis (the paper it rests on) of proposals for a criterion that experts do not mark.

    What is left empty waits. A changed value must be confirmed again. Raises ``Invalid`` (``field`` is the
    proposal's id) for a value out of range or off the step or without a basis, and after the panel is closed.
    """
    panel = panel_queries.get_panel_for_update(panel_id)
    require(may_enter_values, actor, panel)
    _require_open(panel)
    criterion = _criterion(panel, criterion_id)
    admitted = {bid.id for bid in queries.admitted_bids(panel.tender_id)}
    if values.keys() - admitted:
        raise NotFound()
    present = queries.entered_values(panel.tender_id)
    problems: list[Problem] = []
    computed = rules.fact_source(panel.tender.scheme, criterion.code) is not None
    for bid_id, (value, basis) in values.items():
        row = present.get((bid_id, criterion_id))
        if value is None and row is None:
            continue
        if found := _wrong(criterion, value, basis, computed):
            problems.append(replace(found, field=str(bid_id)))
        elif value is not None and (row is None or (row.value, row.basis) != (value, basis.strip())):
            _put(row, bid_id, criterion, value, basis.strip(), actor)
    if problems:
        raise Invalid(*problems)


@use_case
def take_over_declared(*, actor: Actor, panel_id: UUID, criterion_id: UUID) -> int:
    """Enter for each proposal what was declared, for a criterion that the call computes from it; how many were entered.

    What was entered by hand stays, and where nothing was declared the officer enters the value with its basis. A
    second person confirms either way. Raises ``Invalid`` when nothing is there to take over, and after closing;
    ``NotFound`` for a criterion that is not computed.
    """
    panel = panel_queries.get_panel_for_update(panel_id)
    require(may_enter_values, actor, panel)
    _require_open(panel)
    criterion = _criterion(panel, criterion_id)
    source = rules.fact_source(panel.tender.scheme, criterion.code)
    if source is None:
        raise NotFound()
    present = queries.entered_values(panel.tender_id)
    taken = 0
    for bid_id, (value, basis) in queries.declared(panel, source).items():
        if value is not None and (bid_id, criterion_id) not in present:
            _put(None, bid_id, criterion, value, basis, actor)
            taken += 1
    if not taken:
        raise Invalid(problem(N_("There is nothing more to take over.")))
    return taken


def _wrong(criterion: Criterion, value: Decimal | None, basis: str, computed: bool) -> Problem | None:
    if value is None:
        return problem(N_("A value that was entered is changed, not taken back."))
    (scheme,) = rules.scheme_of({}, [criterion]).criteria
    if computed and not 0 <= value <= LARGEST_FACT:
        return problem(N_("The declared value lies between 0 and %(most)s."), most=LARGEST_FACT)
    if not computed and (found := rules.check_mark(value, scheme)):
        return found
    if not basis.strip() or len(basis) > LONGEST_TEXT:
        return problem(N_("Please name the paper or register that the value rests on."))
    return None


def _put(
    row: EnteredValue | None, bid_id: UUID, criterion: Criterion, value: Decimal, basis: str, actor: Actor
) -> None:
    now = clock.now()
    if row is None:
        assert actor.user_id is not None  # noqa: S101 - the policy asked for a role
        row = add(
            EnteredValue(
                bid_id=bid_id, criterion_id=criterion.id, value=value, basis=basis, entered_by=actor.user_id, entered_at=now
            )
        )  # fmt: skip
        audit.record("entered_value.enter", row, actor, criterion=criterion.code)
        return
    row = get(EnteredValue, row.id, lock=True)
    assert actor.user_id is not None  # noqa: S101 - the policy asked for a role
    row.confirmed_by = row.confirmed_at = None
    row.value, row.basis, row.entered_by, row.entered_at = value, basis, actor.user_id, now
    audit.record("entered_value.change", row, actor, criterion=criterion.code)


@use_case
def confirm_values(*, actor: Actor, panel_id: UUID, criterion_id: UUID, seen: str) -> int:
    """Confirm all values of a criterion that somebody else entered; how many were confirmed.

    ``seen`` is ``fingerprint`` of what the page showed: ``Stale`` when a value has changed since. Raises ``Invalid``
    when the actor entered one of them, or when nothing waits.
    """
    panel = panel_queries.get_panel_for_update(panel_id)
    require(may_confirm_values, actor, panel)
    _require_open(panel)
    criterion = _criterion(panel, criterion_id)
    rows = [row for (_bid, of), row in queries.entered_values(panel.tender_id).items() if of == criterion.id]
    if fingerprint(rows) != seen:
        raise Stale()
    waiting = [row for row in rows if row.confirmed_at is None]
    if not waiting:
        raise Invalid(problem(N_("No value waits for confirmation.")))
    if any(row.entered_by == actor.user_id for row in waiting):
        raise Invalid(problem(N_("Who entered a value does not confirm it; a second person does.")))
    now = clock.now()
    for row in waiting:
        row.confirmed_by, row.confirmed_at = actor.user_id, now
        audit.record("entered_value.confirm", row, actor, criterion=criterion.code)
    db.session.flush()
    return len(waiting)


def fingerprint(rows: list[EnteredValue]) -> str:
    """What a page of values shows, in one word, so that nobody confirms what he or she has not seen."""
    shown = sorted(f"{row.bid_id} {spell(row.value)} {row.basis}" for row in rows)
    return sha256("\n".join(shown).encode()).hexdigest()


def _criterion(panel: Panel, criterion_id: UUID) -> Criterion:
    for criterion in queries.entered_once(panel.tender_id):
        if criterion.id == criterion_id:
            return criterion
    raise NotFound()


def _require_open(panel: Panel) -> None:
    if panel.status == PanelStatus.CLOSED:
        raise Invalid(problem(N_("The work of this panel is over.")))
