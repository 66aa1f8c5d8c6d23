"""Rules of proposals: what is missing, what arrives in time, and how content is sealed."""

from portal.bids.rules.proposal import (
    FILE_BYTES,
    FILES_AT_MOST,
    LINES_AT_MOST,
    MOST_CHARACTERS,
    OPENING_LIST_PUBLIC,
    SETTLING,
    STEP_OF,
    arrived_in_time,
    exact,
    late,
    missing_parts,
    opens_at,
    priced,
    profile_snapshot,
    start_problems,
    undeclared,
)  # fmt: skip
from portal.bids.rules.seal import (
    PIECE_BYTES,
    open_content,
    open_file,
    open_piece,
    page_part,
    receipt_number,
    seal_content,
    seal_file,
    seal_piece,
)

__all__ = [
    "FILES_AT_MOST", "FILE_BYTES", "LINES_AT_MOST", "MOST_CHARACTERS", "OPENING_LIST_PUBLIC", "PIECE_BYTES", "SETTLING", "STEP_OF", "arrived_in_time",
    "exact", "late", "missing_parts", "open_content", "open_file", "open_piece", "opens_at", "page_part", "priced", "profile_snapshot",
    "receipt_number", "seal_content", "seal_file", "seal_piece", "start_problems", "undeclared",
]  # fmt: skip
