import hashlib
import io
import struct
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject

from portal.core.errors import Invalid
from portal.core.uploads import FileKind, check_upload, clean_name, strip_image

MAX = 20 * 1024**2


def pdf(*, pages=1, password=None, action=None, scripts=False, attachment=None):
    writer, target = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(width=595, height=842)
    if action:
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
            {NameObject("/S"): NameObject(action)}
        )
    if scripts:
        tree = DictionaryObject({NameObject("/JavaScript"): DictionaryObject()})
        writer.root_object[NameObject("/Names")] = tree
    if attachment:
        writer.add_attachment("invoice.xml", attachment)
    if password:
        writer.encrypt(password)
    writer.write(target)
    return target.getvalue()


def picture(kind="JPEG", size=(60, 40), mode="RGB", **options):
    target = io.BytesIO()
    Image.new(mode, size, 1 if mode in "1P" else 128 if mode in ("L", "I;16") else (200,) * len(mode)).save(
        target, kind, **options
    )
    return target.getvalue()


def archive(name):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr(name, "x" * 50)
    return target.getvalue()


def huge_png(width, height):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 99))
        + chunk(b"IEND", b"")
    )


def refusal(content, name="项目申报书.pdf", **options):
    with pytest.raises(Invalid) as refused:
        check_upload(content, name, max_bytes=options.pop("max_bytes", MAX), **options)
    (only,) = refused.value.problems
    assert only.field == "file"
    return only.message % only.params


@pytest.mark.parametrize(
    ("content", "name", "kind", "media_type"),
    [
        (pdf(), "项目申报书.PDF", FileKind.PDF, "application/pdf"),
        (picture("JPEG"), "现场 照片.jpg", FileKind.JPEG, "image/jpeg"),
        (picture("JPEG"), "a.JPEG", FileKind.JPEG, "image/jpeg"),
        (picture("PNG"), "logo.png", FileKind.PNG, "image/png"),
    ],
)
def test_honest_files_are_accepted(content, name, kind, media_type):
    facts = check_upload(content, name, max_bytes=MAX)
    assert (facts.kind, facts.name, facts.size) == (kind, name, len(content))
    assert facts.kind.media_type == media_type
    assert facts.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.pdf", "empty"),
        (b"MZ" + b"\0" * 1000, "a.pdf", "a program, not a document"),
        (b"\x7fELF" + b"\0" * 1000, "a.pdf", "a program, not a document"),
        (b"#!/bin/sh\nrm -rf /\n", "a.png", "a program, not a document"),
        (archive("[Content_Types].xml"), "a.docx", "save the document as PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.doc", "save the document as PDF"),
        (archive("a.pdf"), "a.zip", "unpack it"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 90, "IMG_1.jpg", "save it as JPEG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", "neither PDF nor JPEG nor PNG"),
        (b"GIF89a" + b"\0" * 50, "a.gif", "neither PDF nor JPEG nor PNG"),
        ("申报书".encode(), "a.pdf", "neither PDF nor JPEG nor PNG"),
        (b" %PDF-1.7 late start", "a.pdf", "neither PDF nor JPEG nor PNG"),
    ],
)
def test_other_kinds_are_refused_with_advice(content, name, words):
    assert words in refusal(content, name)


def test_size_limit_is_exact_and_said():
    content = pdf()
    assert check_upload(content, "a.pdf", max_bytes=len(content)).size == len(content)
    assert "too large" in refusal(content, max_bytes=len(content) - 1)
    assert "At most 20 MB" in refusal(b"MZ" + b"\0" * MAX)


def test_name_and_content_must_agree():
    assert "let it end in .jpg" in refusal(picture("JPEG"), "photo.png")
    assert "let it end in .pdf" in refusal(pdf(), "report.pdf.exe")
    assert "let it end in .pdf" in refusal(pdf(), "report")
    assert "let it end in .pdf" in refusal(pdf(), "photo\u202efdp.exe"), "a name that reads backwards"


def test_a_place_may_accept_fewer_kinds():
    assert "not accepted here" in refusal(pdf(), allowed={FileKind.JPEG, FileKind.PNG})


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (pdf() + archive("a.txt"), "a.pdf"),
        (picture("JPEG") + archive("a.txt"), "a.jpg"),
        (pdf().replace(b"\n", b"\n<script>alert(1)</script>\n", 1) + b"%%EOF", "a.pdf"),
        (picture("JPEG", comment=b"<?php echo 1 ?>"), "a.jpg"),
        (picture("JPEG", comment=b"%PDF-1.7"), "a.jpg"),
    ],
)
def test_two_files_in_one_are_refused(content, name):
    assert "contains a second one" in refusal(content, name)


