"""Files in pieces: encrypted from the first byte, taken in once, resumable, gone when they are given up."""

import io
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.bids import queries, rules
from portal.bids.models import BidFile, Upload, UploadPiece
from portal.bids.services import uploads
from portal.core import files, jobs
from portal.core.db import db
from portal.core.errors import NotFound
from tests.bids import world

MARK = b"planted-words-of-a-secret-plan"


@pytest.fixture
def draft(app: Flask):
    """A call, the draft of an organisation without attachments, and its owner."""
    here = world.make()
    party, owner = here.organisation()
    return here, here.draft(owner, party, attach=False), owner


@pytest.fixture
def small_pieces(monkeypatch):
    monkeypatch.setattr(rules, "PIECE_BYTES", 300)


def begin(client, bid, size: int):
    return client.post(f"/bids/{bid.id}/uploads", data={"size": str(size)})


def pieces(content: bytes) -> list[bytes]:
    return [content[i : i + rules.PIECE_BYTES] for i in range(0, len(content), rules.PIECE_BYTES)]


def put(client, url: str, index: int, piece: bytes):
    return client.post(f"{url}/{index}", data=piece, content_type="application/octet-stream")


def take_in(client, bid, upload: dict, name: str = "登记证书.pdf", **more):
    data = {"op_id": str(uuid4()), "upload": upload["id"], "upload_name": name} | more
    return client.post(f"/bids/{bid.id}/edit/files", data=data)


def count(model) -> int:
    db.session.rollback()
    return int(db.session.scalar(select(func.count()).select_from(model)) or 0)


def test_a_file_in_pieces_becomes_one_attachment(draft, sign_in, small_pieces) -> None:
    _here, bid, owner = draft
    client, content = sign_in(owner), world.pdf(pages=3)
    begun = begin(client, bid, len(content)).get_json()
    sent = 0
    for index, piece in enumerate(pieces(content)):
        sent += len(piece)
        assert put(client, begun["url"], index, piece).get_json() == {"received": sent}
    assert count(UploadPiece) > 2
    form = {"op_id": str(uuid4())}
    assert take_in(client, bid, begun, **form).status_code == 303
    assert take_in(client, bid, begun, **form).status_code == 303
    (only,) = queries.draft(world.fresh(bid)).attachments
    assert (only.name, only.size) == ("登记证书.pdf", len(content))
    assert queries.draft_file(world.fresh(bid), only.part)[0] == content
    assert (count(Upload), count(UploadPiece), count(BidFile)) == (0, 0, 1)


def test_after_a_lost_answer_or_connection_it_goes_on_where_it_was(draft, sign_in, small_pieces) -> None:
    _here, bid, owner = draft
    client, content = sign_in(owner), world.pdf(pages=2)
    begun = begin(client, bid, len(content)).get_json()
    first, second, *_rest = pieces(content)
    for _ in range(2):
        assert put(client, begun["url"], 0, first).get_json() == {"received": 300}
    assert put(client, begun["url"], 2, second).status_code == 422, "a piece was left out"
    assert put(client, begun["url"], 1, second[:-1]).status_code == 422, "a piece came short"
    state = client.get(begun["url"]).get_json()
    assert (state["received"], state["size"]) == (300, len(content))
    assert take_in(client, bid, begun).status_code == 422, "it is not complete"
    assert queries.draft(world.fresh(bid)).attachments == ()


def test_no_piece_is_ever_written_in_the_clear(draft, sign_in, small_pieces) -> None:
    _here, bid, owner = draft
    client = sign_in(owner)
    begun = begin(client, bid, 300).get_json()
    put(client, begun["url"], 0, MARK * 10)
    row = db.session.scalars(select(UploadPiece)).one()
    assert MARK not in files.read(row.sha256)
    assert MARK in uploads.read_upload(world.fresh(bid), row.upload_id)


def test_hostile_content_in_pieces_is_refused_like_any_other(draft, sign_in) -> None:
    _here, bid, owner = draft
    client, page = sign_in(owner), b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"
    begun = begin(client, bid, len(page)).get_json()
    put(client, begun["url"], 0, page)
    refused = take_in(client, bid, begun, "plan.svg")
    assert refused.status_code == 422
    assert "PDF" in refused.get_data(as_text=True)
    assert queries.draft(world.fresh(bid)).attachments == ()


def test_sizes_are_checked_before_anything_is_read(draft, sign_in) -> None:
    _here, bid, owner = draft
    client = sign_in(owner)
    for size in ("0", "", "-1", "2147483648", "x", "9" * 40):
        answer = client.post(f"/bids/{bid.id}/uploads", data={"size": size})
        assert answer.status_code == 422
        assert answer.get_json()["problem"]
    begun = begin(client, bid, 20 * 1024**2).get_json()
    assert put(client, begun["url"], 0, b"x" * (rules.PIECE_BYTES + 1)).status_code == 422
    assert count(UploadPiece) == 0


def test_only_writers_of_the_draft_reach_its_uploads(draft, sign_in, client) -> None:
    here, bid, owner = draft
    begun = begin(sign_in(owner), bid, 10).get_json()
    party, stranger = here.organisation()
    other = here.draft(stranger, party)
    for asked in (
        sign_in(stranger).get(begun["url"]), put(sign_in(stranger), begun["url"], 0, b"x" * 10),
        begin(sign_in(stranger), bid, 10), take_in(sign_in(stranger), other, begun),
        sign_in(stranger).get(f"/bids/{other.id}/uploads/{begun['id']}"),
    ):  # fmt: skip
        assert asked.status_code == 404
    assert put(sign_in(here.officer), begun["url"], 0, b"x" * 10).status_code == 403
    assert client.get(begun["url"]).status_code == 303
    assert count(UploadPiece) == 0


def test_what_is_given_up_is_cleared_away(draft, sign_in, clock) -> None:
    _here, bid, owner = draft
    client = sign_in(owner)
    begun = [begin(client, bid, 10).get_json() for _ in range(rules.FILES_AT_MOST + 2)]
    assert count(Upload) == rules.FILES_AT_MOST
    put(client, begun[-1]["url"], 0, b"x" * 10)
    sha256 = db.session.scalars(select(UploadPiece.sha256)).one()
    clock.advance(hours=25)
    jobs.start_periodic()
    jobs.drain()
    assert (count(Upload), count(UploadPiece)) == (0, 0)
    with pytest.raises(NotFound):
        files.read(sha256)


def test_without_the_script_the_form_still_sends_the_file_whole(draft, sign_in) -> None:
    _here, bid, owner = draft
    data = {"op_id": str(uuid4()), "file": (io.BytesIO(world.pdf()), "登记证书.pdf")}
    address = f"/bids/{bid.id}/edit/files"
    assert sign_in(owner).post(address, data=data).status_code == 303
    assert len(queries.draft(world.fresh(bid)).attachments) == 1
    assert sign_in(owner).post(address, data={"op_id": str(uuid4())}).status_code == 422
