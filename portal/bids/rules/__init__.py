"""Rules of proposals: what is missing, what arrives in time, and how content is sealed."""

from portal.bids.rules.budget import COLUMNS, read_lines
from portal.bids.rules.copies import read_copy, write_archive, write_json
from portal.bids.rules.governing import unaccepted
from portal.bids.rules.limits import LIMITS, over_limits
from portal.bids.rules.partners import (
    AGREEMENT_HELP,
    AGREEMENT_TITLE,
    PARTNERS_AT_MOST,
    changed,
    free,
    unconfirmed,
    with_agreement,
)
from portal.bids.rules.proposal import (
    FILE_BYTES,
    FILES_AT_MOST,
    LINES_AT_MOST,
    SETTLING,
    Answered,
    arrived_in_time,
    exact,
    kind_for,
    late,
    missing_parts,
    opening_list_public,
    opens_at,
    over_caps,
    priced,
    profile_snapshot,
    readable,
    revision,
    start_problems,
    undeclared,
)  # fmt: skip
from portal.bids.rules.seal import (
    PIECE_BYTES,
    code_digest,
    link_code,
    open_content,
    open_file,
    open_note,
    open_piece,
    page_part,
    receipt_number,
    seal_content,
    seal_file,
    seal_note,
    seal_piece,
    version_code,
)

__all__ = [
    "AGREEMENT_HELP", "AGREEMENT_TITLE", "PARTNERS_AT_MOST", "changed", "free", "unconfirmed", "with_agreement",
    "Answered", "COLUMNS", "FILES_AT_MOST", "FILE_BYTES", "LIMITS", "LINES_AT_MOST",
    "PIECE_BYTES", "SETTLING", "arrived_in_time", "code_digest", "link_code", "exact", "kind_for", "late", "missing_parts",
    "open_content", "open_file", "open_note", "open_piece", "opening_list_public", "opens_at", "over_caps", "over_limits", "page_part", "priced",
    "profile_snapshot", "read_copy", "read_lines", "readable", "receipt_number", "revision", "seal_content",
    "seal_file", "seal_note", "seal_piece", "start_problems", "unaccepted", "undeclared", "version_code", "write_archive", "write_json",
]  # fmt: skip