def test_damaged_pdfs_are_refused():
    good = pdf()
    assert "damaged or incomplete" in refusal(good[: len(good) // 2])
    assert "damaged or incomplete" in refusal(b"%PDF-1.7\n%%EOF")
    assert "damaged or incomplete" in refusal(b"%PDF-1.7\n" + b"\xff" * 500 + b"\n%%EOF")
    assert "damaged or incomplete" in refusal(good + b"x" * 2000)
    assert "damaged or incomplete" in refusal(pdf(pages=0))


def test_locked_and_active_pdfs_are_refused():
    assert "password" in refusal(pdf(password="geheim"))
    assert "a script (JavaScript)" in refusal(pdf(action="/JavaScript"))
    assert "starts a program" in refusal(pdf(action="/Launch"))
    assert "a script (JavaScript)" in refusal(pdf(scripts=True))


@pytest.mark.parametrize(("kind", "words"), [("/JavaScript", "a script"), ("/Launch", "starts a program")])
@pytest.mark.parametrize("place", ["page", "mark", "event"])
def test_a_script_is_found_wherever_a_reader_would_run_it(place, kind, words):
    writer, target = PdfWriter(), io.BytesIO()
    page = writer.add_blank_page(width=595, height=842)
    action = DictionaryObject({NameObject("/S"): NameObject(kind)})
    events = DictionaryObject({NameObject("/O"): action})
    mark = DictionaryObject({NameObject("/A"): action})
    holder = {"page": page, "mark": page, "event": writer.root_object}[place]
    if place == "mark":
        holder[NameObject("/Annots")] = ArrayObject([writer._add_object(mark)])
    else:
        holder[NameObject("/AA")] = events
    writer.write(target)
    assert words in refusal(target.getvalue())


def test_a_pdf_bomb_is_refused_within_the_time_of_a_request():
    """Streams in streams that would unpack to more than memory holds; the reader's own limits stop it."""
    bomb = zlib.compress(zlib.compress(b"\0" * 300_000_000, 9), 9)
    objects = (
        b"%PDF-1.7\n1 0 obj<</Type/XRef/Size 9/W[1 2 1]/Root 2 0 R/Filter[/FlateDecode/FlateDecode]/Length "
        + str(len(bomb)).encode() + b">>stream\n" + bomb + b"\nendstream endobj\nstartxref\n9\n%%EOF"
    )  # fmt: skip
    assert "damaged or incomplete" in refusal(objects)


def test_macros_are_named_as_what_they_are():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name in ("[Content_Types].xml", "word/vbaProject.bin"):
            made.writestr(name, "x")
    assert "contains macros" in refusal(target.getvalue(), "申报书.docm")
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "_VBA_PROJECT".encode("utf-16-le")
    assert "contains macros" in refusal(old, "申报书.doc")
    assert "a program, not a document" in refusal(b"MZ" + b"\0" * (20 * 1024**2 - 2), "发票.pdf")


@pytest.mark.parametrize("content", [pdf(action="/GoTo"), pdf(attachment=b"<invoice/>")])
def test_an_opening_page_and_the_data_of_an_e_invoice_are_fine(content):
    assert check_upload(content, "发票.pdf", max_bytes=MAX).kind is FileKind.PDF


@pytest.mark.parametrize(("kind", "name"), [("JPEG", "a.jpg"), ("PNG", "a.png")])
def test_damaged_pictures_are_refused(kind, name):
    good = picture(kind, (300, 300))
    for bad in (good[: len(good) // 2], good[:20]):
        assert "damaged or incomplete" in refusal(bad, name)
        with pytest.raises(Invalid):
            strip_image(bad)
    if kind == "PNG":
        middle = len(good) // 2
        assert "damaged" in refusal(good[:middle] + bytes([good[middle] ^ 255]) + good[middle + 1 :], name)


@pytest.mark.parametrize("side", [7_200, 10_000, 50_000])
def test_pictures_with_too_many_pixels_are_refused_before_they_are_unpacked(side):
    assert "too many pixels" in refusal(huge_png(side, side), "a.png")
    with pytest.raises(Invalid):
        strip_image(huge_png(side, side))


def test_a_stripped_photo_tells_no_place_and_stays_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = "PhoneMaker"
    exif.get_ifd(0x8825)[1] = "N"
    original = picture("JPEG", (60, 40), exif=exif, comment=b"home address") + b"appended film"
    stripped = strip_image(original)
    with Image.open(io.BytesIO(stripped)) as image:
        assert image.size == (40, 60)
        assert dict(image.getexif()) == {}
    for trace in (b"PhoneMaker", b"Exif", b"home address", b"appended film"):
        assert trace in original
        assert trace not in stripped
    assert check_upload(stripped, "a.jpg", max_bytes=MAX).kind is FileKind.JPEG


def test_a_stripped_png_keeps_its_pixels_and_nothing_else():
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "a person")
    original = picture("PNG", mode="RGBA", pnginfo=notes, dpi=(300, 300)) + b"appended"
    stripped = strip_image(original)
    assert b"a person" in original
    assert b"a person" not in stripped
    assert b"appended" not in stripped
    with Image.open(io.BytesIO(original)) as before, Image.open(io.BytesIO(stripped)) as after:
        assert list(before.get_flattened_data()) == list(after.get_flattened_data())
        assert after.info == {}


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "I;16"])
def test_every_kind_of_png_can_be_stripped(mode):
    with Image.open(io.BytesIO(strip_image(picture("PNG", mode=mode)))) as image:
        assert image.size == (60, 40)


def test_a_print_shop_jpeg_can_be_stripped():
    with Image.open(io.BytesIO(strip_image(picture("JPEG", mode="CMYK")))) as image:
        assert image.mode == "RGB"


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("项目申报书.pdf", "项目申报书.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\a\\预算表.pdf", "预算表.pdf"),
        ("a\x00b\r\n.pdf", "ab.pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        ("  a   b.pdf ", "a b.pdf"),
        ("", "file"),
        ("..", "file"),
        ("䶮" * 300 + ".pdf", "䶮" * 116 + ".pdf"),
        ("a." + "b" * 300, "a." + "b" * 108 + "." + "b" * 9),
    ],
)
def test_names_become_labels(name, label):
    assert clean_name(name) == label


@given(st.text(max_size=400))
def test_a_label_is_short_and_harmless(name):
    label = clean_name(name)
    assert 0 < len(label) <= 120
    assert not set(label) & set("/\\\0\r\n\u202e")
    assert not label.startswith(".")


@given(
    st.sampled_from([b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b""]),
    st.binary(max_size=300),
)
def test_no_bytes_end_in_anything_but_an_answer(magic, rest):
    for name in ("a.pdf", "a.jpg", "a.png"):
        with pytest.raises(Invalid):
            check_upload(magic + rest + b"%%EOF", name, max_bytes=MAX)
