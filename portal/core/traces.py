"""What a document says about how it was made. Pictures say nothing: they were written anew when they came."""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from portal.core.uploads import FileKind

_DATE = re.compile(r"D?:?(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})")
_IDENTITY = re.compile(rb"(?:Original)?DocumentID(?:>|=\")((?:uuid|xmp\.did|adobe:docid):[^<\"]{8,80})")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Traces:
    """Author, programs, time of making and the identity that copies of a document keep; empty when it is silent."""

    author: str = ""
    software: str = ""
    created: str = ""
    identity: str = ""


def of_document(content: bytes, media_type: str) -> Traces:
    """Read the traces of a PDF; never raises for what is in it."""
    if media_type != FileKind.PDF.media_type:
        return Traces()
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        known: Mapping[str, object] = reader.metadata or {}
        facts = {
            name: str(known.get(name, "")).strip()[:_LONGEST]
            for name in ("/Author", "/Creator", "/Producer", "/CreationDate")
        }
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        return Traces()
    found = _IDENTITY.search(content)
    identity = found[1].decode("ascii", "replace") if found else ""
    software = " · ".join(dict.fromkeys(part for part in (facts["/Creator"], facts["/Producer"]) if part))
    return Traces(facts["/Author"], software, _instant(facts["/CreationDate"]), identity)


def _instant(written: str) -> str:
    found = _DATE.match(written)
    return "{}-{}-{} {}:{}:{}".format(*found.groups()) if found else ""
