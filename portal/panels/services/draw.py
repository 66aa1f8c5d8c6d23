"""Use cases of the draw: freeze the list, witness it, draw (domain.md section 3)."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from portal.bids import queries as bids
from portal.bids.models import Bid
from portal.bids.values import BidStatus
from portal.core import audit, clock, outbox, sealing
from portal.core.clock import local
from portal.core.db import add, db, get, use_case
from portal.core.errors import Invalid, Problem, problem
from portal.core.keys import server_key
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.panels import queries, rules
from portal.panels.models import Expert, Panel, Seat
from portal.panels.policies import may_draw, may_freeze_list, may_witness_draw
from portal.panels.values import (
    BidderFacts,
    Candidate,
    Cell,
    Conflict,
    Draw,
    DrawInput,
    Entry,
    Exclusion,
    ExclusionReason,
    ExpertFacts,
    ExpertGroup,
    OrganisationTie,
    PanelMethod,
    PanelMix,
    PanelStatus,
    Quota,
    SeatStatus,
    TieKind,
    Witness,
    WitnessRole,
)
from portal.panels.workflow import PANEL, SEAT
from portal.tenders.models import Tender
from portal.tenders.values import TenderStatus

ROLES = (WitnessRole.OFFICER, WitnessRole.SUPERVISOR)
METHODS = {"venture_contest": PanelMethod.VENTURE, "competitive_consultation": PanelMethod.CONSULTATION}


@use_case
def freeze_list(*, actor: Actor, tender_id: UUID, quotas: Mapping[ExpertGroup, int]) -> Panel:
    """Freeze who can be drawn for a call, and publish the portal's commitment to a secret.

    Left out, each with a reason: conflicts of interest with a bidder, staff of the buyer, suspended people, those
    who entered the pool after the deadline, groups without a seat. Raises ``Invalid`` when proposals are still
    unchecked, the composition is unlawful, or a group has not enough people.
    """
    tender = get(Tender, tender_id, lock=True)
    require(may_freeze_list, actor, tender)
    wanted = {ExpertGroup(group): seats for group, seats in quotas.items() if seats}
    admitted = bids.opened_bids(tender_id, {BidStatus.VALID})
    problems = [*frozen_before(tender), *unchecked(tender, admitted), *unlawful(tender, wanted)]
    if problems:
        raise Invalid(*problems)
    candidates, excluded = _sort_out(tender, wanted, admitted)
    now, secret = clock.now(), sealing.new_key()
    panel = Panel(
        id=uuid4(), tender_id=tender_id, tender=tender, status=PanelStatus.FROZEN,
        quotas={group.value: seats for group, seats in wanted.items()}, candidates=candidates, excluded=excluded,
        list_digest="", rules_digest="", commitment="", frozen_at=now, frozen_by=actor.user_id,
    )  # fmt: skip
    draw = draw_input(panel)
    if short := rules.check_quotas(draw.entries, draw.quotas):
        raise Invalid(*(_in_words(found) for found in short))
    panel.list_digest = rules.list_digest(draw.entries, draw.exclusions)
    panel.rules_digest = rules.rules_digest(draw)
    panel.commitment = rules.commitment(draw, secret)
    panel.secret = sealing.encrypt(server_key("draw"), secret, aad=_place(panel))
    add(panel)
    audit.record(
        "panel.freeze", panel, actor, list_digest=panel.list_digest, rules_digest=panel.rules_digest,
        commitment=panel.commitment, candidates=len(candidates), excluded=len(excluded), quotas=panel.quotas,
    )  # fmt: skip
    outbox.emit("panel.frozen", panel_id=panel.id)
    return panel


@use_case
def witness(*, actor: Actor, panel_id: UUID, text: str) -> Panel:
    """Lodge the supervisor's string; only its commitment is shown until the draw. Raises ``Invalid``."""
    panel = queries.get_panel_for_update(panel_id)
    require(may_witness_draw, actor, panel)
    problems = rules.check_words(text)
    if panel.status != PanelStatus.FROZEN or panel.witness_id is not None:
        problems = [problem(N_("The supervisor's string was lodged already."))]
    if problems:
        raise Invalid(*problems)
    panel.witness_string, panel.witness_id = text, actor.user_id
    audit.record("panel.witness", panel, actor, commitment=supervisor_commitment(panel))
    outbox.emit("panel.witnessed", panel_id=panel.id)
    return panel


