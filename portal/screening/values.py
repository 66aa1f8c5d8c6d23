"""Plain values of the screening."""

from dataclasses import dataclass
from typing import Any, Self

from portal.core.enums import Labelled
from portal.core.text import N_


class Kind(Labelled):
    """What two proposals have in common; the order is that of the list."""

    TEXT = "text", N_("Similar passages"), "warn"
    LINES = "lines", N_("Same budget lines"), "warn"
    PRICES = "prices", N_("Prices in a pattern"), "warn"
    IMAGE = "image", N_("Same picture"), "warn"
    FILE = "file", N_("Same file"), "warn"
    METADATA = "metadata", N_("Traces in documents"), "warn"
    PERSON = "person", N_("Same name in both teams"), "warn"
    REPRESENTATIVE = "representative", N_("Same legal representative"), "warn"
    CONTACT = "contact", N_("Same contact person"), "warn"
    PHONE = "phone", N_("Same telephone number"), "warn"
    EMAIL = "email", N_("Same e-mail address"), "warn"
    ADDRESS = "address", N_("Same or nearly the same address"), "warn"
    BANK = "bank", N_("Same bank account"), "warn"


class Review(Labelled):
    """What the officer noted beside a finding; none of it changes a proposal."""

    OPEN = "open", N_("Not looked at yet"), "progress"
    SEEN = "seen", N_("Seen, no concern"), "neutral"
    RAISED = "raised", N_("Raised to the panel"), "warn"


@dataclass(frozen=True, slots=True)
class Passage:
    """Words and where they stand; ``place`` is the code of a text, the name of a file, or a message id."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A budget line, money in fen."""

    content: str
    unit: str
    unit_price: int
    quantity: int
    amount: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture or page as 64 × 64 grey values, and the SHA-256 of the file it comes from."""

    place: str
    grey: bytes
    file: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """What a file says about how it was made; ``sha256`` is that of its bytes. Empty means: it does not say."""

    place: str
    sha256: str
    author: str = ""
    software: str = ""
    created: str = ""
    identity: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """All of a proposal that is compared. Two of the same ``party`` are never compared. ``quote`` in fen."""

    key: str
    party: str
    lot: str
    quote: int = 0
    texts: tuple[Passage, ...] = ()
    lines: tuple[Line, ...] = ()
    pictures: tuple[Picture, ...] = ()
    documents: tuple[Document, ...] = ()
    people: tuple[str, ...] = ()
    representative: str = ""
    contact: str = ""
    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    address: str = ""
    bank_account: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """Evidence side by side."""

    one: Passage
    other: Passage


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that two proposals have in common. ``share`` is its extent in basis points, 10,000 for a plain fact.

    ``more`` counts the pairs beyond those kept as evidence.
    """

    kind: Kind
    one: str
    other: str
    share: int
    pairs: tuple[Pair, ...]
    more: int = 0

    def evidence(self) -> dict[str, Any]:
        """The pairs as plain JSON."""
        rows = [[[p.one.place, p.one.text], [p.other.place, p.other.text]] for p in self.pairs]
        return {"pairs": rows, "more": self.more}


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence of a stored finding."""

    pairs: tuple[Pair, ...]
    more: int

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """What ``Finding.evidence`` wrote."""
        pairs = tuple(Pair(Passage(*one), Passage(*other)) for one, other in data["pairs"])
        return cls(pairs, int(data["more"]))


@dataclass(frozen=True, slots=True)
class Comparison:
    """All findings of a call, and the sentences that were left out because most proposals share them."""

    findings: tuple[Finding, ...]
    common: tuple[str, ...] = ()


PLACES = {
    "budget": N_("Budget"), "quote": N_("Quote"), "profile": N_("Organisation"), "team": N_("Team"), "title": N_("Name of the project"),
}  # fmt: skip
"""Words for the places of evidence that are codes; all others are names of files or questions."""
