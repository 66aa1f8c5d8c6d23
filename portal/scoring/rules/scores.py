"""From sheets, quotes and facts to the scores of every valid bid."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from portal.core.errors import Invalid, Problem, problem
from portal.core.text import N_
from portal.scoring.rules.aggregate import PanelMarks, as_points
from portal.scoring.rules.price import fact_marks, price_points
from portal.scoring.values import (
    BASIS,
    PANEL_PART,
    BidInput,
    Criterion,
    CriterionKind,
    Scheme,
    Scored,
    Sheet,
    StageBy,
)
from portal.tenders.rules.numbers import at_step, to_decimals

_ONCE = (CriterionKind.OBJECTIVE, CriterionKind.BONUS, CriterionKind.PENALTY, CriterionKind.CHANNEL)


def score_bids(scheme: Scheme, bids: Collection[BidInput], sheets: Iterable[Sheet]) -> list[Scored]:
    """Score every valid bid, in the order of ``bids``; invalid ones are left out before anything is computed.

    Sums are exact; results are rounded where the scheme says. With ``final`` rounding the printed parts are
    rounded for reading only, and the total is rounded once from the exact sum. A deduction appears as a negative
    part. Raises ``Invalid`` when something is missing: a quote, a fact, a value entered once, a mark, a group.
    """
    valid = {bid.bid_id: bid for bid in bids if bid.valid}
    panel = PanelMarks(scheme, [sheet for sheet in sheets if sheet.bid_id in valid])
    problems = [*_check_bids(scheme, bids), *_check_panel(scheme, panel, valid)]
    if problems:
        raise Invalid(*problems)
    common = _common_parts(scheme, list(valid.values()))
    return [_scored(scheme, bid, common[bid_id], panel) for bid_id, bid in valid.items()]


def _scored(scheme: Scheme, bid: BidInput, common: Mapping[str, Fraction], panel: PanelMarks) -> Scored:
    decimals = scheme.rounding.decimals
    stages = [_stage_parts(scheme, number, bid, common, panel) for number in range(1, len(scheme.stages) + 1)]
    parts = {code: value for stage in stages if stage is not None for code, value in stage.items()}
    technical = sum((parts[code] for code in _technical_codes(scheme) if code in parts), Fraction())
    return Scored(
        bid_id=bid.bid_id,
        parts={code: to_decimals(value, decimals) for code, value in parts.items()},
        totals=tuple(_total(scheme, number, stage) for number, stage in enumerate(stages, start=1)),
        technical=to_decimals(technical, decimals),
        quote_fen=bid.quote_fen,
        compared_price=bid.compared_price,
        organisation=bid.organisation,
        sector=bid.sector,
    )


def _total(scheme: Scheme, number: int, parts: Mapping[str, Fraction] | None) -> Decimal | None:
    if parts is None:
        return None
    bonus = {criterion.code for criterion in scheme.of_kind(CriterionKind.BONUS)}
    total = sum((value for code, value in parts.items() if code not in bonus), Fraction())
    extra = sum((value for code, value in parts.items() if code in bonus), Fraction())
    if scheme.bonus_cap is not None:
        extra = min(extra, Fraction(scheme.bonus_cap))
    total += extra
    if number == 1 and not scheme.bonus_above_total:
        total = min(total, Fraction(scheme.total))
    return to_decimals(total, scheme.rounding.decimals)


def _technical_codes(scheme: Scheme) -> set[str]:
    codes = {criterion.code for criterion in scheme.criteria if criterion.technical and criterion.stage == 1}
    if any(criterion.technical for criterion in scheme.marked_in(1)):
        codes.add(PANEL_PART)
    return codes


def _stage_parts(
    scheme: Scheme, number: int, bid: BidInput, common: Mapping[str, Fraction], panel: PanelMarks
) -> dict[str, Fraction] | None:
    """The exact parts of one stage, or ``None`` when the bid did not take part in it."""
    if scheme.stages[number - 1].by is not StageBy.SCORE or not _takes_part(scheme, number, bid, panel):
        return None
    marked = panel.parts(bid.bid_id, [criterion.code for criterion in scheme.marked_in(number)])
    if number > 1 and PANEL_PART in marked:
        marked = {f"{PANEL_PART}{number}": marked[PANEL_PART]}
    once = {c.code: common[c.code] for c in scheme.criteria if c.stage == number and c.code in common}
    return marked | once


def _takes_part(scheme: Scheme, number: int, bid: BidInput, panel: PanelMarks) -> bool:
    if number == 1:
        return True
    marked = {criterion.code for criterion in scheme.marked_in(number)}
    once = {criterion.code for criterion in scheme.of_kind(*_ONCE) if criterion.stage == number}
    return bool(once & bid.marks.keys()) or any(
        marked & sheet.marks.keys() for sheet in panel.sheets_of(bid.bid_id)
    )


def _common_parts(scheme: Scheme, bids: list[BidInput]) -> dict[str, dict[str, Fraction]]:
    """For each valid bid the points that are the same for all experts: price, facts, values entered once."""
    parts: dict[str, dict[str, Fraction]] = {bid.bid_id: {} for bid in bids}
    for criterion in scheme.of_kind(CriterionKind.PRICE, *_ONCE):
        sign = -1 if criterion.kind is CriterionKind.PENALTY else 1
        for bid_id, points in _points(scheme, criterion, bids).items():
            parts[bid_id][criterion.code] = sign * at_step(points, scheme.rounding)
    return parts


def _points(scheme: Scheme, criterion: Criterion, bids: list[BidInput]) -> dict[str, Fraction]:
    code = criterion.code
    if criterion.kind is CriterionKind.PRICE:
        return price_points(scheme.price, criterion.maximum, bids)
    if criterion.fact is None:
        return {
            bid.bid_id: as_points(bid.marks[code], criterion.maximum, criterion.top)
            for bid in bids
            if code in bid.marks
        }
    marks = fact_marks(criterion, criterion.fact, {bid.bid_id: bid.facts[code] for bid in bids})
    share = Fraction(criterion.maximum) / Fraction(criterion.top)
    return {bid_id: mark * share for bid_id, mark in marks.items()}


def _check_bids(scheme: Scheme, bids: Collection[BidInput]) -> Iterable[Problem]:
    for bid_id, times in Counter(bid.bid_id for bid in bids).items():
        if times > 1:
            yield problem(N_("Bid %(bid)s is listed twice."), bid=bid_id)
    needs_quote = (
        bool(scheme.of_kind(CriterionKind.PRICE))
        or scheme.stages[-1].by is StageBy.QUOTE
        or scheme.cut.envelope_fen is not None
    )
    for bid in bids:
        if not bid.valid:
            continue
        if not 0 <= bid.policy_deduction_bp < BASIS:
            yield problem(
                N_("The price deduction of bid %(bid)s must lie between 0 and 100 %%."), bid=bid.bid_id
            )
        if (needs_quote and bid.quote_fen is None) or (bid.quote_fen is not None and bid.quote_fen <= 0):
            yield problem(N_("Bid %(bid)s needs a quote above zero."), bid=bid.bid_id)
        for criterion in scheme.of_kind(*_ONCE):
            yield from _check_once(criterion, bid)


def _check_once(criterion: Criterion, bid: BidInput) -> Iterable[Problem]:
    code = criterion.code
    value = bid.marks.get(code) if criterion.fact is None else bid.facts.get(code)
    if value is None:
        if criterion.stage == 1:
            yield problem(N_("Bid %(bid)s has no value for %(code)s."), bid=bid.bid_id, code=code)
    elif not value.is_finite() or value < 0 or (criterion.fact is None and value > criterion.top):
        yield problem(N_("The value of bid %(bid)s for %(code)s is out of range."), bid=bid.bid_id, code=code)


def _check_panel(scheme: Scheme, panel: PanelMarks, valid: Mapping[str, BidInput]) -> Iterable[Problem]:
    stages = [{c.code for c in scheme.marked_in(number)} for number in range(1, len(scheme.stages) + 1)]
    marked = set().union(*stages)
    if not marked:
        return
    for bid_id, bid in valid.items():
        sheets = panel.sheets_of(bid_id)
        needed = set().union(
            *(codes for n, codes in enumerate(stages, start=1) if _takes_part(scheme, n, bid, panel))
        )
        for sheet in sheets:
            if not needed <= sheet.marks.keys() <= marked:
                yield problem(
                    N_("The sheet of expert %(expert)s for bid %(bid)s is not complete."),
                    expert=sheet.expert_code,
                    bid=bid_id,
                )
        if len({sheet.expert_code for sheet in sheets}) < len(sheets):
            yield problem(N_("An expert has two sheets for bid %(bid)s."), bid=bid_id)
        if needed:
            yield from _check_groups(scheme, bid_id, Counter(sheet.group for sheet in sheets))


def _check_groups(scheme: Scheme, bid_id: str, counts: Counter[str]) -> Iterable[Problem]:
    least = scheme.aggregation.minimum_marks
    if not scheme.groups and counts.total() < least:
        yield problem(
            N_("Bid %(bid)s needs sheets of at least %(least)s experts; there are %(count)s."),
            bid=bid_id,
            least=least,
            count=counts.total(),
        )
    weighted = {group.group for group in scheme.groups}
    for group in sorted(weighted):
        if counts[group] < least:
            yield problem(
                N_(
                    "Bid %(bid)s needs sheets of at least %(least)s experts of group %(group)s; there are %(count)s."
                ),
                bid=bid_id,
                least=least,
                group=group,
                count=counts[group],
            )
    if weighted and counts.keys() - weighted:
        yield problem(N_("Bid %(bid)s has a sheet of a group without weight."), bid=bid_id)
