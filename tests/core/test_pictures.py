"""Pages as pictures: right, bounded, and never the file's own doing."""

import io
import socket
import subprocess
import time

import pytest
from PIL import Image, ImageDraw

from portal.core import pictures
from portal.core.documents import render_pdf
from tests.bids.world import pdf


def opened(page: pictures.Picture) -> Image.Image:
    image = Image.open(io.BytesIO(page.data))
    assert (image.format, image.size) == ("WEBP", (page.width, page.height))
    return image


def test_each_page_of_a_document_is_drawn_within_the_bounds() -> None:
    drawn = pictures.draw(pdf(pages=3), "application/pdf")
    assert (len(drawn.pages), drawn.problem) == (3, None)
    assert all(max(opened(page).size) == pictures.LONGER_SIDE for page in drawn.pages)


def test_chinese_text_is_drawn_dark_on_white(app) -> None:
    paper = render_pdf(
        "enclosure.html", heading="登记证书", issuer="民政局", day=None, paragraphs=["名称"], table=None
    )
    (page,) = pictures.draw(paper, "application/pdf").pages
    darkest, lightest = opened(page).convert("L").getextrema()
    assert darkest < 80
    assert lightest == 255


@pytest.mark.parametrize(("kind", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png")])
def test_a_photo_is_one_page_and_made_smaller(kind, media_type) -> None:
    image = Image.new("RGB", (3000, 1000), "white")
    ImageDraw.Draw(image).rectangle((0, 0, 1500, 1000), fill="black")
    target = io.BytesIO()
    image.save(target, kind)
    (page,) = pictures.draw(target.getvalue(), media_type).pages
    shown = opened(page).convert("L")
    assert shown.size == (1600, 533)
    assert shown.getpixel((200, 200)) < 10
    assert shown.getpixel((1400, 200)) > 245


def test_a_transparent_picture_lies_on_white_paper() -> None:
    target = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(target, "PNG")
    (page,) = pictures.draw(target.getvalue(), "image/png").pages
    assert opened(page).getpixel((10, 10)) == (255, 255, 255)


def test_a_long_document_is_cut_and_says_so(monkeypatch) -> None:
    monkeypatch.setattr(pictures, "PAGES_AT_MOST", 2)
    drawn = pictures.draw(pdf(pages=5), "application/pdf")
    assert (len(drawn.pages), drawn.problem) == (2, pictures.CUT_SHORT)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [(b"%PDF-1.7\n%%EOF", "application/pdf"), (b"", "application/pdf"), (b"\x89PNG\r\n\x1a\n", "image/png")],
)
def test_what_cannot_be_drawn_is_a_sentence_and_no_error(content, media_type) -> None:
    assert pictures.draw(content, media_type) == pictures.Drawn((), pictures.DAMAGED)


def test_a_document_that_takes_too_long_is_ended(monkeypatch, tmp_path) -> None:
    program = tmp_path / "pdftoppm"
    program.write_text("#!/bin/sh\nwhile :; do :; done\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(pictures, "_SECONDS", 1)
    before = time.monotonic()
    assert pictures.draw(pdf(), "application/pdf").problem == pictures.DAMAGED
    assert time.monotonic() - before < 5


def test_drawing_has_no_network_and_nowhere_to_write(monkeypatch, tmp_path) -> None:
    if not pictures._without_network():
        pytest.skip("this kernel lets nobody take the network away")
    with socket.create_server(("127.0.0.1", 0)) as server:
        script = (
            "import socket, sys\n"
            "try: socket.create_connection(('127.0.0.1', PORT)); print('network')\n"
            "except OSError: pass\n"
            "try: open('FILE', 'wb', buffering=0).write(b'x'); print('disk')\n"
            "except OSError: pass\n"
        )  # fmt: skip
        script = script.replace("PORT", str(server.getsockname()[1])).replace("FILE", str(tmp_path / "out"))
        (tmp_path / "script.py").write_text(script)
        program = tmp_path / "pdftoppm"
        program.write_text(f"#!/bin/sh\nexec /usr/bin/python3 {tmp_path}/script.py\n")
        program.chmod(0o755)
        assert "network" in subprocess.run([program], capture_output=True, text=True, check=True).stdout
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        with pictures._drawing(pdf()) as process:
            assert process.stdout.read() == b""
