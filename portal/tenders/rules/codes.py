"""Codes of criteria and budget heads: short names that stay when titles change."""

from dataclasses import replace

from portal.tenders.values import TenderDraft


def with_codes(values: TenderDraft) -> TenderDraft:
    """Give criteria and heads that have no code yet, or another's, codes that nobody has."""
    return replace(
        values,
        criteria=tuple(
            replace(c, code=code) for c, code in zip(values.criteria, _codes("c", [c.code for c in values.criteria]), strict=True)
        ),
        heads=tuple(replace(h, code=code) for h, code in zip(values.heads, _codes("h", [h.code for h in values.heads]), strict=True)),
    )  # fmt: skip


def _codes(letter: str, given: list[str]) -> list[str]:
    free = (f"{letter}{n}" for n in range(1, 1000) if f"{letter}{n}" not in given)
    taken: set[str] = set()
    found = []
    for code in given:
        code = next(free) if not code or code in taken else code
        taken.add(code)
        found.append(code)
    return found
