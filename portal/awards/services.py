"""Use cases of awards: decide, confirm after the notice, cancel, and hold back while a challenge is open."""

from collections.abc import Sequence
from uuid import UUID

from portal.awards import queries, rules
from portal.awards.models import Award
from portal.awards.policies import may_decide_awards, may_settle_awards
from portal.awards.values import AwardStatus, ResultPaper
from portal.awards.workflow import AWARD
from portal.budgets import services as budgets
from portal.budgets.models import Programme
from portal.core import audit, clock, outbox
from portal.core.db import add, get, use_case
from portal.core.errors import Invalid, problem
from portal.core.money import Money
from portal.core.papers import written
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.notices import services as notices
from portal.notices.models import Notice
from portal.notices.values import NoticeKind
from portal.parties.models import Unit
from portal.scoring import services as scoring
from portal.tenders import services as tenders
from portal.tenders.models import Tender
from portal.tenders.values import TenderStatus

PORTAL = Actor.system("awards")
"""Acts for what follows from a decision by itself: the notice, the end of the call."""


@use_case
def decide(
    *, actor: Actor, tender_id: UUID, awards: Sequence[tuple[UUID, Money]], reason: str = ""
) -> list[Award]:
    """Award the call to ``awards`` (proposal, amount) and publish the result notice.

    The notice runs ``notice_working_days`` working days, counted as the procedure counts them. ``reason`` is needed when a better
    rank is passed over; it is published. Rankings and the names of the panel become public with it. When a winner
    of a completed call gave up, the next rank may follow (GPR art. 49): its amount is reserved anew. Emits
    ``award.decided``. Raises ``Invalid`` while a lot is unranked, when the decision was taken already, or when
    ``awards`` break the limits of quote, cap, number or budget.
    """
    tender = get(Tender, tender_id, lock=True)
    require(may_decide_awards, actor, tender.unit_id)
    case = queries.case(tender)
    problems = case.problems() or rules.check_decision(
        awards, case.candidates, case.lots, tender.budget, reason
    )
    if problems:
        raise Invalid(*problems)
    now, amounts = clock.now(), dict(awards)
    notice = _publish(case, amounts, reason)
    if tender.status == TenderStatus.COMPLETE:
        _reserve_again(tender, notice, amounts)
    assert notice.last_day is not None  # noqa: S101 - a result notice has a period
    rows = [
        add(
            Award(
                tender_id=tender.id, lot_id=c.lot_id, bid_id=c.bid_id, party_id=c.party_id, amount=amounts[c.bid_id],
                rank=c.rank, notice_id=notice.id, notice_ends_on=notice.last_day, reason=reason.strip(), decided_at=now,
                decided_by=actor.user_id,
            )
        )
        for c in case.candidates if c.bid_id in amounts
    ]  # fmt: skip
    for award in rows:
        audit.record("award.decide", award, actor, amount=award.amount, rank=award.rank, reason=reason)
    audit.record(
        "tender.decide_awards", tender, actor, bids=list(amounts), notice=notice.number, reason=reason
    )
    scoring.publish_rankings(actor=actor, tender_id=tender.id)
    outbox.emit("award.decided", tender_id=tender.id, reason=reason)
    return rows


def _reserve_again(tender: Tender, notice: Notice, amounts: dict[UUID, Money]) -> None:
    """Reserve what the new awards need: the money of those who gave up went back to the programme."""
    programme = get(Programme, tender.programme_id)
    budgets.reserve(
        actor=PORTAL, tender_id=tender.id, programme_id=programme.id, fund_source_id=programme.fund_source_id,
        amount=sum(amounts.values(), Money.ZERO), reference=f"reserve:{tender.id}:{notice.number}",
    )  # fmt: skip


def _publish(case: queries.Case, amounts: dict[UUID, Money], reason: str) -> Notice:
    """Publish the result notice for the days that the call and its procedure give it."""
    tender = case.tender
    _figure, walk = queries.notice_walk(tender, clock.now())
    _right, until = queries.challenge_walk(tender, walk.end, clock.now())
    paper = ResultPaper(
        number=tender.number, title=tender.title, buyer=get(Unit, tender.unit_id).name, first_day=rules.notice_begins(walk),
        last_day=walk.end, reason=reason, not_admitted=case.not_admitted, provisional=until.provisional,
        object_until=until.end,
    )  # fmt: skip
    reasons = {
        c.bid_id: written(rules.why_not(c, list(amounts), case.candidates, reason)) for c in case.candidates
    }
    return notices.publish_notice(
        actor=PORTAL, kind=NoticeKind.RESULT, unit_id=tender.unit_id, tender_id=tender.id, subject_id=tender.id,
        title=f"{tender.title}结果公示", content=rules.notice_content(paper, case.lots, case.candidates, amounts, reasons),
        first_day=paper.first_day, last_day=paper.last_day,
    )  # fmt: skip


