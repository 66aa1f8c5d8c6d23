"""From scores to ranks: minimum scores, stages, declared rules for equal scores."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from portal.core.errors import Invalid, problem
from portal.core.text import N_
from portal.panels.rules import shuffle
from portal.scoring.rules.cut import draw_line
from portal.scoring.values import (
    DRAW,
    QUOTE,
    TECHNICAL,
    BelowLine,
    Ranked,
    Scheme,
    Scored,
    Stage,
    StageBy,
    TieReason,
)

_REASONS = {QUOTE: TieReason.QUOTE, TECHNICAL: TieReason.TECHNICAL, DRAW: TieReason.DRAW}
_LAST = Decimal("Infinity")
_Key = Callable[[Scored], Any]


@dataclass(frozen=True, slots=True)
class _Place:
    """Bids that nothing in the scheme tells apart, with the key that places them within their tier."""

    key: tuple[Any, ...]
    bids: tuple[Scored, ...]


def rank(scheme: Scheme, scored: Iterable[Scored], draw_seed: bytes | None = None) -> list[Ranked]:
    """Rank the scored bids, best first; equal bids share a rank and the next rank is skipped (1, 2, 2, 4).

    Bids below a minimum score come after all others. Every stage keeps its best n (with all that equal the n-th)
    and leaves the rest behind; the last stage orders what is left. Scores are compared as published, that is
    rounded. ``draw_seed`` is the 32-byte seed of a verifiable draw; without it, bids that only a draw can separate
    share a rank and say so. Raises ``Invalid`` when a kept bid has no score in a later stage.
    """
    bids = sorted(scored, key=lambda bid: bid.bid_id)
    ties = [key for key in scheme.ties if key != DRAW or draw_seed is not None]
    keys = [_tie_key(key, bids, draw_seed) for key in ties]
    below = {bid.bid_id: low for bid in bids if (low := _below_minimum(scheme, bid)) is not None}
    tiers = [_places([bid for bid in bids if bid.bid_id in below], 1, Stage(), keys)]
    field = [bid for bid in bids if bid.bid_id not in below]
    for number, stage in enumerate(scheme.stages, start=1):
        places = _places(field, number, stage, keys)
        kept, left = _split(places, stage.keep)
        below.update({bid.bid_id: BelowLine.NOT_KEPT for place in left for bid in place.bids})
        tiers.append(left)
        field = [bid for place in kept for bid in place.bids]
    tiers.append(kept)
    undecided = TieReason.DRAW_NEEDED if DRAW in scheme.ties and draw_seed is None else TieReason.EQUAL
    ranked: list[Ranked] = []
    for tier in reversed(tiers):
        for index, place in enumerate(tier):
            reason, code = _tie(tier, index, ties, undecided)
            first = len(ranked) + 1
            ranked += [
                Ranked(bid.bid_id, first, _last_total(bid), reason, code, below.get(bid.bid_id))
                for bid in place.bids
            ]
    return draw_line(scheme.cut, ranked, {bid.bid_id: bid for bid in bids})


def _last_total(bid: Scored) -> Decimal:
    return [total for total in bid.totals if total is not None][-1]


def _below_minimum(scheme: Scheme, bid: Scored) -> BelowLine | None:
    cut, total = scheme.cut, bid.totals[0]
    if cut.minimum_total is not None and total is not None and total < cut.minimum_total:
        return BelowLine.MINIMUM_TOTAL
    if cut.minimum_technical is not None and bid.technical < cut.minimum_technical:
        return BelowLine.MINIMUM_TECHNICAL
    return None


def _tie_key(key: str, bids: Sequence[Scored], draw_seed: bytes | None) -> _Key:
    if key == QUOTE:
        return lambda bid: (bid.quote_fen is None, bid.quote_fen or 0)
    if key == TECHNICAL:
        return lambda bid: bid.technical.copy_negate()
    if key == DRAW and draw_seed is not None:
        drawn = shuffle(draw_seed, [bid.bid_id for bid in bids])
        order = {bid_id: place for place, bid_id in enumerate(drawn)}
        return lambda bid: order[bid.bid_id]
    return lambda bid: bid.parts[key].copy_negate() if key in bid.parts else _LAST


def _places(bids: Iterable[Scored], number: int, stage: Stage, keys: Sequence[_Key]) -> list[_Place]:
    """Sort bids by the stage's score or quote, then by the rules for equal scores, and join what stays equal."""

    def key(bid: Scored) -> tuple[Any, ...]:
        return (_primary(bid, number, stage), *[tie(bid) for tie in keys])

    return [_Place(value, tuple(group)) for value, group in groupby(sorted(bids, key=key), key=key)]


def _primary(bid: Scored, number: int, stage: Stage) -> Decimal | int:
    if stage.by is StageBy.QUOTE:
        if bid.compared_price is None:
            raise Invalid(problem(N_("Bid %(bid)s needs a quote above zero."), bid=bid.bid_id))
        return bid.compared_price
    total = bid.totals[number - 1]
    if total is None:
        raise Invalid(
            problem(N_("Bid %(bid)s has no score in stage %(stage)s."), bid=bid.bid_id, stage=number)
        )
    return total.copy_negate()


def _split(places: list[_Place], keep: int | None) -> tuple[list[_Place], list[_Place]]:
    """The places that begin within the best ``keep`` bids, and the rest."""
    if keep is None:
        return places, []
    before = 0
    for index, place in enumerate(places):
        if before >= keep:
            return places[:index], places[index:]
        before += len(place.bids)
    return places, []


def _tie(
    tier: Sequence[_Place], index: int, ties: Sequence[str], undecided: TieReason
) -> tuple[TieReason | None, str | None]:
    """Name the rule that had to be asked to tell this place from its neighbours with the same score."""
    place = tier[index]
    if len(place.bids) > 1:
        return undecided, None
    neighbours = [tier[near].key for near in (index - 1, index + 1) if 0 <= near < len(tier)]
    depth = max((_first_difference(place.key, key) for key in neighbours), default=0)
    if depth == 0:
        return None, None
    rule = ties[depth - 1]
    return (_REASONS[rule], None) if rule in _REASONS else (TieReason.CRITERION, rule)


def _first_difference(one: tuple[Any, ...], other: tuple[Any, ...]) -> int:
    return next(index for index, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1])
