"""Price scores and marks from declared facts: values that are the same for every expert."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from portal.scoring.values import BASIS, BidInput, Criterion, FactMethod, FactRule, PriceFormula, PriceMethod


def price_points(formula: PriceFormula, maximum: Decimal, bids: Sequence[BidInput]) -> dict[str, Fraction]:
    """Return the price score of each valid bid, exact, in points up to ``maximum``.

    ``bids`` holds valid bids only, so an excluded quote never becomes the base (rule 78); no quote is dropped
    (rule 79); quotes count after policy deduction (rule 80). A score never falls below zero.
    """
    prices = {bid.bid_id: bid.compared_price for bid in bids if bid.compared_price is not None}
    if not prices:
        return {}
    top = Fraction(maximum)
    if formula.method is PriceMethod.LOWEST_OVER_QUOTE:
        base = min(prices.values())
        return {bid_id: top * base / price for bid_id, price in prices.items()}
    mean = Fraction(sum(prices.values()), len(prices))
    divisor = _divisor(formula, mean)
    return {
        bid_id: max(top * (1 - abs(price - mean) / divisor), Fraction()) for bid_id, price in prices.items()
    }


def _divisor(formula: PriceFormula, mean: Fraction) -> Fraction:
    if formula.divisor_fen is not None:
        return Fraction(formula.divisor_fen * BASIS)
    return mean * (formula.divisor_bp or BASIS) / BASIS


def fact_marks(criterion: Criterion, rule: FactRule, values: Mapping[str, Decimal]) -> dict[str, Fraction]:
    """Turn the facts of the valid bids (by bid) into marks on the criterion's marking scale, exact.

    ``highest_best`` gives value ÷ highest × top, ``lowest_best`` lowest ÷ value × top; ``steps`` the mark of the
    highest bound reached, ``ranks`` the mark of the first bound that the rank of the value does not exceed (the
    highest value has rank 1, equal values share it). What no step covers gets 0.
    """
    facts = {bid_id: Fraction(value) for bid_id, value in values.items()}
    if rule.method is FactMethod.STEPS:
        return {bid_id: _reached(rule, value) for bid_id, value in facts.items()}
    if rule.method is FactMethod.RANKS:
        ranks = _ranks(list(facts.values()))
        return {bid_id: _placed(rule, ranks[value]) for bid_id, value in facts.items()}
    top = Fraction(criterion.top)
    if rule.method is FactMethod.HIGHEST_BEST:
        best = max(facts.values(), default=Fraction())
        return {bid_id: top * value / best if best else Fraction() for bid_id, value in facts.items()}
    best = min(facts.values(), default=Fraction())
    return {bid_id: top * best / value if value else top for bid_id, value in facts.items()}


def _ranks(values: list[Fraction]) -> dict[Fraction, int]:
    ranks: dict[Fraction, int] = {}
    for place, value in enumerate(sorted(values, reverse=True), start=1):
        ranks.setdefault(value, place)
    return ranks


def _reached(rule: FactRule, value: Fraction) -> Fraction:
    return max(
        ((s.bound, Fraction(s.mark)) for s in rule.steps if s.bound <= value), default=(0, Fraction())
    )[1]


def _placed(rule: FactRule, rank: int) -> Fraction:
    return min(((s.bound, Fraction(s.mark)) for s in rule.steps if rank <= s.bound), default=(0, Fraction()))[
        1
    ]
