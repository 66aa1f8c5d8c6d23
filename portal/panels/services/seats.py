"""Use cases of seats: answer an invitation, recuse, begin and close, sign, publish the names."""

from collections.abc import Mapping
from uuid import UUID

from portal.core import audit, clock, outbox
from portal.core.db import add, db, use_case
from portal.core.errors import Invalid, Problem, problem
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.panels import queries, rules
from portal.panels.models import Panel, Seat, SeatDeclaration
from portal.panels.policies import (
    may_answer_seat,
    may_begin_scoring,
    may_freeze_list,
    may_recuse_seat,
)
from portal.panels.services.draw import call
from portal.panels.services.freeze import composition
from portal.panels.values import Cell, ExpertGroup, PanelMix, PanelStatus, SeatStatus
from portal.panels.workflow import PANEL, SEAT

RUNNING = (PanelStatus.SEATED, PanelStatus.SCORING)
NO_ANSWER = "超过答复期限未答复"  # kept with the seat, as reasons are, in the language of the file


@use_case
def promise_confidentiality(*, actor: Actor, seat_id: UUID) -> Seat:
    """Promise to keep the bidders and everything of the panel confidential; then their names are shown."""
    seat = _open_seat(seat_id)
    require(may_answer_seat, actor, seat)
    if seat.confidential_at is None:
        seat.confidential_at = clock.now()
        audit.record("seat.promise", seat, actor)
    return seat


@use_case
def accept_seat(*, actor: Actor, seat_id: UUID, confidential: bool = True, no_conflict: bool = True) -> Seat:
    """Take the seat: promise confidentiality and declare of every proposal that there is no conflict.

    Raises ``Invalid`` when either is withheld; who has a conflict declares it with ``declare_ties``.
    """
    seat = _open_seat(seat_id)
    require(may_answer_seat, actor, seat)
    problems = []
    if not confidential:
        problems.append(problem(N_("Please promise confidentiality first."), field="confidential"))
    if not no_conflict:
        message = N_("Accept only without any conflict of interest; otherwise please recuse yourself.")
        problems.append(problem(message, field="no_conflict"))
    if problems:
        raise Invalid(*problems)
    seat.confidential_at = seat.confidential_at or clock.now()
    SEAT.apply("accept", seat, actor, clock.now())
    _declare(seat, {bid.id: "" for bid in queries.admitted(seat.panel.tender_id)}, actor)
    outbox.emit("seat.accepted", seat_id=seat.id, panel_id=seat.panel_id)
    return seat


@use_case
def declare_ties(*, actor: Actor, seat_id: UUID, ties: Mapping[UUID, str | None]) -> Seat:
    """Say of each proposal, before seeing it, what ties one to it: ``None`` is nothing, a text is a conflict.

    Without any conflict the seat is taken; with one the expert withdraws for this call and the next on standby is
    invited. Raises ``Invalid`` for a proposal that was left out, a conflict without words, or before the promise of
    confidentiality.
    """
    seat = _open_seat(seat_id)
    require(may_answer_seat, actor, seat)
    names = {bid.id: bid.party.name for bid in queries.admitted(seat.panel.tender_id)}
    conflicts = {bid_id: tie.strip() for bid_id, tie in ties.items() if tie is not None}
    problems = []
    if seat.confidential_at is None:
        problems.append(problem(N_("Please promise confidentiality first.")))
    if set(ties) != set(names):
        problems.append(
            problem(N_("The proposals of this call have changed. Please look at the list again."))
        )
    else:
        message = N_("Please say what ties you to %(name)s.")
        problems += [problem(message, name=names[bid_id]) for bid_id, tie in conflicts.items() if not tie]
    if problems:
        raise Invalid(*problems)
    if not conflicts:
        return accept_seat(actor=actor, seat_id=seat_id)
    _declare(seat, {bid_id: conflicts.get(bid_id, "") for bid_id in names}, actor)
    return _leave(
        seat, "recuse", actor, "；".join(f"{names[bid_id]}：{tie}" for bid_id, tie in conflicts.items())
    )


