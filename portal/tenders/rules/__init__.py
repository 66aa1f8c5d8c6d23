"""Pure rules of calls: what a lawful call is, and where a published one stands."""

from portal.tenders.rules.stages import Call, is_open, stage
from portal.tenders.rules.whole import (
    changed_sections,
    check_seal,
    check_tender,
    checklist,
    missing,
    section_of,
)

__all__ = [
    "Call", "changed_sections", "check_seal", "check_tender", "checklist", "is_open", "missing", "section_of", "stage",
]  # fmt: skip
