"""Similar passages: an index of five-sign shingles over the sentences of all proposals.

A sentence counts as found again when most of its shingles stand in one sentence of another proposal. So neither the
order of sentences nor changed names hide a copy. Sentences of the call itself, and those that most
proposals share, are left out.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from portal.screening.values import Finding, Kind, Pair, Passage, Subject

SHINGLE = 5
SHORTEST = 14
"""Signs, without punctuation, below which a sentence says too little to be compared."""

ALIKE_PERCENT = 60
"""Share of the shingles of the shorter sentence that must stand in the other one."""

OWN_PERCENT = 50
"""Share of a sentence's shingles in the call's own words from which on it is one of theirs."""

LEAST_SIGNS = 40
"""Signs in similar sentences from which on two proposals are a finding."""

PAIRS_KEPT = 40
MANY = 10
"""Proposals from which on a sentence that more than half of them share is left out as common."""

_MOST_PLACES = 150
_SENTENCE = re.compile(r"[^。！？!?；;\n]+")
_LONGEST = 120
_CLAUSE = re.compile(r"[^，,、]+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of one proposal: as written, and its shingles."""

    subject: int
    passage: Passage
    size: int
    shingles: frozenset[str]


def similar_texts(
    subjects: Sequence[Subject], own_words: Iterable[str] = ()
) -> tuple[list[Finding], tuple[str, ...]]:
    """The pairs with similar passages, and the sentences left out because more than half share them.

    A finding's ``share`` is how much of the shorter proposal stands in similar sentences, in basis points.
    """
    own = {shingle for text in own_words for shingle in shingles(plain(text))}
    read = [s for n, subject in enumerate(subjects) for s in _sentences(n, subject) if not _repeats(s, own)]
    partners = _partners(subjects, read)
    common = _common(subjects, read, partners)
    sizes = Counter[int]()
    for number, sentence in enumerate(read):
        sizes[sentence.subject] += 0 if number in common else sentence.size
    kept: dict[tuple[int, int], list[tuple[int, int, int]]] = defaultdict(list)
    for (left, right), shared in partners.items():
        if left not in common and right not in common:
            kept[read[left].subject, read[right].subject].append((shared, left, right))
    findings = [
        finding
        for (one, other), found in sorted(kept.items())
        if (
            finding := _finding(
                subjects[one].key, subjects[other].key, found, read, min(sizes[one], sizes[other])
            )
        )
    ]
    return findings, _samples(read, common)


def plain(text: str) -> str:
    """Letters, digits and Chinese signs only, full-width ones as plain ones, lower case."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())


def shingles(text: str) -> Iterator[str]:
    """Every five signs in a row; a shorter text has none."""
    return (text[i : i + SHINGLE] for i in range(len(text) - SHINGLE + 1))


def _sentences(number: int, subject: Subject) -> Iterator[Sentence]:
    for passage in subject.texts:
        for written in _split(passage.text):
            signs = plain(written)
            if len(signs) >= SHORTEST:
                yield Sentence(
                    number, Passage(passage.place, written), len(signs), frozenset(shingles(signs))
                )


def _split(text: str) -> Iterator[str]:
    """Sentences; one that never ends is cut at its commas, so that it can be shown beside another."""
    for found in _SENTENCE.finditer(text):
        sentence = found.group().strip()
        if len(sentence) <= _LONGEST:
            yield sentence
            continue
        clause = ""
        for part in _CLAUSE.findall(sentence):
            clause = f"{clause}，{part}" if clause else part
            if len(clause) >= _LONGEST // 2:
                yield clause
                clause = ""
        yield clause


def _repeats(sentence: Sentence, own: set[str]) -> bool:
    return 100 * len(sentence.shingles & own) >= OWN_PERCENT * len(sentence.shingles)


def _partners(subjects: Sequence[Subject], read: Sequence[Sentence]) -> dict[tuple[int, int], int]:
    """The pairs of similar sentences of different organisations, with how many shingles they share."""
    places: dict[str, list[int]] = defaultdict(list)
    for number, sentence in enumerate(read):
        for shingle in sentence.shingles:
            places[shingle].append(number)
    shared: Counter[tuple[int, int]] = Counter()
    for found in places.values():
        if 1 < len(found) <= _MOST_PLACES:
            shared.update(
                (left, right)
                for i, left in enumerate(found)
                for right in found[i + 1 :]
                if subjects[read[left].subject].party != subjects[read[right].subject].party
            )
    return {
        (left, right): count
        for (left, right), count in shared.items()
        if 100 * count >= ALIKE_PERCENT * min(len(read[left].shingles), len(read[right].shingles))
    }


def _common(
    subjects: Sequence[Subject], read: Sequence[Sentence], partners: Iterable[tuple[int, int]]
) -> set[int]:
    """The sentences that more than half of the organisations share, if there are enough of them to tell."""
    parties = {subject.party for subject in subjects}
    if len(parties) < MANY:
        return set()
    seen: dict[int, set[str]] = defaultdict(set)
    for left, right in partners:
        seen[left].add(subjects[read[right].subject].party)
        seen[right].add(subjects[read[left].subject].party)
    return {number for number, others in seen.items() if 2 * (len(others) + 1) > len(parties)}


def _finding(
    one: str, other: str, found: list[tuple[int, int, int]], read: Sequence[Sentence], size: int
) -> Finding | None:
    """The pairs of two proposals, each sentence with its best partner, the longest first."""
    used: set[int] = set()
    pairs: list[tuple[int, int]] = []
    for _shared, left, right in sorted(found, key=lambda item: (-item[0], item[1], item[2])):
        if not used & {left, right}:
            used |= {left, right}
            pairs.append((left, right))
    signs = sum(min(read[left].size, read[right].size) for left, right in pairs)
    if signs < LEAST_SIGNS:
        return None
    shown = [Pair(read[left].passage, read[right].passage) for left, right in pairs[:PAIRS_KEPT]]
    return Finding(
        Kind.TEXT,
        one,
        other,
        min(10_000, 10_000 * signs // max(1, size)),
        tuple(shown),
        len(pairs) - len(shown),
    )


def _samples(read: Sequence[Sentence], common: set[int]) -> tuple[str, ...]:
    """The common sentences, each once."""
    return tuple(sorted({read[number].passage.text for number in common}))[:PAIRS_KEPT]