def _declare(seat: Seat, ties: Mapping[UUID, str], actor: Actor) -> None:
    """Keep what was declared, one row for each proposal."""
    for bid_id, tie in ties.items():
        add(SeatDeclaration(seat_id=seat.id, bid_id=bid_id, tie=tie, declared_at=clock.now()))
    audit.record("seat.declare", seat, actor, bids=len(ties))


@use_case
def decline_seat(*, actor: Actor, seat_id: UUID, reason: str) -> Seat:
    """Decline the invitation with a reason; the next on standby in the group is invited."""
    seat = _open_seat(seat_id)
    require(may_answer_seat, actor, seat)
    return _leave(seat, "decline", actor, reason)


@use_case
def lapse_seat(*, actor: Actor, seat_id: UUID) -> Seat:
    """End an invitation that was not answered in time, and invite the next; called by the clock, harmless twice."""
    seat = queries.get_seat_for_update(seat_id)
    overdue = seat.answer_by is not None and seat.answer_by <= clock.now()
    if actor.is_system and seat.status == SeatStatus.INVITED and overdue and seat.panel.status in RUNNING:
        return _leave(seat, "lapse", actor, NO_ANSWER)
    return seat


@use_case
def recuse_seat(*, actor: Actor, seat_id: UUID, reason: str) -> Seat:
    """Leave because of a conflict, or take an expert off the panel; the next on standby in the group is invited.

    Possible until the panel is closed. What the expert marked no longer counts.
    """
    seat = _open_seat(seat_id)
    require(may_recuse_seat, actor, seat)
    return _leave(seat, "recuse", actor, reason)


@use_case
def name_chair(*, actor: Actor, seat_id: UUID) -> Panel:
    """Name the chair whom the members elected. Raises ``Invalid`` for who has not accepted a seat."""
    seat = _open_seat(seat_id)
    require(may_begin_scoring, actor, seat.panel)
    if seat.status != SeatStatus.ACCEPTED:
        raise Invalid(problem(N_("Only a member who has accepted the seat can take the chair.")))
    if seat.buyer:
        message = N_("The buyer's representative may not chair the panel (%(source)s).")
        raise Invalid(problem(message, source=rules.CHAIR_SOURCE))
    panel = queries.get_panel_for_update(seat.panel_id)
    panel.chair_id = seat.id
    audit.record("panel.name_chair", panel, actor, code=seat.code)
    return panel


@use_case
def begin_scoring(*, actor: Actor, panel_id: UUID) -> Panel:
    """Begin when all seats are accepted and the panel is lawful as it sits now; the sheets are opened.

    Raises ``Invalid`` naming the groups that lack a member, or the rule that is broken with its source.
    """
    panel = queries.get_panel_for_update(panel_id)
    require(may_begin_scoring, actor, panel)
    if problems := not_ready(panel):
        raise Invalid(*problems)
    PANEL.apply("begin", panel, actor, clock.now())
    outbox.emit("panel.scoring", panel_id=panel.id)
    return panel


@use_case
def mark_closed(*, actor: Actor, panel_id: UUID) -> Panel:
    """Close the panel; called by ``scoring`` in the transaction that fixes the ranking."""
    panel = queries.get_panel_for_update(panel_id)
    require(may_begin_scoring, actor, panel)
    PANEL.apply("close", panel, actor, clock.now())
    return panel


@use_case
def mark_signed(*, actor: Actor, seat_id: UUID) -> Seat:
    """Note that the expert signed all own sheets; called by ``scoring``. Raises ``Invalid`` the second time."""
    seat = _open_seat(seat_id)
    require(may_answer_seat, actor, seat)
    if seat.signed_at is not None:
        raise Invalid(problem(N_("You have signed your sheets already.")))
    if seat.refused_at is not None:
        raise Invalid(problem(N_("It is on record already that you do not sign.")))
    seat.signed_at = clock.now()
    audit.record("seat.sign", seat, actor)
    return seat


