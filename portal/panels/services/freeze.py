"""Use cases before a draw: freeze the list, allow a further draw, freeze again (domain.md section 3)."""

import secrets
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from portal.bids import queries as bids
from portal.bids.models import Bid
from portal.bids.values import BidStatus
from portal.core import audit, clock, outbox, sealing
from portal.core.clock import local
from portal.core.db import add, get, use_case
from portal.core.errors import Invalid, Problem, problem
from portal.core.keys import server_key
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.panels import queries, rules
from portal.panels.models import DrawString, Expert, Panel, PanelDraw
from portal.panels.policies import may_allow_draw, may_freeze_list
from portal.panels.services.recusal import bidders_of, conflicts_of, memberships, told
from portal.panels.services.representative import set_representative, unfit_representative
from portal.panels.values import (
    Cell,
    Conflict,
    DrawInput,
    DrawStatus,
    Entry,
    Exclusion,
    ExclusionReason,
    ExpertGroup,
    PanelMix,
    PanelStatus,
    Quota,
    Standing,
    WitnessRole,
)
from portal.procedures import queries as procedures
from portal.tenders import queries as tenders
from portal.tenders.models import Tender
from portal.tenders.values import TenderStatus


@use_case
def freeze_list(
    *, actor: Actor, tender_id: UUID, quotas: Sequence[Quota], witness_id: UUID, review_on: date,
    representative_id: UUID | None = None,
) -> Panel:  # fmt: skip
    """Freeze who can be drawn for a call, and publish the portal's commitment to a secret.

    Left out, each with a reason: conflicts of interest with a bidder, staff of the buyer, suspended people, those
    whose entry changed after the deadline, people whom no seat asks for. ``witness_id`` is the third witness,
    ``representative_id`` whoever sits for the buyer (row 67), if anybody does.
    Raises ``Invalid`` when proposals are still unchecked, the composition is unlawful, it is too early before the
    review (row 47: 财库〔2016〕198号), or a cell has not enough people.
    """
    tender = get(Tender, tender_id, lock=True)
    require(may_freeze_list, actor, tender)
    admitted = bids.opened_bids(tender_id, {BidStatus.VALID})
    problems = [
        *frozen_before(tender),
        *unchecked(tender, admitted),
        *unlawful(tender, quotas, buyers=int(representative_id is not None)),
        *_too_early(tender, review_on),
        *_unfit(tender, witness_id),
    ]
    if representative_id is not None:
        problems += unfit_representative(tender, representative_id, actor)
        if representative_id == witness_id:
            message = N_("The third witness cannot represent the buyer.")
            problems.append(problem(message, field="representative_id"))
    if problems:
        raise Invalid(*problems)
    panel = add(
        Panel(
            tender_id=tender_id, tender=tender, status=PanelStatus.FROZEN, quotas=rules.quota_rows(quotas),
            review_on=review_on, frozen_at=clock.now(), frozen_by=actor.user_id, draws=[], seats=[],
        )
    )  # fmt: skip
    audit.record("panel.freeze", panel, actor, quotas=panel.quotas, review_on=review_on)
    if representative_id is not None:
        set_representative(panel, representative_id, actor)
    _open_draw(panel, quotas, admitted, witness_id, actor)
    return panel


@use_case
def allow_draw(*, actor: Actor, panel_id: UUID, reason: str) -> Panel:
    """Give the supervisor's reason for a further draw: after a void one, or when nobody is left on standby.

    Raises ``Invalid`` without a reason or when no further draw is due.
    """
    panel = queries.get_panel_for_update(panel_id)
    require(may_allow_draw, actor, panel.tender)
    problems = [] if reason.strip() else [problem(N_("Please give a reason."), field="reason")]
    if not draw_is_due(panel):
        problems.append(problem(N_("No further draw is due.")))
    if problems:
        raise Invalid(*problems)
    panel.redraw_reason, panel.redraw_by = reason.strip(), actor.user_id
    audit.record("panel.allow_draw", panel, actor, reason=panel.redraw_reason)
    outbox.emit("panel.draw_allowed", panel_id=panel.id)
    return panel


