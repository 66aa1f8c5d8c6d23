"""Rules of the screening: pure comparisons that find evidence and draw no conclusion."""

from collections.abc import Iterable, Sequence

from portal.screening.rules.facts import same_facts
from portal.screening.rules.figures import price_patterns, same_lines
from portal.screening.rules.reading import names_in, phones_in
from portal.screening.rules.text import similar_texts
from portal.screening.rules.traces import same_documents, same_pictures
from portal.screening.values import Comparison, Subject

__all__ = [
    "compare", "names_in", "phones_in", "price_patterns", "same_documents", "same_facts", "same_lines",
    "same_pictures", "similar_texts",
]  # fmt: skip


def compare(subjects: Sequence[Subject], own_words: Iterable[str] = ()) -> Comparison:
    """Compare every two proposals of different organisations in every way.

    ``own_words`` are the call's texts, the form's labels and templates: what proposals repeat from them is left out.
    The result does not depend on the order of ``subjects``.
    """
    ordered = sorted(subjects, key=lambda subject: subject.key)
    words = tuple(own_words)
    texts, common = similar_texts(ordered, words)
    found = [
        *texts, *same_lines(ordered, words), *price_patterns(ordered), *same_pictures(ordered), *same_documents(ordered),
        *same_facts(ordered, words),
    ]  # fmt: skip
    return Comparison(tuple(found), common)
