"""What a check found, ready to be printed or handed on as JSON."""

from dataclasses import dataclass

from portal.core.proofs import Difference, JsonObject, canonical


@dataclass(frozen=True, slots=True)
class Report:
    """``summary`` says in a sentence what was checked, ``notes`` what the reader should compare elsewhere."""

    summary: str
    digest: str
    differences: list[Difference]
    notes: list[str]


def spelling(content: bytes, record: JsonObject) -> list[Difference]:
    """Published files have exactly one spelling, so that no byte can change unnoticed."""
    if content.removesuffix(b"\n") == canonical(record):
        return []
    return [Difference("file", "as read", "not in the canonical spelling in which records are published")]