@use_case
def freeze_again(*, actor: Actor, panel_id: UUID, witness_id: UUID) -> PanelDraw:
    """Open the next numbered draw: all seats after a void draw, the missing ones when standby is used up.

    It names the digest of the draw before and the supervisor's reason. Raises ``Invalid`` without that reason, or
    when a cell has not enough people left.
    """
    panel = queries.get_panel_for_update(panel_id)
    require(may_freeze_list, actor, panel.tender)
    quotas = seats_to_draw(panel)
    problems = _unfit(panel.tender, witness_id)
    if not draw_is_due(panel):
        problems.append(problem(N_("No further draw is due.")))
    elif panel.redraw_reason is None:
        problems.append(problem(N_("The supervisor has to give a reason for a further draw first.")))
    if problems:
        raise Invalid(*problems)
    admitted = bids.opened_bids(panel.tender_id, {BidStatus.VALID})
    draw = _open_draw(panel, quotas, admitted, witness_id, actor)
    panel.redraw_reason = panel.redraw_by = None
    return draw


def draw_is_due(panel: Panel) -> bool:
    """Whether the last draw was void, or a seat is empty and nobody of its cell is left."""
    if panel.status == PanelStatus.CLOSED or panel.draws[-1].status not in (
        DrawStatus.DRAWN,
        DrawStatus.VOID,
    ):
        return False
    return bool(seats_to_draw(panel))


def seats_to_draw(panel: Panel) -> tuple[Quota, ...]:
    """The seats that the next draw would fill."""
    if panel.status == PanelStatus.FROZEN:
        return rules.quotas_of(panel.quotas)
    return tuple(
        Quota(cell, wanted - accepted - invited)
        for cell, wanted, accepted, invited, standby in queries.standing(panel)
        if accepted + invited < wanted and not standby
    )


def draw_input(draw: PanelDraw) -> DrawInput:
    """The frozen list and quotas of a draw as the rules take them."""
    return DrawInput(
        tender=draw.panel.tender.number,
        draw_no=draw.number,
        quotas=rules.quotas_of(draw.quotas),
        entries=tuple(
            sorted((Entry(row["digest"], cell_of(row)) for row in draw.candidates), key=lambda e: e.digest)
        ),
        exclusions=tuple(
            sorted(
                (Exclusion(row["digest"], ExclusionReason(row["reason"])) for row in draw.excluded),
                key=lambda exclusion: exclusion.digest,
            )
        ),
        previous=draw.previous,
        reason=draw.reason,
    )


def cell_of(row: dict[str, Any]) -> Cell:
    """The cell in a stored row of the list."""
    return Cell(ExpertGroup(row["group"]), row["specialty"])


def place(draw: PanelDraw) -> dict[str, str | int]:
    """What the portal's secret of a draw is bound to."""
    return {"panel": str(draw.panel_id), "draw": draw.number, "what": "draw secret"}


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


def unlawful(tender: Tender, quotas: Sequence[Quota], *, buyers: int = 0) -> list[Problem]:
    """The size is the one of the call, and the composition that of its procedure."""
    if any(quota.seats < 1 or quota.standby < 0 for quota in quotas) or not quotas:
        return [problem(N_("Every cell of the draw needs at least one seat."), field="cells")]
    return composition(tender, PanelMix(sum(quota.seats for quota in quotas), buyers))


def composition(tender: Tender, mix: PanelMix) -> list[Problem]:
    """What is against the size of the call or the procedure that it froze."""
    procedure = tenders.procedure_of(tender, clock.now())
    return rules.composition_problems(procedure, mix, announced=tender.panel_size, budget=tender.budget)


def _too_early(tender: Tender, review_on: date) -> list[Problem]:
    calendar, procedure = procedures.calendar(), tenders.procedure_of(tender, clock.now())
    return rules.draw_day_problems(
        clock.today(), review_on, procedure.figures.get("expert_draw"),
        lambda day, n: calendar.subtract_working_days(day, n).end,
    )  # fmt: skip


def _unfit(tender: Tender, witness_id: UUID) -> list[Problem]:
    """The third witness neither runs nor supervises calls, nor may be drawn."""
    if witness_id in {user.id for user in queries.third_witnesses(tender)}:
        return []
    return [problem(N_("Please choose a third witness from the list."), field="witness_id")]


