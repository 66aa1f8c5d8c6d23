"""Use cases of the draw itself: commit, reveal, hold, or publish as void (domain.md section 3)."""

import secrets
from datetime import timedelta
from uuid import UUID

from portal.core import audit, clock, outbox, sealing
from portal.core.db import add, db, use_case
from portal.core.errors import Invalid, Problem, problem
from portal.core.keys import server_key
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.panels import queries, rules
from portal.panels.models import DrawString, Panel, PanelDraw, Seat
from portal.panels.policies import may_lodge_string, may_reveal_string, may_void_draw
from portal.panels.services.freeze import cell_of, draw_input, place
from portal.panels.values import (
    Candidate,
    Draw,
    DrawStatus,
    Lodged,
    PanelStatus,
    SeatStatus,
    VoidDraw,
    Witness,
    WitnessRole,
)
from portal.panels.workflow import DRAW, PANEL, SEAT

TIME_OUT = "time_out"
_HEXADECIMAL = frozenset("0123456789abcdef")


@use_case
def lodge_commitment(*, actor: Actor, draw_id: UUID, role: WitnessRole, commitment: str) -> PanelDraw:
    """Lodge the SHA-256 of one's own string, which stays away from the portal; the third one starts the revealing.

    Raises ``Invalid`` for what is no digest, a digest lodged by another, a second string of the same person, or
    when this role has lodged already.
    """
    draw = queries.get_draw_for_update(draw_id)
    string = string_of(draw, role)
    require(may_lodge_string, actor, string)
    given = commitment.strip().lower()
    if problems := _unusable(draw, string, given, actor):
        raise Invalid(*problems)
    now = clock.now()
    string.user_id, string.commitment, string.lodged_at = actor.user_id, given, now
    audit.record("panel_draw.commit", draw, actor, role=role.value, commitment=given)
    if all(other.commitment is not None for other in draw.strings):
        DRAW.apply("ask_strings", draw, actor, now)
        draw.reveal_by = now + timedelta(hours=rules.REVEAL_HOURS)
        outbox.emit("panel_draw.committed", draw_id=draw.id)
    return draw


def _unusable(draw: PanelDraw, string: DrawString, given: str, actor: Actor) -> list[Problem]:
    if draw.status != DrawStatus.COMMITTING or string.commitment is not None:
        return [problem(N_("This commitment was lodged already, and cannot be changed."))]
    if len(given) != 64 or not set(given) <= _HEXADECIMAL:
        return [problem(N_("A commitment has 64 digits from 0 to 9 and a to f."), field="commitment")]
    if any(other.commitment == given for other in draw.strings):
        return [problem(N_("Somebody else has lodged this very commitment."), field="commitment")]
    if any(other.user_id == actor.user_id for other in draw.strings if other is not string):
        return [problem(N_("One person lodges one string only."))]
    return []


@use_case
def reveal_string(*, actor: Actor, draw_id: UUID, role: WitnessRole, words: str) -> PanelDraw:
    """Reveal the string behind one's commitment; the last one computes and stores the outcome in this transaction.

    So nobody can look at an outcome and stop. Raises ``Invalid`` when it is not the string that was committed to,
    when the others have not all committed yet, or when the time is over.
    """
    draw = queries.get_draw_for_update(draw_id)
    string = string_of(draw, role)
    require(may_reveal_string, actor, string)
    now = clock.now()
    if draw.status != DrawStatus.REVEALING or string.words is not None:
        raise Invalid(problem(N_("Strings are revealed once, and only when all commitments are in.")))
    if draw.reveal_by is not None and now >= draw.reveal_by:
        raise Invalid(problem(N_("The time for revealing is over; this draw is void.")))
    given = words.strip()
    if problems := rules.check_words(given) or _not_committed(draw, string, given):
        raise Invalid(*problems)
    string.words, string.revealed_at = given, now
    audit.record("panel_draw.reveal", draw, actor, role=role.value)
    if all(other.words is not None for other in draw.strings):
        _hold(draw, actor)
    return draw


def _not_committed(draw: PanelDraw, string: DrawString, words: str) -> list[Problem]:
    tender = draw.panel.tender.number
    if rules.witness_commitment(tender, draw.number, string.role, words) == string.commitment:
        return []
    message = N_("This is not the string behind your commitment. Please paste the whole line that you kept.")
    return [problem(message, field="words")]


