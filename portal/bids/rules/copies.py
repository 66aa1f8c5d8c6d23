"""The organisation's own data file: one JSON document, or an archive of it with all attachments."""

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

from portal.bids.rules.proposal import FILE_BYTES, FILES_AT_MOST
from portal.bids.values import ProposalContent
from portal.core.errors import Invalid, problem
from portal.core.text import N_

CONTENT_NAME = "proposal.json"
MOST_JSON = 4 * 1024 * 1024


def write_json(content: ProposalContent) -> bytes:
    """The content as a JSON document for people and programs."""
    return json.dumps(content.to_json(), ensure_ascii=False, indent=2).encode()


def write_archive(content: ProposalContent, attached: Mapping[str, bytes]) -> bytes:
    """The content with its attachments (bytes by part); a file's place in the archive is its part, never its name."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(CONTENT_NAME, write_json(content))
        for part, data in attached.items():
            archive.writestr(f"files/{part}", data)
    return target.getvalue()


def read_copy(data: bytes) -> tuple[ProposalContent, dict[str, bytes]]:
    """Content and attachments of a data file; raises ``Invalid`` at ``file`` for anything else, or for too much."""
    try:
        if data.startswith(b"PK"):
            return _read_archive(data)
        return _content(data), {}
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        RecursionError,
    ):
        message = N_(
            "This is no data file of a proposal. Choose the file that you downloaded after submitting."
        )
        raise Invalid(problem(message, field="file")) from None


def _read_archive(data: bytes) -> tuple[ProposalContent, dict[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if len(archive.infolist()) > FILES_AT_MOST + 1:
            raise ValueError("too many parts")
        content = _content(_part(archive, CONTENT_NAME, MOST_JSON))
        held = set(archive.namelist())
        return content, {
            item.part: _part(archive, f"files/{item.part}", FILE_BYTES)
            for item in content.attachments
            if f"files/{item.part}" in held
        }


def _part(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """One part, never more bytes of it than ``most``, whatever the archive says of its size."""
    with archive.open(name) as source:
        data = source.read(most + 1)
    if len(data) > most:
        raise ValueError("too large")
    return data


def _content(data: bytes) -> ProposalContent:
    if len(data) > MOST_JSON:
        raise ValueError("too large")
    found: Any = json.loads(data)
    if not isinstance(found, dict) or "title" not in found or "lines" not in found:
        raise ValueError("no proposal")
    return ProposalContent.from_json(found)
