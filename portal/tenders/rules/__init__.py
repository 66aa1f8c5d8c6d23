"""Pure rules of calls: what a lawful call is, and where a published one stands."""

from portal.tenders.rules.codes import with_codes
from portal.tenders.rules.conditions import check, sentences, usual_conditions
from portal.tenders.rules.facts import METHODS, fact_rule, fact_source, fact_sources
from portal.tenders.rules.form import KEPT, form_problems, usual_form, with_redacted_paper
from portal.tenders.rules.instalments import check_instalments, requirement_in_words, usual_funding
from portal.tenders.rules.periods import dates, earliest_deadline, unannounced
from portal.tenders.rules.scheme import check_scheme, check_seats, scheme_digest
from portal.tenders.rules.settings import scheme_of
from portal.tenders.rules.stages import Call, is_open, stage
from portal.tenders.rules.templates import from_template, to_template, undated
from portal.tenders.rules.whole import (
    changed_sections,
    check_seal,
    check_tender,
    checklist,
    missing,
    section_of,
)
from portal.tenders.rules.words import in_words

__all__ = [
    "Call", "KEPT", "changed_sections", "check", "check_instalments", "check_scheme", "check_seal", "check_seats", "check_tender", "checklist", "dates", "earliest_deadline",
    "METHODS", "fact_rule", "fact_source", "fact_sources", "form_problems", "from_template", "in_words", "is_open", "missing", "requirement_in_words", "scheme_digest", "scheme_of", "section_of", "sentences", "stage",
    "to_template", "unannounced", "undated", "usual_conditions", "usual_form", "usual_funding", "with_codes", "with_redacted_paper",
]  # fmt: skip