@use_case
def draw(*, actor: Actor, panel_id: UUID, text: str) -> Panel:
    """Give the officer's string; outcome, seats, standby and proof are stored in the same transaction.

    So nobody can look at an outcome and stop. Raises ``Invalid`` for an unusable string or before the supervisor
    has lodged one.
    """
    panel = queries.get_panel_for_update(panel_id)
    require(may_draw, actor, panel)
    now = clock.now()
    problems = rules.check_words(text)
    if problems:
        raise Invalid(*problems)
    if panel.witness_string is None or panel.secret is None:
        PANEL.apply("draw", panel, actor, now)  # refuses, in the words of its guard
        raise Invalid(problem(N_("The supervisor has not lodged a string yet.")))
    frozen = draw_input(panel)
    secret = sealing.decrypt(server_key("draw"), panel.secret, aad=_place(panel))
    words = (text, panel.witness_string)
    done = rules.finish_draw(
        frozen, secret,
        [Witness(r, rules.witness_commitment(frozen.tender, frozen.draw_no, r, w), w) for r, w in zip(ROLES, words, strict=True)],
    )  # fmt: skip
    panel.proof, panel.secret, panel.drawn_by = rules.to_proof(done), None, actor.user_id
    PANEL.apply("draw", panel, actor, now, proof=panel.proof["digest"])
    _seat(panel, done, actor)
    return panel


def supervisor_commitment(panel: Panel) -> str | None:
    """What the supervisor lodged, as it is shown before the draw."""
    if panel.witness_string is None:
        return None
    return rules.witness_commitment(panel.tender.number, 1, WitnessRole.SUPERVISOR, panel.witness_string)


def draw_input(panel: Panel) -> DrawInput:
    """The frozen list and quotas of a panel as the rules take them."""
    return DrawInput(
        tender=panel.tender.number,
        draw_no=1,
        quotas=tuple(Quota(Cell(g), int(panel.quotas[g])) for g in ExpertGroup if panel.quotas.get(g)),
        entries=tuple(
            sorted(
                (Entry(c["digest"], Cell(ExpertGroup(c["group"]))) for c in panel.candidates),
                key=lambda entry: entry.digest,
            )
        ),
        exclusions=tuple(
            sorted(
                (Exclusion(e["digest"], ExclusionReason(e["reason"])) for e in panel.excluded),
                key=lambda exclusion: exclusion.digest,
            )
        ),
        roles=ROLES,
    )


def frozen_before(tender: Tender) -> list[Problem]:
    """A call has one panel."""
    if queries.panel_of(tender.id) is not None:
        return [problem(N_("The list of this call is frozen already."))]
    return []


def unchecked(tender: Tender, admitted: list[Bid]) -> list[Problem]:
    """Recusal compares with the bidders, so opening and eligibility check come first."""
    if tender.status != TenderStatus.ACTIVE or tender.opened_at is None:
        return [problem(N_("The call must be opened first."))]
    waiting = bids.opened_bids(tender.id, {BidStatus.PENDING})
    if waiting:
        return [problem(N_("%(count)s proposals still wait for the eligibility check."), count=len(waiting))]
    if not admitted:
        return [problem(N_("No proposal was admitted; there is nothing to score."))]
    return []


def unlawful(tender: Tender, wanted: Mapping[ExpertGroup, int]) -> list[Problem]:
    """The size is the one of the call, and the composition that of its procedure."""
    if any(seats < 0 for seats in wanted.values()) or not wanted:
        return [problem(N_("Every cell of the draw needs at least one seat."), field="quotas")]
    size = sum(wanted.values())
    problems = []
    if size != tender.panel_size:
        problems.append(
            problem(
                N_("The call announced a panel of %(announced)s; these quotas add up to %(size)s."),
                announced=tender.panel_size, size=size,
            )
        )  # fmt: skip
    rule = rules.MIX_RULES[METHODS.get(tender.procedure, PanelMethod.VENTURE)]
    return problems + rules.panel_mix_problems(PanelMix(wanted, budget_fen=tender.budget.fen), rule)


def _in_words(found: Problem) -> Problem:
    """Seats of a call ask for groups only; name the group without its empty specialty, at its own field."""
    if "specialty" not in found.params:
        return found
    message = N_("%(group)s: only %(have)s people can be drawn, but %(need)s are needed.")
    values = {key: found.params[key] for key in ("group", "have", "need")}
    return Problem(message, str(found.params["group"].value), values)


def _place(panel: Panel) -> dict[str, str | int]:
    return {"panel": str(panel.id), "tender": str(panel.tender_id), "what": "draw secret"}


