"""Which declared facts an objective criterion can be computed from."""

from collections.abc import Mapping
from typing import Any

from portal.core.questions import QuestionForm, QuestionKind
from portal.core.text import N_
from portal.tenders.values.scheme import FactMethod, FactRule

ANSWER, PARTY = "answer", "party"
PARTY_FACTS = {
    "staff": N_("Full-time staff of the organisation"),
    "social_workers": N_("Certified social workers of the organisation"),
    "volunteers": N_("Volunteers of the organisation"),
}
METHODS = (FactMethod.HIGHEST_BEST, FactMethod.LOWEST_BEST)


def fact_sources(form: QuestionForm) -> dict[str, str]:
    """What can be computed with, as ``answer:code`` or ``party:fact``, with its name: numbers of the form, then facts."""
    numbers = {
        f"{ANSWER}:{question.code}": question.label
        for question in form.questions
        if question.kind is QuestionKind.NUMBER
    }
    return numbers | {f"{PARTY}:{name}": label for name, label in PARTY_FACTS.items()}


def fact_rule(settings: Mapping[str, Any], code: str) -> FactRule | None:
    """How a criterion is computed, as the settings of the call say; ``None`` where somebody decides the value."""
    found = settings.get("facts", {}).get(code)
    return FactRule(FactMethod(found["method"])) if found else None


def fact_source(settings: Mapping[str, Any], code: str) -> tuple[str, str] | None:
    """Where the value of a computed criterion comes from: ``("answer", code)`` or ``("party", fact)``."""
    found = settings.get("facts", {}).get(code)
    if not found:
        return None
    kind, _, name = found["source"].partition(":")
    return kind, name
