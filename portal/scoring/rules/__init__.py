"""Scoring and ranking as pure functions; ``docs/evaluation-record.md`` describes the arithmetic for outsiders."""

from portal.scoring.rules.aggregate import kept_marks
from portal.scoring.rules.cut import draw_line
from portal.scoring.rules.pace import minutes_left
from portal.scoring.rules.price import fact_marks, price_points
from portal.scoring.rules.ranking import rank
from portal.scoring.rules.record import evaluate, from_record, recompute, to_record
from portal.scoring.rules.scores import score_bids
from portal.scoring.rules.seeds import ROADSHOW, TIES, derived_seed, speaking_order
from portal.scoring.rules.sheets import (
    check_mark,
    check_sheet,
    deviation_share,
    deviations,
    missing_sheets,
    sheet_points,
    signing_days,
)
from portal.tenders.rules.facts import fact_source
from portal.tenders.rules.numbers import to_decimals
from portal.tenders.rules.scheme import check_scheme, check_seats, scheme_digest
from portal.tenders.rules.settings import scheme_of

__all__ = [
    "ROADSHOW",
    "TIES",
    "check_mark",
    "check_scheme",
    "check_seats",
    "check_sheet",
    "derived_seed",
    "deviation_share",
    "deviations",
    "draw_line",
    "evaluate",
    "fact_marks",
    "fact_source",
    "from_record",
    "kept_marks",
    "minutes_left",
    "missing_sheets",
    "price_points",
    "rank",
    "recompute",
    "scheme_digest",
    "scheme_of",
    "score_bids",
    "sheet_points",
    "signing_days",
    "speaking_order",
    "to_decimals",
    "to_record",
]
