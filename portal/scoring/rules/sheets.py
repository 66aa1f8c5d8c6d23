"""Checks of single sheets, of completeness, and of how far experts lie apart."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from portal.core.errors import Problem, problem
from portal.core.proofs import spell
from portal.core.text import N_
from portal.scoring.rules.aggregate import PanelMarks, as_points
from portal.scoring.values import BASIS, Criterion, CriterionKind, Deviation, Scheme, Seat, Sheet
from portal.tenders.rules.numbers import to_decimals

REASON_BELOW_BP = 6000
DEVIATION_BP = 3000
SIGNING_DAYS = 1


def check_sheet(
    sheet: Sheet, criteria: Collection[Criterion], *, reason_below_bp: int = REASON_BELOW_BP
) -> list[Problem]:
    """Return what keeps a sheet from being locked; ``field`` of each problem is the criterion's code.

    ``criteria`` are the ones to be marked now; others than subjective ones are ignored. A mark below
    ``reason_below_bp`` of the highest possible mark needs a reason (rule 86); 0 switches that off.
    """
    marked = {c.code: c for c in criteria if c.kind is CriterionKind.SUBJECTIVE}
    problems = [
        problem(N_("%(code)s is not a criterion that experts mark here."), field=code, code=code)
        for code in sorted(sheet.marks.keys() - marked.keys())
    ]
    for code, criterion in marked.items():
        mark = sheet.marks.get(code)
        if mark is None:
            problems.append(problem(N_("Give a mark for “%(title)s”."), field=code, title=criterion.title))
            continue
        found = check_mark(mark, criterion)
        if found is not None:
            problems.append(found)
        elif _needs_reason(mark, criterion, reason_below_bp) and not sheet.reasons.get(code, "").strip():
            problems.append(
                problem(
                    N_("Give a reason for “%(title)s”: the mark is below %(share)s %% of the maximum."),
                    field=code,
                    title=criterion.title,
                    share=Decimal(reason_below_bp) / 100,
                )
            )
    return problems


def check_mark(mark: Decimal, criterion: Criterion) -> Problem | None:
    """Return what is wrong with a single mark: outside 0 to the top of its scale, or off the step."""
    if not mark.is_finite() or not 0 <= mark <= criterion.top:
        return problem(
            N_("The mark for “%(title)s” must lie between 0 and %(top)s."),
            field=criterion.code,
            title=criterion.title,
            top=criterion.top,
        )
    if Fraction(mark) % Fraction(criterion.step):
        return problem(
            N_("The mark for “%(title)s” must be a multiple of %(step)s."),
            field=criterion.code,
            title=criterion.title,
            step=criterion.step,
        )
    return None


def _needs_reason(mark: Decimal, criterion: Criterion, reason_below_bp: int) -> bool:
    return Fraction(mark) * BASIS < Fraction(criterion.top) * reason_below_bp


def sheet_points(marks: Mapping[str, Decimal], criteria: Iterable[Criterion]) -> Decimal:
    """What a sheet gives in points of the total so far: raw marks count ``mark ÷ top × maximum``; two places."""
    given = [(marks[c.code], c) for c in criteria if c.code in marks]
    points = sum((as_points(mark, c.maximum, c.top) for mark, c in given), Fraction())
    return Decimal(spell(to_decimals(points, 2)))


def missing_sheets(seats: Iterable[Seat], bid_ids: Collection[str], sheets: Iterable[Sheet]) -> list[Problem]:
    """Return one problem for each seat and bid without a sheet, leaving out the bids a seat is recused from.

    Sheets that nobody should have written, and second ones for the same seat and bid, are named as well.
    """
    seats = list(seats)
    expected = {(seat.expert_code, bid) for seat in seats for bid in bid_ids if bid not in seat.recused}
    groups = {seat.expert_code: seat.group for seat in seats}
    problems: list[Problem] = []
    for sheet in sheets:
        key = (sheet.expert_code, sheet.bid_id)
        if key not in expected or groups[sheet.expert_code] != sheet.group:
            problems.append(
                problem(
                    N_("There is a sheet too many, or of another group: expert %(expert)s, bid %(bid)s."),
                    expert=sheet.expert_code,
                    bid=sheet.bid_id,
                )
            )
        expected.discard(key)
    return problems + [
        problem(N_("The sheet of expert %(expert)s for bid %(bid)s is missing."), expert=expert, bid=bid)
        for expert, bid in sorted(expected)
    ]


def deviations(sheets: Collection[Sheet], scheme: Scheme, share_bp: int = DEVIATION_BP) -> list[Deviation]:
    """Return each expert's sum that lies more than ``share_bp`` basis points off the panel's mean for that bid.

    The mean is taken over all experts of the bid, the expert included (rule 85); it is a reason to explain, not a
    reason to leave the sheet out. Only complete first-stage sheets may be passed in.
    """
    codes = [criterion.code for criterion in scheme.marked_in(1)]
    panel = PanelMarks(scheme, sheets)
    by_bid: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for sheet in sheets:
        by_bid[sheet.bid_id].append((sheet.expert_code, panel.sum_of(sheet, codes)))
    found = []
    for bid_id, sums in sorted(by_bid.items()):
        mean = Fraction(sum(value for _, value in sums), len(sums))
        for expert_code, value in sorted(sums):
            if abs(value - mean) * BASIS > mean * share_bp:
                found.append(_deviation(expert_code, bid_id, Fraction(value), mean, panel.unit, scheme))
    return found


def deviation_share(settings: Mapping[str, Any]) -> int:
    """How far off the panel's mean a sum must lie to be explained, in basis points (rule 85: 30 %)."""
    return int(settings.get("deviation_bp", DEVIATION_BP))


def signing_days(settings: Mapping[str, Any]) -> int:
    """How many working days a member has to sign, or to say in writing why not, once that is possible.

    After that silence is taken as agreement (GPR Regulation art. 41, rule 69). The regulation names no period, so it
    is data of the call (``signing_days``): one working day unless stated.
    """
    return int(settings.get("signing_days", SIGNING_DAYS))


def _deviation(
    expert_code: str, bid_id: str, value: Fraction, mean: Fraction, unit: int, scheme: Scheme
) -> Deviation:
    decimals = scheme.rounding.decimals
    return Deviation(
        expert_code=expert_code,
        bid_id=bid_id,
        total=to_decimals(value / unit, decimals),
        mean=to_decimals(mean / unit, decimals),
        share_bp=int(to_decimals((value - mean) / mean * BASIS, 0)),
    )