def _sort_out(
    tender: Tender, wanted: Mapping[ExpertGroup, int], admitted: list[Bid]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Who can be drawn, and who cannot for which reason; plain rows with salts, digests and evidence."""
    bidders = _bidders(admitted)
    staff, memberships = queries.buyer_staff(tender), _memberships(admitted)
    candidates, excluded = [], []
    for expert in queries.pool_for(tender):
        found = _conflicts(expert, bidders, memberships.get(expert.user_id, ()))
        reason = _reason(expert, tender, wanted, staff, found)
        row: dict[str, Any] = {
            "expert_id": str(expert.id), "name": expert.user.name, "group": expert.group.value,
            "salt": secrets.token_hex(32), "evidence": [_told(conflict, admitted) for conflict in found],
        }  # fmt: skip
        row["digest"] = rules.candidate_digest(row["salt"], row["expert_id"], row["name"])
        if reason is None:
            candidates.append(row)
        else:
            excluded.append({**row, "reason": reason.value})
    return candidates, excluded


def _reason(
    expert: Expert, tender: Tender, wanted: Mapping[ExpertGroup, int], staff: set[UUID], found: list[Conflict]
) -> ExclusionReason | None:
    late = tender.deadline_at is not None and expert.entered_at >= tender.deadline_at
    checks = (
        (ExclusionReason.NOT_ACTIVE, not expert.active),
        (ExclusionReason.NO_MATCHING_CELL, expert.group not in wanted),
        (ExclusionReason.BUYER_STAFF, expert.user_id in staff),
        (ExclusionReason.RECUSED, rules.is_excluded(found)),
        (ExclusionReason.EDITED_LATE, late),
    )
    return next((reason for reason, holds in checks if holds), None)


def _bidders(admitted: list[Bid]) -> list[BidderFacts]:
    members = queries.members_of([bid.party_id for bid in admitted])
    return [
        BidderFacts(
            bid_id=str(bid.id), name=bid.party.name, code=bid.party.code,
            people=(bid.party.legal_representative, bid.party.contact_name, *(u.name for u in members[bid.party_id])),
            phones=(bid.party.contact_phone, *(u.phone for u in members[bid.party_id])),
            addresses=(bid.party.address,),
        )
        for bid in admitted
    ]  # fmt: skip


def _memberships(admitted: list[Bid]) -> dict[UUID, list[OrganisationTie]]:
    """The bidders in which somebody holds a role of this portal: a tie that nobody needs to declare."""
    found: dict[UUID, list[OrganisationTie]] = {}
    parties = {bid.party_id: bid.party for bid in admitted}
    for party_id, users in queries.members_of(list(parties)).items():
        for user in users:
            tie = OrganisationTie(TieKind.MEMBER, parties[party_id].name, parties[party_id].code)
            found.setdefault(user.id, []).append(tie)
    return found


def _conflicts(
    expert: Expert, bidders: list[BidderFacts], memberships: list[OrganisationTie] | tuple[()]
) -> list[Conflict]:
    today = local(clock.now()).date()
    facts = ExpertFacts(
        expert_id=str(expert.id),
        name=expert.user.name,
        ties=(
            OrganisationTie(TieKind.EMPLOYEE, expert.employer),
            *(OrganisationTie(TieKind.EMPLOYEE, name, until=today - timedelta(days=1)) for name in expert.past_employers),
            *(OrganisationTie(TieKind.INTEREST, name) for name in expert.interests),
            *memberships,
        ),
        phones=(expert.user.phone,) if expert.user.phone else (),
    )  # fmt: skip
    return [found for bidder in bidders for found in rules.conflicts(facts, bidder, on=today)]


def _told(conflict: Conflict, admitted: list[Bid]) -> dict[str, str]:
    party = next(bid.party.name for bid in admitted if str(bid.id) == conflict.bid_id)
    return {
        "kind": conflict.kind.value,
        "severity": conflict.severity.value,
        "party": party,
        "evidence": conflict.evidence,
    }


def _seat(panel: Panel, done: Draw, actor: Actor) -> None:
    """One row for everybody in the list: those drawn are invited, the others wait in their order."""
    people = {row["digest"]: row for row in panel.candidates}
    drawn = [entry.digest for entry in done.result.seated]
    order = drawn + [digest for standby in done.result.standby for digest in standby.digests]
    numbers = list(range(1, len(order) + 1))
    secrets.SystemRandom().shuffle(numbers)  # codes must not follow from the published order
    for position, (digest, number) in enumerate(zip(order, numbers, strict=True), start=1):
        row = people[digest]
        seat = add(
            Seat(
                panel_id=panel.id, expert_id=UUID(row["expert_id"]), code=f"E-{number:02d}", group=ExpertGroup(row["group"]),
                position=position, status=SeatStatus.STANDBY,
            )
        )  # fmt: skip
        if digest in drawn:
            call(seat, actor)
    db.session.flush()


def call(seat: Seat, actor: Actor) -> None:
    """Invite the expert of a seat."""
    SEAT.apply("invite", seat, actor, clock.now())
    outbox.emit("seat.invited", seat_id=seat.id)


def candidates_of(panel: Panel, expert_ids: set[UUID]) -> list[Candidate]:
    """The frozen facts of these experts, with the salts that prove their place in the list."""
    return [
        Candidate(row["expert_id"], row["name"], row["salt"], Cell(ExpertGroup(row["group"])))
        for row in panel.candidates
        if UUID(row["expert_id"]) in expert_ids
    ]
