"""Rules of proposals: what is missing, what arrives in time, and how content is sealed."""

from portal.bids.rules.budget import COLUMNS, read_lines
from portal.bids.rules.copies import read_copy, write_archive, write_json
from portal.bids.rules.proposal import (
    FILE_BYTES,
    FILES_AT_MOST,
    LINES_AT_MOST,
    OPENING_LIST_PUBLIC,
    SETTLING,
    Answered,
    arrived_in_time,
    exact,
    kind_for,
    late,
    missing_parts,
    opens_at,
    priced,
    profile_snapshot,
    readable,
    revision,
    start_problems,
    undeclared,
)  # fmt: skip
from portal.bids.rules.seal import (
    open_content,
    open_file,
    open_note,
    receipt_number,
    seal_content,
    seal_file,
    seal_note,
    version_code,
)

__all__ = [
    "version_code",
    "read_copy", "write_archive", "write_json",
    "open_note", "seal_note",
    "COLUMNS", "read_lines",
    "FILES_AT_MOST", "FILE_BYTES", "LINES_AT_MOST", "OPENING_LIST_PUBLIC", "SETTLING", "Answered", "arrived_in_time",
    "exact", "late", "missing_parts", "open_content", "open_file", "opens_at", "priced", "profile_snapshot", "kind_for", "readable", "revision",
    "receipt_number", "seal_content", "seal_file", "start_problems", "undeclared",
]  # fmt: skip
