"""Pure rules of calls: what a lawful call is, and where a published one stands."""

from portal.tenders.rules.form import KEPT, form_problems, usual_form
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
    "KEPT", "Call", "form_problems", "usual_form", "changed_sections", "check_seal", "check_tender", "checklist", "is_open", "missing", "section_of", "stage",
]  # fmt: skip
