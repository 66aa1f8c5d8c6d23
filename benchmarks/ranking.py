"""Rank 10,000 bids × 7 experts × 8 criteria exactly, beside a plain float sum of the same matrix as the floor.

Run with ``python benchmarks/ranking.py [bids]`` from the root of the repository. Prints seconds and peak memory.
"""

import json
import random
import resource
import sys
import time
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from portal.scoring.rules import evaluate
from portal.scoring.values import (
    Aggregation,
    AggregationMethod,
    BidInput,
    Criterion,
    CriterionKind,
    PriceFormula,
    PriceMethod,
    Result,
    Scheme,
    Sheet,
)

EXPERTS = 7
MAXIMA = (20, 10, 20, 10, 15, 10, 5, 10)
CODES = [f"C{number}" for number in range(1, len(MAXIMA))]

SCHEME = Scheme(
    version=1,
    criteria=(
        *(
            Criterion(code, code, CriterionKind.SUBJECTIVE, Decimal(top))
            for code, top in zip(CODES, MAXIMA, strict=False)
        ),
        Criterion("price", "price", CriterionKind.PRICE, Decimal(MAXIMA[-1])),
    ),
    aggregation=Aggregation(AggregationMethod.TRIMMED, drop_high=1, drop_low=1),
    price=PriceFormula(PriceMethod.LOWEST_OVER_QUOTE),
    ties=("quote", "C1"),
)

Row = tuple[str, str, list[str]]


def stored(count: int) -> tuple[list[Row], list[tuple[str, int]]]:
    """Marks as a database hands them out: text, one row per sheet."""
    chance = random.Random(14)
    rows = [
        (f"E{expert}", f"B{bid}", [str(chance.randint(0, 2 * top) / 2) for top in MAXIMA[:-1]])
        for bid in range(count)
        for expert in range(EXPERTS)
    ]
    return rows, [(f"B{bid}", chance.randint(1, 100) * 100_000) for bid in range(count)]


def exact(rows: list[Row], quotes: list[tuple[str, int]]) -> tuple[Result, ...]:
    """From stored marks to the ranking, as the portal does it."""
    sheets = [
        Sheet(expert, bid, {code: Decimal(mark) for code, mark in zip(CODES, marks, strict=True)})
        for expert, bid, marks in rows
    ]
    return evaluate(SCHEME, [BidInput(bid, quote) for bid, quote in quotes], sheets)


def floor(rows: list[Row], quotes: list[tuple[str, int]]) -> list[tuple[float, str]]:
    """The least that could be done: parse, add floats, sort. No trimming, no ties, no rounding, no checks."""
    sums = dict.fromkeys((bid for bid, _ in quotes), 0.0)
    for _, bid, marks in rows:
        sums[bid] += sum(map(float, marks)) / EXPERTS
    lowest = min(quote for _, quote in quotes)
    return sorted((-(sums[bid] + MAXIMA[-1] * lowest / quote), bid) for bid, quote in quotes)


def measured(count: int) -> dict[str, object]:
    rows, quotes = stored(count)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    floor(rows, quotes)
    plain = time.perf_counter() - start
    start = time.perf_counter()
    results = exact(rows, quotes)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "bids": count,
        "experts": EXPERTS,
        "criteria": len(MAXIMA),
        "exact_seconds": round(seconds, 2),
        "float_floor_seconds": round(plain, 2),
        "times_the_floor": round(seconds / plain, 1),
        "peak_megabytes": peak // 1024,
        "input_megabytes": before // 1024,
        "ranked": len(results),
    }


if __name__ == "__main__":
    print(json.dumps(measured(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000), indent=2))