def _open_draw(
    panel: Panel, quotas: Sequence[Quota], admitted: list[Bid], witness_id: UUID, actor: Actor
) -> PanelDraw:
    """Sort out the list, commit to a secret, and ask the three for their commitments."""
    candidates, excluded = _sort_out(panel, quotas, admitted)
    before = panel.draws[-1] if panel.draws else None
    draw = PanelDraw(
        id=uuid4(), panel_id=panel.id, panel=panel, number=before.number + 1 if before else 1,
        status=DrawStatus.COMMITTING, quotas=rules.quota_rows(quotas), candidates=candidates, excluded=excluded,
        previous=before.record["digest"] if before and before.record else None, reason=panel.redraw_reason or "",
        list_digest="", rules_digest="", commitment="", opened_at=clock.now(), opened_by=actor.user_id,
    )  # fmt: skip
    frozen, secret = draw_input(draw), sealing.new_key()
    if short := rules.check_quotas(frozen.entries, frozen.quotas):
        raise Invalid(*(_in_words(found) for found in short))
    draw.list_digest = rules.list_digest(frozen.entries, frozen.exclusions)
    draw.rules_digest = rules.rules_digest(frozen)
    draw.commitment = rules.commitment(frozen, secret)
    draw.secret = sealing.encrypt(server_key("draw"), secret, aad=place(draw))
    draw.strings = [
        DrawString(role=role, position=number, user_id=witness_id if role == WitnessRole.WITNESS else None)
        for number, role in enumerate(WitnessRole, start=1)
    ]
    add(draw)
    audit.record(
        "panel_draw.open", draw, actor, number=draw.number, list_digest=draw.list_digest, reason=draw.reason,
        rules_digest=draw.rules_digest, commitment=draw.commitment, candidates=len(candidates), excluded=len(excluded),
    )  # fmt: skip
    outbox.emit("panel_draw.opened", draw_id=draw.id)
    return draw


def _in_words(found: Problem) -> Problem:
    """Name a cell without specialty by its group only."""
    field = "cells" if found.field in ("quotas", "entries") else found.field
    if found.params.get("specialty") == "":
        message = N_("%(group)s: only %(have)s people can be drawn, but %(need)s are needed.")
        return Problem(message, field, {key: found.params[key] for key in ("group", "have", "need")})
    return Problem(found.message, field, found.params)


def _sort_out(
    panel: Panel, quotas: Sequence[Quota], admitted: list[Bid]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Who can be drawn, and who cannot for which reason; plain rows with salts, digests and evidence."""
    bidders, held = bidders_of(admitted), memberships(admitted)
    staff, seated = queries.buyer_staff(panel.tender), {seat.expert_id for seat in panel.seats}
    people = queries.pool_for(panel.tender)
    away = {rules.common(name) for name in queries.kept_away(panel.tender_id)}
    found = {e.id: conflicts_of(e, e.user, bidders, held.get(e.user_id, ())) for e in people}
    reasons = {
        e.id: ExclusionReason.RECUSED
        if rules.common(e.user.name) in away
        else _reason(e, panel, staff, seated, found[e.id])
        for e in people
    }
    cells = rules.assign_cells(
        {str(e.id): (e.group, e.specialties) for e in people if reasons[e.id] is None}, quotas
    )
    candidates, excluded = [], []
    for expert in people:
        cell = cells.get(str(expert.id))
        row: dict[str, Any] = {
            "expert_id": str(expert.id), "name": expert.user.name, "group": expert.group.value,
            "specialty": cell.specialty if cell else "", "salt": secrets.token_hex(32),
            "evidence": [told(conflict, admitted) for conflict in found[expert.id]],
        }  # fmt: skip
        row["digest"] = rules.candidate_digest(row["salt"], row["expert_id"], row["name"])
        if cell is not None:
            candidates.append(row)
        else:
            reason = reasons[expert.id] or ExclusionReason.NO_MATCHING_CELL
            excluded.append({**row, "reason": reason.value})
    return candidates, excluded


def _reason(
    expert: Expert, panel: Panel, staff: set[UUID], seated: set[UUID], found: list[Conflict]
) -> ExclusionReason | None:
    deadline, today = panel.tender.deadline_at, clock.today()
    standing = Standing(expert.title_level, expert.years, expert.born_on, expert.sanctioned_on)
    gone = not expert.active or rules.must_leave(expert.group, standing, expert.term_ends_on, today)
    declared = local(expert.declared_at or expert.entered_at).date()
    away = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in expert.unavailable]
    checks = (
        (ExclusionReason.SEATED_BEFORE, expert.id in seated),
        (ExclusionReason.NOT_ACTIVE, gone),
        (ExclusionReason.BUYER_STAFF, expert.user_id in staff),
        (ExclusionReason.RECUSED, rules.is_excluded(found)),
        (ExclusionReason.OUTDATED, not rules.declaration_holds(declared, panel.review_on)),
        (ExclusionReason.UNAVAILABLE, rules.is_away(away, panel.review_on)),
        (ExclusionReason.EDITED_LATE, deadline is not None and expert.entered_at >= deadline),
    )
    return next((reason for reason, holds in checks if holds), None)
