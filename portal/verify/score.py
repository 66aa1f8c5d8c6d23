"""Recompute an evaluation record."""

from portal.core.proofs import parse
from portal.scoring.rules import from_record, recompute
from portal.verify.report import Report, spelling


def check(content: bytes) -> Report:
    """Recompute totals, parts, ranks and the line from the marks; raises ``Unreadable``."""
    record = parse(content)
    evaluation = from_record(record)
    valid = sum(bid.valid for bid in evaluation.bids)
    return Report(
        summary=(
            f"tender {evaluation.tender}, lot {evaluation.lot}, version {evaluation.version}: {valid} valid bids, "
            f"{len(evaluation.seats)} experts, {len(evaluation.sheets)} sheets; totals, parts and ranks recomputed."
        ),
        digest=record["digest"],
        differences=[*spelling(content, record), *recompute(record)],
        notes=[
            f"Record digest {record['digest']}: compare it with the result notice.",
            f"Scheme digest {record['scheme_digest']}: compare it with the call.",
        ],
    )
