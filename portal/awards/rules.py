"""Pure rules of awards: what a decision may hold, what is proposed, and why a proposal was not chosen."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from portal.awards.values import AwardStatus, Candidate, Given, LotLimit, Outcome, ResultPaper, Standing
from portal.core.calendar import Calendar, Walk, Why
from portal.core.errors import Problem, problem
from portal.core.money import Money
from portal.core.text import N_, quoted
from portal.procedures.rules import count
from portal.procedures.values import Figure, FigureUnit
from portal.scoring.values import BelowLine, TieReason

_RESERVE = frozenset({"awards", "envelope", "tied_at_line", "tie_above"})
"""Reasons of the ranking that concern number and money, not the proposal: such a bid can move up."""


def standing(candidate: Candidate) -> Standing:
    """What the ranking says: above the line, in reserve (only number or money was missing), or excluded."""
    if not candidate.below_line:
        return Standing.PROPOSED
    return Standing.RESERVE if candidate.below_line in _RESERVE else Standing.EXCLUDED


def notice_walk(calendar: Calendar, figure: Figure, working_days: int, published_on: date) -> Walk:
    """How long a result is in public notice: the working days of the call, the first day as the procedure counts it.

    ``figure`` is the procedure's ``result_notice`` (Order 87, article 69); a call may only be longer.
    """
    return count(calendar, replace(figure, value=working_days, unit=FigureUnit.WORKING_DAYS), published_on)


def notice_begins(walk: Walk) -> date:
    """The first day of a public notice: the day after its publication, or that day itself where it counts."""
    return next(step.day for step in walk.days if step.why is not Why.EVENT)


def recount_content(number: str, until_now: date, from_now: date, object_until: date) -> list[dict[str, Any]]:
    """The blocks of the paper that moves the end of a result's public notice, in Chinese."""
    return [
        {"text": f"因官方放假安排调整，结果公示（{number}）的公示期重新计算如下，公示的其他内容不变。"},
        {"table": {"head": ["原公示截止日", "现公示截止日"], "rows": [[f"{until_now:%Y-%m-%d}", f"{from_now:%Y-%m-%d}"]]}},
        {"text": f"申报单位对结果有异议的，可在 {object_until:%Y-%m-%d} 24:00 前提出质疑。"},
    ]  # fmt: skip


def of_award(award: Given, on: date) -> Outcome:
    """What an award means on the day ``on``."""
    match award.status:
        case AwardStatus.ACTIVE:
            return Outcome.AWARDED
        case AwardStatus.CANCELLED:
            return Outcome.TAKEN_BACK
    return Outcome.PROPOSED if on <= award.notice_ends_on else Outcome.NOTICE_OVER


def outcome(
    candidate: Candidate, given: Sequence[Given], others: Collection[Candidate], *, on: date
) -> Outcome:
    """What became of a proposal by the awards ``given`` in its lot, on the day ``on``; told as soon as there is one.

    Who only lacked number or money is in reserve until the awards of the lot are final: then the next rank may still
    follow (GPR article 49). Who was passed over for a published reason is not.
    """
    own = [one for one in given if one.bid_id == candidate.bid_id]
    if own:
        return min((of_award(one, on) for one in own), key=lambda found: found is Outcome.TAKEN_BACK)
    chosen = [one for one in given if one.status is not AwardStatus.CANCELLED]
    if chosen and all(one.status is AwardStatus.ACTIVE for one in chosen):
        return Outcome.NOT_CHOSEN
    return not_chosen(candidate, [one.bid_id for one in chosen], others)


def amount_field(bid_id: UUID) -> str:
    """The name of the form field that takes the amount of a proposal."""
    return f"amount_{bid_id.hex}"


def by_rank(candidates: Collection[Candidate]) -> list[Candidate]:
    """Candidates by rank; equal ranks in a fixed order."""
    return sorted(candidates, key=lambda c: (c.rank, str(c.bid_id)))