@use_case
def recount_notices(*, actor: Actor) -> int:
    """Compute again when the public notices that run end, after the calendar changed; how many calls changed.

    An end only moves to a later day, because the published one was promised to the bidders. Each move is on record
    and published as a correction of the result notice. Emits ``award.recounted`` for each.
    """
    by_paper: dict[UUID, list[Award]] = {}
    for award in queries.running_for_update(clock.now()):
        by_paper.setdefault(award.notice_id, []).append(award)
    return sum(_recount(actor, get(Notice, notice_id), awards) for notice_id, awards in by_paper.items())


def _recount(actor: Actor, paper: Notice, awards: Sequence[Award]) -> bool:
    tender = get(Tender, awards[0].tender_id)
    _figure, walk = queries.notice_walk(tender, paper.published_at)
    before = max(award.notice_ends_on for award in awards)
    if walk.end <= before:
        return False
    correction = notices.publish_notice(
        actor=PORTAL, kind=NoticeKind.CORRECTION, unit_id=tender.unit_id, tender_id=tender.id, subject_id=tender.id,
        title=f"{tender.title}结果公示期更正", content=rules.recount_content(paper.number, before, walk.end, queries.challenge_walk(tender, walk.end, clock.now())[1].end),
        first_day=paper.first_day, last_day=walk.end, corrects_id=paper.id,
    )  # fmt: skip
    for award in awards:
        award.notice_ends_on = walk.end
        audit.record(
            "award.recount", award, actor, before=before.isoformat(), ends_on=walk.end.isoformat(), notice=correction.number
        )  # fmt: skip
    outbox.emit("award.recounted", tender_id=tender.id, notice_id=correction.id)
    return True


@use_case
def confirm(*, actor: Actor, tender_id: UUID) -> list[Award]:
    """Make the awards of a call final once the notice has ended, and complete the call if it is not yet.

    Emits ``award.active`` for each award and ``awards.confirmed`` for all together. Raises ``Invalid`` while the notice runs (its last day ends at 24:00 in
    Beijing), while a challenge is open, or when there is nothing to confirm.
    """
    tender = get(Tender, tender_id, lock=True)
    require(may_settle_awards, actor, tender.unit_id)
    rows = list(queries.standing_for_update(tender_id, (AwardStatus.PENDING,)))
    if not rows:
        raise Invalid(problem(N_("No award waits for confirmation.")))
    now = clock.now()
    for award in rows:
        AWARD.apply("confirm", award, actor, now)
        outbox.emit("award.active", award_id=award.id)
    outbox.emit("awards.confirmed", tender_id=tender_id, bids=" ".join(str(award.bid_id) for award in rows))
    if tender.status != TenderStatus.COMPLETE:
        tenders.complete_tender(actor=PORTAL, tender_id=tender_id)
    return rows


@use_case
def cancel_award(*, actor: Actor, award_id: UUID, reason: str) -> Award:
    """Give up an award in public notice, for example after a challenge was upheld; the next rank may follow.

    Emits ``award.cancelled``. Raises ``Invalid`` without a reason, ``InvalidTransition`` when it is final.
    """
    award = get(Award, award_id, lock=True)
    require(may_settle_awards, actor, get(Tender, award.tender_id).unit_id)
    AWARD.apply("cancel", award, actor, clock.now(), reason=reason)
    outbox.emit("award.cancelled", award_id=award.id, reason=reason)
    return award


@use_case
def give_up(*, actor: Actor, award_id: UUID, reason: str) -> Award:
    """Take back a final award whose contract was not signed; the next rank may follow (GPR art. 49).

    The caller, the contract, has checked who may. Emits ``award.cancelled``. Raises ``Invalid`` without a reason.
    """
    award = get(Award, award_id, lock=True)
    AWARD.apply("give_up", award, actor, clock.now(), reason=reason)
    outbox.emit("award.cancelled", award_id=award.id, reason=reason)
    return award


@use_case
def pause(*, actor: Actor, tender_id: UUID) -> None:
    """Hold the awards back while a challenge is open: none is confirmed, no contract is drawn up or signed (GPR art. 54).

    The caller has checked who may.
    """
    _set_paused(actor, tender_id, True, "award.pause")


@use_case
def resume(*, actor: Actor, tender_id: UUID) -> None:
    """Let the awards go on once no challenge is open any more; the caller has checked who may."""
    _set_paused(actor, tender_id, False, "award.resume")


def _set_paused(actor: Actor, tender_id: UUID, paused: bool, action: str) -> None:
    for award in queries.standing_for_update(tender_id):
        if award.paused is not paused:
            award.paused = paused
            audit.record(action, award, actor)
