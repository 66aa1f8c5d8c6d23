"""Pure rules of awards: what a decision may hold, what is proposed, and why a proposal was not chosen."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from portal.awards.values import Candidate, LotLimit, ResultPaper, Standing
from portal.core.errors import Problem, problem
from portal.core.money import Money
from portal.core.text import N_, quoted

_RESERVE = frozenset({"awards", "envelope", "tied_at_line", "tie_above"})
"""Reasons of the ranking that concern number and money, not the proposal: such a bid can move up."""

ChineseReason = str


def standing(candidate: Candidate) -> Standing:
    """What the ranking says: above the line, in reserve (only number or money was missing), or excluded."""
    if not candidate.below_line:
        return Standing.PROPOSED
    return Standing.RESERVE if candidate.below_line in _RESERVE else Standing.EXCLUDED


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


_LINE_REASONS = {
    "minimum_total": "未达到最低总分",
    "minimum_technical": "未达到最低技术分",
    "not_kept": "未进入下一轮评审",
    "awards": "名次靠后，入选名额已满",
    "per_organisation": "同一组织入选项目数已达上限",
    "per_sector": "同一领域入选项目数已达上限",
    "envelope": "剩余预算不足以覆盖申报金额",
    "tied_at_line": "与其他申报并列，名额不足",
    "tie_above": "名次靠后，前序并列待定",
}


_TIE_REASONS = {
    "quote": "得分相同，报价较低者在前",
    "technical": "得分相同，技术分较高者在前",
    "criterion": "得分相同，约定评分项得分较高者在前",
    "draw": "得分相同，经抽签排序",
}


def why_not(
    candidate: Candidate, chosen: Collection[UUID], others: Collection[Candidate], reason: str
) -> ChineseReason:
    """Why a proposal was not chosen, in the words of the Chinese notice."""
    if candidate.cancelled:
        return "原入选决定已撤销"
    if standing(candidate) is Standing.EXCLUDED:
        return _LINE_REASONS.get(candidate.below_line, candidate.below_line)
    if candidate in passed_over(chosen, others):
        return f"未按名次入选：{reason.strip()}"
    line = _LINE_REASONS.get(candidate.below_line, "名次靠后，入选名额或预算已用完")
    equal_but_better = any(o.total == candidate.total and o.rank < candidate.rank for o in others)
    tie = _TIE_REASONS.get(candidate.tie_reason) if equal_but_better else None
    return f"{tie}；{line}" if tie else line


def notice_content(
    paper: ResultPaper,
    lots: Sequence[LotLimit],
    candidates: Collection[Candidate],
    awards: Mapping[UUID, Money],
) -> list[dict[str, Any]]:
    """The blocks of the result notice, in Chinese: each lot's table by rank, period, and how to object."""
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
                outcome = ["拟入选", f"{amount.format()} 元", ""]
            else:
                outcome = ["未入选", "—", why_not(c, list(awards), candidates, paper.reason)]
            rows.append([str(c.rank), c.name, str(c.total), *outcome])
        blocks.append({"heading": lot.title})
        blocks.append(
            {"table": {"head": ["名次", "申报单位", "总得分", "结果", "金额", "未入选原因"], "rows": rows}}
        )
    if paper.not_admitted:
        blocks.append({"text": f"另有 {paper.not_admitted} 份申报未通过资格审查，原因已告知申报单位。"})
    if paper.reason.strip():
        blocks.append({"text": f"未按名次入选的理由：{paper.reason.strip()}"})
    blocks.append(
        {
            "text": f"申报单位对结果有异议的，可在 {paper.last_day:%Y-%m-%d} 24:00 前登录平台，在本项目结果页提出质疑，"
            "写明事实和理由。质疑答复前，入选决定暂不生效。"
        }
    )
    if paper.provisional:
        blocks.append({"text": "公示期涉及尚未发布放假安排的日期，如有调整另行公告。"})
    return blocks
