"""What a document says about how it was made."""

import io

import pytest
from pypdf import PdfWriter

from portal.core import traces


def document(**facts: str) -> bytes:
    writer, target = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.add_metadata({f"/{name}": value for name, value in facts.items()})
    writer.write(target)
    return target.getvalue()


def test_author_program_and_time_are_read() -> None:
    made = document(
        Author=" 王小明 ", Creator="WPS 文字", Producer="WPS", CreationDate="D:20260201101112+08'00'"
    )
    assert traces.of_document(made, "application/pdf") == traces.Traces(
        "王小明", "WPS 文字 · WPS", "2026-02-01 10:11:12"
    )


@pytest.mark.parametrize(
    "written", [b"<xmpMM:DocumentID>uuid:1234-5678</x>", b'xmpMM:OriginalDocumentID="uuid:1234-5678"']
)
def test_the_identity_that_copies_keep_is_read(written: bytes) -> None:
    assert (
        traces.of_document(document().replace(b"\n", b"\n%" + written + b"\n", 1), "application/pdf").identity
        == "uuid:1234-5678"
    )


@pytest.mark.parametrize(
    ("content", "media_type"), [(b"%PDF-1.7 broken", "application/pdf"), (b"\xff\xd8", "image/jpeg")]
)
def test_a_silent_or_broken_file_has_none(content: bytes, media_type: str) -> None:
    assert traces.of_document(content, media_type) == traces.Traces()
