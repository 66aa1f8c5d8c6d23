"""What an uploaded file really is, decided by its content and told in words that help.

Pure checks on bytes: nothing is stored and nothing is trusted, neither the name nor the type that a browser
declares. Images are kept only after ``strip_image`` has written them anew.
"""

import hashlib
import io
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath

import puremagic
from PIL import Image, ImageFile, ImageOps
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, PdfObject

from portal.core.enums import Labelled
from portal.core.errors import Invalid, problem
from portal.core.text import N_

MAX_PIXELS = 51_000_000
"""A 50-megapixel phone photo passes; more would fill the memory that a request may use."""

_NAME_LENGTH = 120
_SUFFIX_LENGTH = 10
_EOF_WITHIN = 1024
_WEB_PAGE = (b"<html", b"<script", b"<!doctype", b"<svg", b"<?php")
_PAGES_LOOKED_AT = 2000
_MARKS_LOOKED_AT = 20_000
_ARCHIVE_OR_OFFICE = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe")
_APPLE_PHOTO = (".heic", ".heif", ".heics", ".avif")


class FileKind(Labelled):
    """The kinds of files that people may upload."""

    PDF = "pdf", N_("PDF document")
    JPEG = "jpeg", N_("JPEG photo")
    PNG = "png", N_("PNG picture")

    @property
    def media_type(self) -> str:
        """The type to send in ``Content-Type``."""
        return "application/pdf" if self is FileKind.PDF else f"image/{self.value}"

    @property
    def suffixes(self) -> tuple[str, ...]:
        """The name endings that agree with the content, the usual one first."""
        return (".jpg", ".jpeg") if self is FileKind.JPEG else (f".{self.value}",)


ALL_KINDS = frozenset(FileKind)

_MAGIC = {FileKind.PDF: b"%PDF-", FileKind.JPEG: b"\xff\xd8\xff", FileKind.PNG: b"\x89PNG\r\n\x1a\n"}


@dataclass(frozen=True, slots=True)
class UploadFacts:
    """What was found out about an upload; ``name`` is a cleaned label, never a path."""

    kind: FileKind
    name: str
    size: int
    sha256: str


_scanner: Callable[[bytes], bool] = lambda _content: True  # noqa: E731 - set at start by core.viruses


def set_scanner(scanner: Callable[[bytes], bool]) -> None:
    """Let ``scanner`` say of every upload whether it is clean, after all other checks."""
    global _scanner
    _scanner = scanner