@use_case
def mark_refused(*, actor: Actor, seat_id: UUID) -> Seat:
    """Note that a member does not sign: said by the member, or noted by the officer for one who stays silent.

    Called by ``scoring``, which has checked who may. Raises ``Invalid`` for who signed or refused already.
    """
    seat = _open_seat(seat_id)
    if seat.concluded_at is not None:
        raise Invalid(problem(N_("This member has signed, or the refusal is on record already.")))
    seat.refused_at = clock.now()
    audit.record("seat.refuse_signature", seat, actor)
    return seat


@use_case
def clear_signature(*, actor: Actor, seat_id: UUID) -> Seat:
    """Void a signature, or a refusal of it, because a sheet was returned; called by ``scoring``, which has checked who may."""
    seat = _open_seat(seat_id)
    if seat.concluded_at is not None:
        seat.signed_at = seat.refused_at = None
        audit.record("seat.unsign", seat, actor)
    return seat


@use_case
def publish_names(*, actor: Actor, panel_id: UUID) -> Panel:
    """Let the public see who sat on the panel, with the salts that prove the draw; together with the result."""
    panel = queries.get_panel_for_update(panel_id)
    require(may_freeze_list, actor, panel.tender)
    if panel.status != PanelStatus.CLOSED:
        raise Invalid(problem(N_("The panel is not closed yet.")))
    if panel.published_at is None:
        panel.published_at = clock.now()
        audit.record("panel.publish", panel, actor)
    return panel


def not_ready(panel: Panel) -> list[Problem]:
    """Why the scoring of a panel cannot begin: empty seats, or a composition against the procedure of the call."""
    sitting = queries.members_who_scored(panel)
    buyers = sum(seat.buyer for seat in sitting)
    problems = empty_seats(panel)
    if not buyers and (panel.representative_id is not None or queries.wants_representative(panel)):
        problems.append(problem(N_("The buyer's representative has not taken the seat yet.")))
    chairs = any(seat.buyer and seat.id == panel.chair_id for seat in sitting)
    return problems or composition(panel.tender, PanelMix(len(sitting) - buyers, buyers, chairs))


def empty_seats(panel: Panel) -> list[Problem]:
    """One problem for each group whose seats are not all accepted; says when nobody is left to invite."""
    problems = []
    for cell, wanted, accepted, invited, standby in queries.standing(panel):
        if accepted == wanted:
            continue
        message = N_("%(group)s: %(accepted)s of %(wanted)s seats are accepted.")
        if accepted + invited < wanted and not standby:
            message = N_(
                "%(group)s: %(accepted)s of %(wanted)s seats are accepted and nobody is left on standby; a supplementary draw is needed."
            )
        problems.append(problem(message, group=cell.group, accepted=accepted, wanted=wanted))
    return problems


def _open_seat(seat_id: UUID) -> Seat:
    seat = queries.get_seat_for_update(seat_id)
    if seat.panel.status not in RUNNING:
        raise Invalid(problem(N_("The work of this panel is over.")))
    return seat


def _leave(seat: Seat, step: str, actor: Actor, reason: str) -> Seat:
    """Leave the seat and call the next of the group; nobody is ever drawn again for it."""
    seat.reason, waited = reason.strip(), seat.status == SeatStatus.STANDBY
    SEAT.apply(step, seat, actor, clock.now(), reason=reason)
    db.session.flush()
    if waited:
        return seat
    if seat.panel.chair_id == seat.id:
        seat.panel.chair_id = None
    if seat.buyer:
        seat.panel.representative_id = seat.panel.representative_approved_by = None
        outbox.emit("seat.left", seat_id=seat.id, replaced=False)
        return seat
    following = queries.next_in_line(seat.panel_id, Cell(ExpertGroup(seat.group), seat.specialty))
    if following is not None:
        following.replaces_id = seat.id
        call(following, actor)
    outbox.emit("seat.left", seat_id=seat.id, replaced=following is not None)
    return seat