def propose(
    candidates: Collection[Candidate], lots: Collection[LotLimit], budget: Money
) -> dict[UUID, Money]:
    """The awards that follow from the ranking: by rank while number and money last, amount = quote within the cap.

    Awards that stand already use up number and money. Equal ranks are proposed together or not at all, and the
    walk through a lot ends where the money does, so that the line never picks one of equals.
    """
    left = budget - sum((c.held for c in candidates if c.held), Money.ZERO)
    proposed: dict[UUID, Money] = {}
    for lot in lots:
        ranked = by_rank([c for c in candidates if c.lot_id == lot.lot_id])
        places = lot.awards_max - sum(1 for c in ranked if c.held)
        open_ones = [
            c for c in ranked if not c.held and not c.cancelled and standing(c) is not Standing.EXCLUDED
        ]
        for rank in sorted({c.rank for c in open_ones}):
            equals = {c.bid_id: min(c.quote, lot.cap) for c in open_ones if c.rank == rank}
            wanted = sum(equals.values(), Money.ZERO)
            if len(equals) > places or wanted > left:
                break
            proposed |= equals
            places, left = places - len(equals), left - wanted
    return proposed


def passed_over(chosen: Collection[UUID], candidates: Collection[Candidate]) -> list[Candidate]:
    """Candidates that rank better than a chosen one of their lot without being chosen themselves."""
    worst: dict[UUID, int] = {}
    for c in candidates:
        if c.bid_id in chosen:
            worst[c.lot_id] = max(worst.get(c.lot_id, 0), c.rank)
    return [
        c
        for c in by_rank(candidates)
        if c.bid_id not in chosen
        and c.held is None
        and not c.cancelled
        and standing(c) is not Standing.EXCLUDED
        and c.rank < worst.get(c.lot_id, 0)
    ]


def _alone(candidate: Candidate | None, amount: Money, lot: LotLimit | None, name: str) -> Problem | None:
    """What is wrong with one award by itself."""
    if candidate is None or lot is None:
        return problem(N_("This proposal is not ranked, so it cannot be awarded."), field=name)
    if standing(candidate) is Standing.EXCLUDED:
        return problem(
            N_("%(name)s lies below the line and cannot be awarded."), field=name, name=candidate.name
        )
    if candidate.held:
        return problem(N_("%(name)s has an award already."), field=name, name=candidate.name)
    if amount <= Money.ZERO:
        return problem(N_("The amount must be above zero."), field=name)
    if amount > candidate.quote:
        return problem(N_("The amount is above the quote of %(quote)s."), field=name, quote=candidate.quote)
    if amount > lot.cap:
        return problem(N_("The amount is above the cap of the lot, %(cap)s."), field=name, cap=lot.cap)
    return None


def check_decision(
    awards: Sequence[tuple[UUID, Money]],
    candidates: Collection[Candidate],
    lots: Collection[LotLimit],
    budget: Money,
    reason: str,
) -> list[Problem]:
    """Problems of a decision; empty when it may be taken.

    Each amount stays within the quote and the cap of its lot, each lot within its number of awards, all together
    within the budget of the call; passing over a better rank needs a reason.
    """
    known, caps = {c.bid_id: c for c in candidates}, {lot.lot_id: lot for lot in lots}
    chosen = [bid_id for bid_id, _ in awards]
    if not awards:
        return [problem(N_("Choose at least one proposal, or declare that the call failed."))]
    if len(set(chosen)) < len(chosen):
        return [problem(N_("A proposal can be awarded once."))]
    found = []
    for bid_id, amount in awards:
        candidate = known.get(bid_id)
        lot = caps.get(candidate.lot_id) if candidate else None
        if p := _alone(candidate, amount, lot, amount_field(bid_id)):
            found.append(p)
    for lot in lots:
        count = sum(1 for c in candidates if c.lot_id == lot.lot_id and (c.held or c.bid_id in chosen))
        if count > lot.awards_max:
            found.append(
                problem(
                    N_("Lot “%(lot)s” allows %(most)d awards, not %(count)d."),
                    lot=lot.title,
                    most=lot.awards_max,
                    count=count,
                )
            )
    held = sum((c.held for c in candidates if c.held), Money.ZERO)
    total = held + sum((amount for _, amount in awards), Money.ZERO)
    if total > budget:
        found.append(
            problem(
                N_("The awards add up to %(total)s, more than the budget of %(budget)s."),
                total=total,
                budget=budget,
            )
        )
    skipped = passed_over(chosen, candidates)
    if skipped and not reason.strip():
        found.append(
            problem(
                N_("%(names)s ranks better and is passed over. Please give the reason; it is published."),
                field="reason",
                names="、".join(c.name for c in skipped),
            )
        )
    return found