def check_upload(
    content: bytes, declared_name: str, *, allowed: Set[FileKind] = ALL_KINDS, max_bytes: int
) -> UploadFacts:
    """Accept ``content`` or raise ``Invalid`` with one sentence that says what to do.

    Checked in this order: empty, too large (``max_bytes``), kind by content, kind allowed here, name ending
    agrees, second file hidden inside, structure of the PDF or image, and last the virus scanner, if one is set.
    """
    if not content:
        raise _refused(N_("The file is empty. Please choose it again."))
    if len(content) > max_bytes:
        megabytes = max(1, max_bytes // 1024**2)
        raise _refused(N_("The file is too large. At most %(limit)s MB are possible."), limit=megabytes)
    name = clean_name(declared_name)
    kind = _kind_of(content)
    if kind not in allowed:
        raise _refused(N_("This kind of file is not accepted here. Please choose another one."))
    if PurePosixPath(name).suffix.lower() not in kind.suffixes:
        message = N_("The name of this file does not fit its content. Please let it end in %(suffix)s.")
        raise _refused(message, suffix=kind.suffixes[0])
    _refuse_second_file(content, kind)
    if kind is FileKind.PDF:
        _check_pdf(content)
    else:
        with _opened_image(content) as image:
            image.load()
    if not _scanner(content):
        raise _refused(N_("The virus scanner found something in this file. It was not kept."))
    return UploadFacts(kind, name, len(content), hashlib.sha256(content).hexdigest())


def strip_image(content: bytes) -> bytes:
    """Write a JPEG or PNG anew without place, device, comments or anything appended; it stays upright.

    The turn that a phone notes beside the picture is carried out; of several frames the first is kept. Raises
    ``Invalid`` when the picture cannot be read.
    """
    with _opened_image(content) as image:
        lossy = image.format != "PNG"
        upright = ImageOps.exif_transpose(image)
        upright.info = {k: v for k, v in upright.info.items() if k == "transparency"}
        target = io.BytesIO()
        if lossy:
            upright.convert("RGB").save(target, "JPEG", quality=90)
        else:
            upright.save(target, "PNG")
    return target.getvalue()


def clean_name(name: str) -> str:
    """Make a label of a file name: no folders, no control or direction signs, 120 signs with its ending."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C")
    label = " ".join(shown.split()).lstrip(".") or "file"
    suffix = PurePosixPath(label).suffix[:_SUFFIX_LENGTH]
    return label if len(label) <= _NAME_LENGTH else label[: _NAME_LENGTH - len(suffix)] + suffix


def _kind_of(content: bytes) -> FileKind:
    for kind, magic in _MAGIC.items():
        if content.startswith(magic):
            return kind
    raise _refused(_advice(content))


def _advice(content: bytes) -> str:
    """Tell what to do with a file of a kind that nobody may upload."""
    if content.startswith(_PROGRAMS):
        return N_("This is a program, not a document. Programs are not accepted.")
    if _has_macros(content):
        return N_(
            "This file contains macros, which are programs. Please save the document as PDF and upload the PDF."
        )
    if content.startswith(_OLD_OFFICE) or _is_office(content):
        return N_("This is a Word, Excel or WPS file. Please save the document as PDF and upload the PDF.")
    if content.startswith(_ARCHIVE_OR_OFFICE):
        return N_("This is an archive. Please unpack it and upload the files one by one.")
    if _guess(content).endswith(_APPLE_PHOTO):
        return N_("The phone saved this photo as HEIC. Please save it as JPEG and upload it again.")
    return N_("This file is neither PDF nor JPEG nor PNG. Please save the document as PDF.")


def _is_office(content: bytes) -> bool:
    return content.startswith(_ARCHIVE_OR_OFFICE) and b"[Content_Types].xml" in content


def _has_macros(content: bytes) -> bool:
    """Whether an Office file carries macros; the names of its parts stand in the clear, nothing is unpacked."""
    new = _is_office(content) and b"vbaProject.bin" in content
    old = content.startswith(_OLD_OFFICE) and "_VBA_PROJECT".encode("utf-16-le") in content
    return new or old


def _guess(content: bytes) -> str:
    try:
        return puremagic.from_string(content[:4096])
    except puremagic.PureError:
        return ""


def _refuse_second_file(content: bytes, kind: FileKind) -> None:
    """Refuse files that are two things at once, which only somebody with a purpose makes."""
    head = content[:_EOF_WITHIN].lower()
    hidden_page = any(mark in head for mark in _WEB_PAGE)
    hidden_pdf = kind is not FileKind.PDF and b"%pdf-" in head
    if hidden_page or hidden_pdf or zipfile.is_zipfile(io.BytesIO(content)):
        raise _refused(
            N_("This file contains a second one of another kind. Please save or scan the document anew.")
        )


def _check_pdf(content: bytes) -> None:
    broken = N_("The PDF is damaged or incomplete. Please save the document as PDF again.")
    if b"%%EOF" not in content[-_EOF_WITHIN:]:
        raise _refused(broken)
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise _refused(N_("The PDF is protected by a password. Please save it without one."))
        pages, acts = len(reader.pages), _acts_by_itself(reader)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        raise _refused(broken) from None
    if not pages:
        raise _refused(broken)
    if "/JavaScript" in acts:
        raise _refused(
            N_(
                "The PDF contains a script (JavaScript). Please print the document to PDF and upload that one."
            )
        )
    if acts:
        raise _refused(
            N_(
                "The PDF starts a program when it is opened. Please print the document to PDF and upload that one."
            )
        )


def _acts_by_itself(reader: PdfReader) -> set[str]:
    """What the PDF would run by itself: ``/JavaScript``, ``/Launch``; attachments, as e-invoices have, are fine."""
    root = reader.root_object
    found = _actions(root)
    names = _resolved(root.get("/Names"))
    if isinstance(names, DictionaryObject) and "/JavaScript" in names:
        found.add("/JavaScript")
    marks = 0
    for page in reader.pages[:_PAGES_LOOKED_AT]:
        found |= _actions(page)
        listed = _resolved(page.get("/Annots"))
        for mark in listed if isinstance(listed, ArrayObject) else ():
            marks += 1
            if marks > _MARKS_LOOKED_AT:
                return found
            found |= _actions(_resolved(mark))
    return found


def _actions(holder: PdfObject | None) -> set[str]:
    """The running kinds among the actions of the catalogue, a page or a mark on a page."""
    if not isinstance(holder, DictionaryObject):
        return set()
    events = _resolved(holder.get("/AA"))
    given = [holder.get("/OpenAction"), holder.get("/A")]
    given += list(events.values()) if isinstance(events, DictionaryObject) else []
    kinds = [action.get("/S") for item in given if isinstance(action := _resolved(item), DictionaryObject)]
    return {str(kind) for kind in kinds if kind in ("/JavaScript", "/Launch")}


def _resolved(item: PdfObject | None) -> PdfObject | None:
    return item.get_object() if item is not None else None


@contextmanager
def _opened_image(content: bytes) -> Iterator[Image.Image]:
    """Open an image within our own pixel limit and turn whatever fails while it is used into ``Invalid``."""
    too_many = N_("The picture has too many pixels. Please save it smaller, at most 50 megapixels.")
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # the layout engine switches it on for a whole process
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as probe:
            if probe.width * probe.height > MAX_PIXELS:
                raise _refused(too_many)
            probe.verify()
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as image:
            yield image
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _refused(too_many) from None
    except (OSError, SyntaxError, ValueError, KeyError, IndexError, EOFError):
        raise _refused(N_("The picture is damaged or incomplete. Please choose it again.")) from None


def _refused(message: str, **params: object) -> Invalid:
    return Invalid(problem(message, field="file", **params))