@use_case
def void_draw(*, actor: Actor, draw_id: UUID, reason: str) -> PanelDraw:
    """Publish a draw as void before all commitments are in, for example because a witness cannot come.

    Raises ``Invalid`` once strings are being revealed: then only the time limit ends a draw, so that nobody stops
    one after seeing strings.
    """
    draw = queries.get_draw_for_update(draw_id)
    require(may_void_draw, actor, draw)
    if draw.status != DrawStatus.COMMITTING:
        raise Invalid(problem(N_("Once all commitments are in, only the time limit makes a draw void.")))
    _void(draw, actor, reason)
    return draw


@use_case
def void_overdue(*, actor: Actor, draw_id: UUID) -> PanelDraw:
    """Publish a draw as void whose strings were not all revealed in time; called by the clock, harmless twice."""
    draw = queries.get_draw_for_update(draw_id)
    overdue = draw.reveal_by is not None and draw.reveal_by <= clock.now()
    if actor.is_system and draw.status == DrawStatus.REVEALING and overdue:
        _void(draw, actor, TIME_OUT)
    return draw


def string_of(draw: PanelDraw, role: WitnessRole) -> DrawString:
    """The place of a role in a draw."""
    return next(string for string in draw.strings if string.role == role)


def candidates_of(draw: PanelDraw, expert_ids: set[UUID]) -> list[Candidate]:
    """The frozen facts of these experts, with the salts that prove their place in the list."""
    return [
        Candidate(row["expert_id"], row["name"], row["salt"], cell_of(row))
        for row in draw.candidates
        if UUID(row["expert_id"]) in expert_ids
    ]


def call(seat: Seat, actor: Actor) -> None:
    """Invite the expert of a seat; who does not answer in time is followed by the next."""
    now = clock.now()
    SEAT.apply("invite", seat, actor, now)
    seat.answer_by = now + timedelta(hours=rules.ANSWER_HOURS)
    outbox.emit("seat.invited", seat_id=seat.id)


def _secret(draw: PanelDraw) -> bytes:
    assert draw.secret is not None  # noqa: S101 - kept until the draw has ended
    return sealing.decrypt(server_key("draw"), draw.secret, aad=place(draw))


def _hold(draw: PanelDraw, actor: Actor) -> None:
    now, panel = clock.now(), draw.panel
    lodged = [Witness(s.role, s.commitment or "", s.words or "") for s in draw.strings]
    done = rules.finish_draw(draw_input(draw), _secret(draw), lodged)
    draw.record, draw.secret = rules.to_proof(done), None
    DRAW.apply("hold", draw, actor, now, proof=draw.record["digest"])
    if panel.status == PanelStatus.FROZEN:
        PANEL.apply("draw", panel, actor, now, proof=draw.record["digest"])
    _seat(draw, done, actor)
    outbox.emit("panel_draw.held", draw_id=draw.id)


def _void(draw: PanelDraw, actor: Actor, reason: str) -> None:
    void = VoidDraw(
        draw_input(draw), draw.list_digest, draw.rules_digest, draw.commitment, _secret(draw).hex(),
        tuple(Lodged(s.role, s.commitment, s.words) for s in draw.strings), reason.strip(),
    )  # fmt: skip
    draw.record, draw.secret = rules.to_void(void), None
    DRAW.apply("void", draw, actor, clock.now(), reason=reason, record=draw.record["digest"])
    outbox.emit("panel_draw.void", draw_id=draw.id)


def _seat(draw: PanelDraw, done: Draw, actor: Actor) -> None:
    """One row for everybody in the list: those drawn are invited, the others wait in their order."""
    panel: Panel = draw.panel
    people, before = {row["digest"]: row for row in draw.candidates}, len(panel.seats)
    drawn = [entry.digest for entry in done.result.seated]
    order = drawn + [digest for standby in done.result.standby for digest in standby.digests]
    numbers = list(range(before + 1, before + len(order) + 1))
    secrets.SystemRandom().shuffle(numbers)  # codes must not follow from the published order
    for position, (digest, number) in enumerate(zip(order, numbers, strict=True), start=before + 1):
        row = people[digest]
        cell = cell_of(row)
        seat = add(
            Seat(
                panel_id=panel.id, draw_id=draw.id, expert_id=UUID(row["expert_id"]), code=f"E-{number:02d}",
                group=cell.group, specialty=cell.specialty, position=position, status=SeatStatus.STANDBY,
            )
        )  # fmt: skip
        if digest in drawn:
            call(seat, actor)
    db.session.flush()
