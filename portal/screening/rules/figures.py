"""Patterns in money: equal budget lines, quotes in a series, prices in a constant ratio."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations, pairwise

from portal.core.money import Money
from portal.screening.rules.text import plain
from portal.screening.values import Finding, Kind, Line, Pair, Passage, Subject

LINES_ALIKE = 3
"""Equal lines (what for, unit, price and quantity) from which on two budgets are a finding."""

SERIES = 3
"""Quotes at equal distances from which on they are a finding."""

RATIO_LINES = 4
"""Lines for the same thing whose prices stand in one ratio, from which on two budgets are a finding."""

BUDGET, QUOTE = "budget", "quote"


def same_lines(subjects: Sequence[Subject], own_words: Iterable[str] = ()) -> list[Finding]:
    """Two budgets with equal lines; lines that the call's own words name are left out."""
    own = plain("\n".join(own_words))
    found = []
    for one, other in _pairs(subjects):
        left, right = _by_thing(one, own), _by_thing(other, own)
        equal = [name for name in left if name in right and _priced(left[name]) == _priced(right[name])]
        if len(equal) >= LINES_ALIKE:
            share = 10_000 * len(equal) // max(1, min(len(one.lines), len(other.lines)))
            pairs = tuple(Pair(_shown(left[name]), _shown(right[name])) for name in equal)
            found.append(Finding(Kind.LINES, one.key, other.key, min(share, 10_000), pairs))
    return found


def price_patterns(subjects: Sequence[Subject]) -> list[Finding]:
    """Quotes of one lot at equal distances, and budgets whose prices stand in one ratio."""
    return [*_series(subjects), *_ratios(subjects)]


def _series(subjects: Sequence[Subject]) -> Iterator[Finding]:
    """Neighbours in a run of at least three different quotes at equal distances; each shows the whole run."""
    lots: dict[str, list[Subject]] = defaultdict(list)
    for subject in subjects:
        if subject.quote:
            lots[subject.lot].append(subject)
    for lot in lots.values():
        ordered = sorted(lot, key=lambda subject: (subject.quote, subject.key))
        for run in _runs(ordered):
            shown = " · ".join(Money(subject.quote).format() for subject in run)
            for one, other in pairwise(run):
                if one.party != other.party:
                    first, second = sorted((one, other), key=lambda subject: subject.key)
                    sides = [Passage(QUOTE, f"{Money(s.quote).format()} ({shown})") for s in (first, second)]
                    yield Finding(Kind.PRICES, first.key, second.key, 10_000, (Pair(*sides),))


def _runs(ordered: Sequence[Subject]) -> Iterator[list[Subject]]:
    run = list(ordered[:1])
    for subject in [*ordered[1:], None]:
        step = run[1].quote - run[0].quote if len(run) > 1 else None
        if subject is not None and (step is None or subject.quote - run[-1].quote == step):
            run.append(subject)
            continue
        if len(run) >= SERIES and step:
            yield run
        run = [run[-1], subject] if subject is not None else []


def _ratios(subjects: Sequence[Subject]) -> Iterator[Finding]:
    """Budgets that price the same things in one ratio other than 1, to the hundredth of a per cent."""
    for one, other in _pairs(subjects):
        left, right = _by_thing(one, ""), _by_thing(other, "")
        names = [n for n in left if n in right and left[n].unit_price and right[n].unit_price]
        ratios = [Fraction(right[n].unit_price, left[n].unit_price) for n in names]
        if len(names) < RATIO_LINES or ratios[0] == 1:
            continue
        if all(abs(ratio - ratios[0]) * 10_000 <= ratios[0] for ratio in ratios):
            pairs = tuple(Pair(_shown(left[name]), _shown(right[name])) for name in names)
            yield Finding(Kind.PRICES, one.key, other.key, 10_000, pairs)


def _pairs(subjects: Sequence[Subject]) -> Iterator[tuple[Subject, Subject]]:
    return ((one, other) for one, other in combinations(subjects, 2) if one.party != other.party)


def _by_thing(subject: Subject, own: str) -> dict[str, Line]:
    named = {plain(line.content): line for line in subject.lines}
    return {name: line for name, line in named.items() if name and name not in own}


def _priced(line: Line) -> tuple[str, int, int]:
    return plain(line.unit), line.unit_price, line.quantity


def _shown(line: Line) -> Passage:
    price = Money(line.unit_price).format()
    return Passage(BUDGET, f"{line.content} · {price} × {line.quantity} {line.unit}".strip())
