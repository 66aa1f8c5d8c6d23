"""Short ways to write schemes, bids and sheets by hand."""

from decimal import Decimal

from portal.scoring.values import BidInput, Criterion, CriterionKind, PriceFormula, PriceMethod, Scheme, Sheet

D = Decimal


def marked(code, maximum, **more):
    return Criterion(code, code, CriterionKind.SUBJECTIVE, D(maximum), **more)


def once(code, maximum, kind=CriterionKind.OBJECTIVE, **more):
    return Criterion(code, code, kind, D(maximum), **more)


def price(maximum):
    return Criterion("price", "报价", CriterionKind.PRICE, D(maximum))


def scheme(*criteria, **more):
    return Scheme(1, criteria, **more)


LOWEST = PriceFormula(PriceMethod.LOWEST_OVER_QUOTE)


def sheets(marks, groups=()):
    """``{"B1": [{"C1": 10}, …]}``: one entry per expert E1, E2, …; ``groups`` in the same order."""
    return [
        Sheet(
            f"E{number}",
            bid_id,
            {code: D(value) for code, value in entry.items()},
            groups[number - 1] if groups else "",
        )
        for bid_id, entries in marks.items()
        for number, entry in enumerate(entries, start=1)
    ]


def bid(bid_id, quote_fen=None, marks=None, facts=None, **more):
    return BidInput(
        bid_id,
        quote_fen,
        {code: D(value) for code, value in (marks or {}).items()},
        {code: D(value) for code, value in (facts or {}).items()},
        **more,
    )
