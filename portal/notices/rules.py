"""Pure rules of notices: what a published paper is made of, and its digest."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import rfc8785

from portal.core.errors import Problem, problem
from portal.core.text import N_

Block = dict[str, Any]


def check_content(content: Sequence[Block]) -> list[Problem]:
    """Problems of the blocks of a notice: each is one heading, one text, or one table of strings."""
    if not content:
        return [problem(N_("A notice needs a text."))]
    return [
        problem(N_("Part %(n)d of the notice is neither heading, text nor table."), n=n)
        for n, block in enumerate(content, start=1)
        if not _is_block(block)
    ]


def texts(content: Sequence[Block]) -> list[str]:
    """Everything that the blocks say, in order, for the full-text search."""
    found: list[str] = []
    for block in content:
        match block:
            case {"table": {"head": list(head), "rows": list(rows)}}:
                found += [*head, *(cell for row in rows for cell in row)]
            case {"heading": str(words)} | {"text": str(words)}:
                found.append(words)
    return found


def _is_block(block: Block) -> bool:
    match block:
        case {"heading": str()} | {"text": str()}:
            return len(block) == 1
        case {"table": {"head": list(head), "rows": list(rows)}}:
            cells = [*head, *(cell for row in rows for cell in row)]
            return (
                len(block) == 1
                and all(isinstance(cell, str) for cell in cells)
                and all(len(row) == len(head) for row in rows)
            )
        case _:
            return False


def digest(
    *, number: str, kind: str, title: str, content: Sequence[Block], published_at: datetime,
    first_day: date | None, last_day: date | None,
) -> str:  # fmt: skip
    """SHA-256 (hex) over the canonical JSON (RFC 8785) of everything a reader sees."""
    body = {
        "number": number,
        "kind": kind,
        "title": title,
        "content": list(content),
        "published_at": published_at.astimezone(UTC).isoformat(timespec="seconds"),
        "first_day": first_day.isoformat() if first_day else None,
        "last_day": last_day.isoformat() if last_day else None,
    }
    return hashlib.sha256(rfc8785.dumps(body)).hexdigest()
