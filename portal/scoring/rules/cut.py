"""The line: which ranked bids are proposed for an award, for what amount, and why the others are not."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from portal.scoring.values import BelowLine, Cut, Ranked, Scored


@dataclass
class _Budget:
    """What is left of money and numbers while the ranking is walked from the top."""

    cut: Cut
    left_fen: int | None
    awards: int = 0
    organisations: Counter[str] = field(default_factory=Counter)
    sectors: Counter[str] = field(default_factory=Counter)
    closed: BelowLine | None = None

    def refusal(self, bid: Scored) -> BelowLine | None:
        """Say why ``bid`` cannot be awarded in full now."""
        cut = self.cut
        checks = (
            (self.closed, self.closed is not None),
            (BelowLine.AWARDS, cut.awards is not None and self.awards >= cut.awards),
            (
                BelowLine.PER_ORGANISATION,
                _reached(self.organisations[bid.organisation], cut.per_organisation),
            ),
            (BelowLine.PER_SECTOR, _reached(self.sectors[bid.sector], cut.per_sector)),
            (BelowLine.ENVELOPE, self.left_fen is not None and (bid.quote_fen or 0) > self.left_fen),
        )
        return next((reason for reason, holds in checks if holds), None)

    def take(self, bid: Scored, amount_fen: int) -> None:
        """Book an award."""
        self.awards += 1
        self.organisations[bid.organisation] += 1
        self.sectors[bid.sector] += 1
        if self.left_fen is not None:
            self.left_fen -= amount_fen

    def copy(self) -> "_Budget":
        """Return an independent copy to try something out."""
        return replace(self, organisations=Counter(self.organisations), sectors=Counter(self.sectors))


def _reached(count: int, limit: int | None) -> bool:
    return limit is not None and count >= limit


def draw_line(cut: Cut, ranked: Sequence[Ranked], bids: Mapping[str, Scored]) -> list[Ranked]:
    """Walk the ranking from the top and propose awards while money and numbers last; amounts in fen.

    A bid that already has a reason (minimum score, not kept) keeps it. Bids of equal rank are all awarded or, where
    that is impossible, all wait for a decision, and so does everything below them: the line never picks one of
    equals. When money runs short the walk ends, unless the scheme gives the rest as a partial amount or passes
    over to smaller bids.
    """
    budget = _Budget(cut, cut.envelope_fen)
    result: list[Ranked] = []
    for _, group in groupby(ranked, key=lambda item: item.rank):
        equals = list(group)
        if equals[0].below_line is not None:
            result += equals
        elif len(equals) == 1:
            result.append(_one(equals[0], bids[equals[0].bid_id], budget))
        else:
            budget, decided = _several(equals, bids, budget)
            result += decided
    return result


def _one(item: Ranked, bid: Scored, budget: _Budget) -> Ranked:
    refusal = budget.refusal(bid)
    amount = bid.quote_fen
    if refusal is BelowLine.ENVELOPE and budget.closed is None:
        if budget.cut.partial and budget.left_fen:
            refusal, amount = None, budget.left_fen
        elif not budget.cut.pass_over:
            budget.closed = BelowLine.ENVELOPE
    if refusal is not None:
        return replace(item, below_line=refusal)
    budget.take(bid, amount or 0)
    return replace(item, proposed_fen=amount)


def _several(
    equals: Sequence[Ranked], bids: Mapping[str, Scored], budget: _Budget
) -> tuple[_Budget, Iterable[Ranked]]:
    alone = {item.bid_id: budget.refusal(bids[item.bid_id]) for item in equals}
    if all(alone.values()):
        if BelowLine.ENVELOPE in alone.values() and not budget.cut.pass_over:
            budget.closed = BelowLine.ENVELOPE
        return budget, [replace(item, below_line=alone[item.bid_id]) for item in equals]
    trial = budget.copy()
    for item in equals:
        bid = bids[item.bid_id]
        if trial.refusal(bid) is not None:
            budget.closed = BelowLine.TIE_ABOVE
            return budget, [
                replace(item, below_line=alone[item.bid_id] or BelowLine.TIED_AT_LINE) for item in equals
            ]
        trial.take(bid, bid.quote_fen or 0)
    return trial, [replace(item, proposed_fen=bids[item.bid_id].quote_fen) for item in equals]