def why_not(
    candidate: Candidate, chosen: Collection[UUID], others: Collection[Candidate], reason: str
) -> Problem:
    """Why a proposal was not chosen: the same sentence in the notice, on every page, and in the message."""
    if candidate.cancelled:
        return problem(N_("The earlier award was taken back"))
    if standing(candidate) is Standing.EXCLUDED:
        return _coded(candidate.below_line, BelowLine)
    if candidate in passed_over(chosen, others):
        return problem(N_("Passed over: %(reason)s"), reason=reason.strip() or "—")
    line = problem(N_("Number of awards or budget used up by better ranks"))
    if candidate.below_line:
        line = _coded(candidate.below_line, BelowLine)
    if any(o.total == candidate.total and o.rank < candidate.rank for o in others) and candidate.tie_reason:
        return problem(N_("%(tie)s; %(line)s"), tie=_coded(candidate.tie_reason, TieReason), line=line)
    return line


def _coded(reason: str, kind: type[BelowLine] | type[TieReason]) -> Problem:
    """A reason code in words; a reason in free words stays as it is."""
    return Problem(kind(reason).label) if reason in set(kind) else problem("%(reason)s", reason=reason)


def not_chosen(candidate: Candidate, chosen: Collection[UUID], others: Collection[Candidate]) -> Outcome:
    """In reserve when only number or money was missing, so that the next rank may still follow; else not chosen."""
    is_out = (
        candidate.cancelled
        or standing(candidate) is Standing.EXCLUDED
        or candidate in passed_over(chosen, others)
    )
    return Outcome.NOT_CHOSEN if is_out else Outcome.RESERVE


def notice_content(
    paper: ResultPaper,
    lots: Sequence[LotLimit],
    candidates: Collection[Candidate],
    awards: Mapping[UUID, Money],
    reasons: Mapping[UUID, str],
) -> list[dict[str, Any]]:
    """The blocks of the result notice, in Chinese: each lot's table by rank, period, and how to object.

    ``reasons`` are the words of ``why_not`` for each proposal that is not chosen.
    """
    blocks: list[dict[str, Any]] = [
        {
            "text": f"{paper.buyer}{quoted(paper.title)}（{paper.number}）已完成评审。现将结果公示如下，"
            f"公示期为 {paper.first_day:%Y-%m-%d} 至 {paper.last_day:%Y-%m-%d}。"
        }
    ]
    for lot in lots:
        ranked = by_rank([c for c in candidates if c.lot_id == lot.lot_id])
        rows = []
        for c in ranked:
            amount = awards.get(c.bid_id) or c.held
            if amount:
                result = ["拟入选", f"{amount.format()} 元", ""]
            else:
                is_reserve = not_chosen(c, list(awards), candidates) is Outcome.RESERVE
                result = ["候补" if is_reserve else "未入选", "—", reasons[c.bid_id]]
            rows.append([str(c.rank), c.name, str(c.total), f"{c.quote.format()} 元", *result])
        blocks.append({"heading": lot.title})
        blocks.append(
            {
                "table": {
                    "head": ["名次", "申报单位", "总得分", "申报金额", "结果", "入选金额", "未入选原因"],
                    "rows": rows,
                }
            }
        )
    if paper.not_admitted:
        blocks.append({"text": f"另有 {paper.not_admitted} 份申报未通过资格审查，原因已告知申报单位。"})
    if paper.reason.strip():
        blocks.append({"text": f"未按名次入选的理由：{paper.reason.strip()}"})
    blocks.append(
        {
            "text": f"申报单位对结果有异议的，可在 {paper.object_until:%Y-%m-%d} 24:00 前登录平台，在本项目结果页提出质疑，"
            "写明事实和理由。质疑答复前，入选结果暂不确认，暂不签订合同。"
        }
    )
    if paper.provisional:
        blocks.append({"text": "公示期涉及尚未发布放假安排的日期，如有调整另行公告。"})
    return blocks
