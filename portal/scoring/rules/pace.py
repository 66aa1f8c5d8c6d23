"""How long the rest of an evening's scoring takes, measured on what the expert has done so far."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from math import ceil
from statistics import median

ENOUGH = 3
BREAK = timedelta(minutes=45)


def minutes_left(locked_at: Iterable[datetime], open_sheets: int) -> int | None:
    """Minutes for the sheets still open at the median time between two locks; ``None`` when too little is measured.

    A gap of 45 minutes or more is a break and counts as no work; fewer than three gaps say nothing.
    """
    instants = sorted(locked_at)
    gaps = [
        later - earlier
        for earlier, later in zip(instants, instants[1:], strict=False)
        if later - earlier < BREAK
    ]
    if len(gaps) < ENOUGH or not open_sheets:
        return None
    return ceil(median(gap.total_seconds() for gap in gaps) * open_sheets / 60)
