"""Pages of an attachment as pictures: what people look at instead of a file that somebody else made.

PDF documents are drawn by Poppler's ``pdftoppm`` in a process of its own that has little memory and time, no
network and nowhere to write; the document goes in and the pages come out through memory, so nothing decrypted
touches a disk. Why that program: docs/attachments.md.
"""

import io
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import IO

import structlog
from PIL import Image, ImageFile

from portal.core.text import N_
from portal.core.uploads import MAX_PIXELS, FileKind

log = structlog.get_logger()

PAGES_AT_MOST = 60
LONGER_SIDE = 1600
"""Pixels of a page's longer side: an A4 sheet at some 137 dpi, small print stays readable."""

MEDIA_TYPE = "image/webp"
_QUALITY = 80
_SECONDS, _MEMORY = 90, 1024**3
_NOT_STARTED = (126, 127)  # what the programs in front answer when the last one is missing

DAMAGED = N_("The file cannot be shown as pictures: it is damaged, or drawing it takes too long.")
CUT_SHORT = N_("Only the first pages are shown as pictures. The whole document is in the file.")


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as WebP."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """The pages of a file; ``problem`` says why some or all are missing."""

    pages: tuple[Picture, ...]
    problem: str | None = None


def draw(content: bytes, media_type: str) -> Drawn:
    """Draw at most ``PAGES_AT_MOST`` pages of a PDF, or the one page of a photo, no larger than ``LONGER_SIDE``.

    Never raises for what is in the file; raises ``FileNotFoundError`` when Poppler is not installed.
    """
    if media_type == FileKind.PDF.media_type:
        return _pages(content)
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as image:
            return Drawn((_picture(image),))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return Drawn((), DAMAGED)


def grey(page: bytes, side: int = 64) -> bytes:
    """A page as ``side`` × ``side`` grey values: what is left of it when size, format and quality do not count."""
    with Image.open(io.BytesIO(page), formats=("WEBP",)) as image:
        return image.convert("L").resize((side, side), Image.Resampling.BOX).tobytes()


def _pages(content: bytes) -> Drawn:
    pages: list[Picture] = []
    with _drawing(content) as process:
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        for image in _images(process.stdout):
            if len(pages) == PAGES_AT_MOST:
                process.kill()
                return Drawn(tuple(pages), CUT_SHORT)
            pages.append(_picture(image))
    if process.returncode in _NOT_STARTED:
        raise FileNotFoundError("pdftoppm (package poppler-utils) does not start")
    failed = process.returncode != 0
    if not pages:
        return Drawn((), DAMAGED)
    return Drawn(tuple(pages), CUT_SHORT if failed else None)


@contextmanager
def _drawing(content: bytes) -> Iterator[subprocess.Popen[bytes]]:
    """Run Poppler on ``content``, from memory to a pipe, inside its limits; it ends with the block."""
    with open(os.memfd_create("document"), "w+b") as document:
        document.write(content)
        document.seek(0)
        process = subprocess.Popen(  # noqa: S603 - a fixed command; the document comes through its input
            [  # noqa: S607 - found on the path of the service
                "timeout", "--signal=KILL", str(_SECONDS), *_without_network(),
                "prlimit", f"--cpu={_SECONDS}", f"--as={_MEMORY}", "--fsize=0", "--core=0", "--nofile=64", "--",
                "pdftoppm", "-l", str(PAGES_AT_MOST + 1), "-scale-to", str(LONGER_SIDE), "-",
            ],
            stdin=document, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd="/",
            env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"}, start_new_session=True,
        )  # fmt: skip
    with process:
        try:
            yield process
        except BaseException:
            process.kill()
            raise


@cache
def _without_network() -> list[str]:
    """The prefix that takes the network away, where the kernel lets us; the program itself never asks for one."""
    prefix = ["unshare", "--map-current-user", "--net", "--"]
    try:
        subprocess.run([*prefix, "true"], check=True, capture_output=True)  # noqa: S603 - fixed
    except (OSError, subprocess.CalledProcessError):
        log.warning("pictures.network_not_taken_away")
        return []
    return prefix


def _images(stream: IO[bytes]) -> Iterator[Image.Image]:
    """The pages as they come: binary PPM, one behind the other. Ends at the first that is not whole."""
    while stream.readline() == b"P6\n":
        size, depth = stream.readline().split(), stream.readline()
        if len(size) != 2 or depth != b"255\n":
            return
        width, height = int(size[0]), int(size[1])
        if not 0 < width * height <= MAX_PIXELS:
            return
        body = stream.read(width * height * 3)
        if len(body) < width * height * 3:
            return
        yield Image.frombytes("RGB", (width, height), body)


def _picture(image: Image.Image) -> Picture:
    """The image on white, within the bounds, without anything but its pixels."""
    image.thumbnail((LONGER_SIDE, LONGER_SIDE))
    rgba = image.convert("RGBA")
    paper = Image.new("RGB", rgba.size, "white")
    paper.paste(rgba, mask=rgba)
    target = io.BytesIO()
    paper.save(target, "WEBP", quality=_QUALITY)
    return Picture(target.getvalue(), paper.width, paper.height)
