"""Seeds for what is decided by lot later, derived from the draw of the panel, so that nobody can choose them."""

from collections.abc import Iterable

from portal.core.proofs import digest
from portal.panels.rules.draw import shuffle

TIES, ROADSHOW = "venture-portal/ties/1", "venture-portal/roadshow/1"


def derived_seed(tag: str, tender: str, lot: str, panel_seed: str) -> str:
    """SHA-256 (hex) over the canonical list of purpose, call, lot and the seed of the draw of the panel.

    That seed was made from three witnesses' strings when the proposals were known and no mark was given: it can
    favour nobody, and whoever repeats the draw of the panel can repeat this one.
    """
    return digest([tag, tender, lot, panel_seed])


def speaking_order(seed: str, bid_ids: Iterable[str]) -> list[str]:
    """The bids, sorted by id, in the order that ``seed`` (64 hexadecimal digits) gives."""
    return shuffle(bytes.fromhex(seed), sorted(bid_ids))
