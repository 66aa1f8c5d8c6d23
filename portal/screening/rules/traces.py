"""Traces: the same picture, the same file, documents made by the same hand or machine."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from portal.screening.values import Document, Finding, Kind, Pair, Passage, Picture, Subject

SIDE = 64
_MOST_APART = 26
_MEAN_APART = 3
_LEAST_CONTRAST = 12
_NOBODY = frozenset({
    "", "admin", "administrator", "user", "users", "owner", "author", "unknown", "pc", "lenovo", "dell", "hp", "asus", "acer",
    "microsoft", "windows", "windows user", "微软用户", "微软中国", "用户", "作者", "未知",
})  # fmt: skip
"""Author names that come with the computer and say nothing about a person."""

_Found = dict[tuple[str, str], list[Pair]]


def same_pictures(subjects: Sequence[Subject]) -> list[Finding]:
    """Pictures that are the same to the eye, whatever their size, format or quality; pages with little on them are left out."""
    owners = [
        (_mean(picture.grey), subject, picture)
        for subject in subjects
        for picture in subject.pictures
        if _contrast(picture.grey) >= _LEAST_CONTRAST
    ]
    owners.sort(key=lambda item: (item[0], item[1].key, item[2].place))
    means = [mean for mean, _subject, _picture in owners]
    found: _Found = defaultdict(list)
    for number, (mean, subject, picture) in enumerate(owners):
        for _near, other, second in owners[number + 1 : bisect_right(means, mean + _MEAN_APART)]:
            same_file = bool(picture.file) and picture.file == second.file  # told as a file, not page by page
            if subject.party != other.party and not same_file and _same_grey(picture.grey, second.grey):
                _note(found, subject, other, picture, second)
    return _findings(Kind.IMAGE, found)


def same_documents(subjects: Sequence[Subject]) -> list[Finding]:
    """Files with the same bytes; documents with the same author, the same identity, or made in the same second."""
    files: _Found = defaultdict(list)
    traces: _Found = defaultdict(list)
    for one, other in combinations(subjects, 2):
        if one.party == other.party:
            continue
        for left in one.documents:
            for right in other.documents:
                if left.sha256 == right.sha256:
                    files[one.key, other.key].append(Pair(Passage(left.place, ""), Passage(right.place, "")))
                elif shared := list(_shared(left, right)):
                    said = " · ".join(shared)
                    traces[one.key, other.key].append(
                        Pair(Passage(left.place, said), Passage(right.place, said))
                    )
    return [*_findings(Kind.FILE, files), *_findings(Kind.METADATA, traces)]


def _shared(left: Document, right: Document) -> Iterator[str]:
    if left.author == right.author and left.author.strip().lower() not in _NOBODY:
        yield left.author
    if left.identity and left.identity == right.identity:
        yield left.identity
    if left.created and left.created == right.created:
        yield " ".join(part for part in (left.created, left.software) if part)


def _same_grey(left: bytes, right: bytes) -> bool:
    """Whether two grey pictures differ by no more than another size, format or quality makes them differ."""
    total = 0
    for start in range(0, len(left), SIDE):
        row = [
            abs(a - b) for a, b in zip(left[start : start + SIDE], right[start : start + SIDE], strict=True)
        ]
        total += sum(row)
        if max(row) > _MOST_APART or total > _MEAN_APART * len(left):
            return False
    return True


def _mean(grey: bytes) -> float:
    return sum(grey) / max(1, len(grey))


def _contrast(grey: bytes) -> float:
    mean = _mean(grey)
    return float((sum((value - mean) ** 2 for value in grey) / max(1, len(grey))) ** 0.5)


def _note(found: _Found, one: Subject, other: Subject, left: Picture, right: Picture) -> None:
    sides = [(one, left), (other, right)]
    if one.key > other.key:
        sides.reverse()
    (first, at_first), (second, at_second) = sides
    found[first.key, second.key].append(Pair(Passage(at_first.place, ""), Passage(at_second.place, "")))


def _findings(kind: Kind, found: _Found) -> list[Finding]:
    return [Finding(kind, one, other, 10_000, tuple(pairs)) for (one, other), pairs in sorted(found.items())]
