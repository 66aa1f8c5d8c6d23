"""From the marks of several experts to one value, in whole numbers until the last division."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from math import lcm

from portal.scoring.values import (
    BASIS,
    PANEL_PART,
    Aggregation,
    AggregationMethod,
    AggregationPer,
    CriterionKind,
    GroupWeight,
    Scheme,
    Sheet,
)
from portal.tenders.rules.numbers import at_step


def kept_marks(marks: Iterable[int], aggregation: Aggregation) -> list[int]:
    """Return the marks, in ascending order, whose mean is the result.

    Trimming drops the stated number from each end, so of equal highest marks only one goes for each that is to
    be dropped (rule 84); a median keeps the middle one or two.
    """
    ordered = sorted(marks)
    if aggregation.method is AggregationMethod.TRIMMED:
        return ordered[aggregation.drop_low : len(ordered) - aggregation.drop_high]
    if aggregation.method is AggregationMethod.MEDIAN:
        return ordered[(len(ordered) - 1) // 2 : len(ordered) // 2 + 1]
    return ordered


class PanelMarks:
    """The sheets of a panel with every mark as a whole number of one common unit.

    Marks and conversion factors (maximum ÷ top of the marking scale) are finite decimals or ratios of such, so a
    common denominator exists; sums are then integer sums, exact and fast for large rounds.
    """

    def __init__(self, scheme: Scheme, sheets: Iterable[Sheet]) -> None:
        self._scheme = scheme
        self._by_bid: dict[str, list[Sheet]] = defaultdict(list)
        for sheet in sheets:
            self._by_bid[sheet.bid_id].append(sheet)
        factors = {
            c.code: Fraction(c.maximum) / Fraction(c.top) for c in scheme.of_kind(CriterionKind.SUBJECTIVE)
        }
        share = lcm(*(factor.denominator for factor in factors.values()))
        self._factor = {code: int(factor * share) for code, factor in factors.items()}
        distinct = {
            mark for group in self._by_bid.values() for sheet in group for mark in sheet.marks.values()
        }
        ratios = {mark: mark.as_integer_ratio() for mark in distinct}
        scale = lcm(*{denominator for _, denominator in ratios.values()})
        self._whole = {
            mark: number * (scale // denominator) for mark, (number, denominator) in ratios.items()
        }
        self.unit = scale * share

    def sheets_of(self, bid_id: str) -> Sequence[Sheet]:
        """Return the sheets for one bid."""
        return self._by_bid.get(bid_id, [])

    def sum_of(self, sheet: Sheet, codes: Sequence[str]) -> int:
        """Return the expert's sum over ``codes`` in points of the total, times ``unit``."""
        marks, whole, factor = sheet.marks, self._whole, self._factor
        return sum([whole[marks[code]] * factor[code] for code in codes])

    def parts(self, bid_id: str, codes: Sequence[str]) -> dict[str, Fraction]:
        """Return the panel's points for ``codes``: one part each, or a single one when sums are aggregated."""
        if not codes:
            return {}
        if self._scheme.aggregation.per is AggregationPer.TOTAL:
            return {PANEL_PART: self._combined(bid_id, codes)}
        return {code: self._combined(bid_id, (code,)) for code in codes}

    def _combined(self, bid_id: str, codes: Sequence[str]) -> Fraction:
        groups = self._scheme.groups
        sheets = self._by_bid[bid_id]
        if not groups:
            return self._aggregated(self._sums(sheets, codes))
        return at_step(
            sum((self._weighted(sheets, codes, group) for group in groups), Fraction()), self._scheme.rounding
        )

    def _weighted(self, sheets: Sequence[Sheet], codes: Sequence[str], group: GroupWeight) -> Fraction:
        own = [sheet for sheet in sheets if sheet.group == group.group]
        return self._aggregated(self._sums(own, codes)) * group.weight_bp / BASIS

    def _sums(self, sheets: Sequence[Sheet], codes: Sequence[str]) -> list[int]:
        """Each expert's sum; a single criterion, by far the most frequent case, needs no inner loop."""
        if len(codes) > 1:
            return [self.sum_of(sheet, codes) for sheet in sheets]
        (code,) = codes
        whole, factor = self._whole, self._factor[code]
        return [whole[sheet.marks[code]] * factor for sheet in sheets]

    def _aggregated(self, sums: list[int]) -> Fraction:
        kept = kept_marks(sums, self._scheme.aggregation)
        return at_step(Fraction(sum(kept), len(kept) * self.unit), self._scheme.rounding)


def as_points(mark: Decimal, maximum: Decimal, top: Decimal) -> Fraction:
    """Convert a mark on a scale up to ``top`` into points up to ``maximum``."""
    return Fraction(mark) * Fraction(maximum) / Fraction(top)
