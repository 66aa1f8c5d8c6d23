"""Pages of opened attachments: made once, encrypted, shown to readers only, repeatable when they are missing."""

import shutil
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.bids import queries, rules, services
from portal.bids.jobs import keep_pages
from portal.bids.models import FilePages
from portal.core import files, jobs, pictures, sealing
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.outbox import Delivery, OutboxMessage
from portal.parties.values import Role
from tests.bids import world
from tests.conftest import actor_of
from tests.factories import person


@pytest.fixture
def opened(app: Flask, drain):
    """A call with two opened proposals; the first has a document of two pages and a photo."""
    here = world.make()
    party, owner = here.organisation()
    bid = here.draft(owner, party, attach=False)
    for name, data in (("登记证书.pdf", world.pdf(pages=2)), ("活动照片.jpg", world.photo())):
        services.add_file(actor=actor_of(owner), bid_id=bid.id, name=name, data=data)
    world.submit(owner, bid)
    other = here.submitted()[0]
    here.close()
    here.open()
    return here, world.fresh(bid), owner, world.fresh(other)


def parts(bid) -> list[str]:
    return [item.part for item in queries.content(bid).attachments]


def test_opening_makes_the_pages_of_every_attachment_once(opened, drain) -> None:
    here, bid, _owner, other = opened
    assert queries.all_page_images(bid) == {}
    drain()
    made = queries.all_page_images(bid)
    assert [len(made[part].pages) for part in parts(bid)] == [2, 1]
    assert len(queries.all_page_images(other)) == 1
    assert queries.page_image(bid, parts(bid)[0], 2)[8:12] == b"WEBP"
    for part in parts(bid):
        assert made[part].problem is None
    again = pictures.Drawn((pictures.Picture(b"other", 1, 1),))
    keep_pages(again, str(bid.id), parts(bid)[0])
    assert queries.page_image(bid, parts(bid)[0], 1) != b"other"
    assert db.session.scalar(select(func.count()).select_from(FilePages)) == 3


def test_pages_lie_encrypted_and_cannot_be_swapped(opened, drain) -> None:
    _here, bid, _owner, _other = opened
    drain()
    part = parts(bid)[0]
    first, second = queries.page_images(bid, part).pages
    assert b"WEBP" not in files.read(first["sha256"])
    with pytest.raises(sealing.SealBroken):
        rules.open_file(
            files.read(first["sha256"]), queries.opened_key(bid), bid.place, rules.page_part(part, 2)
        )
    payloads = [str(m.payload) for m in db.session.scalars(select(OutboxMessage))]
    assert not any("登记证书" in payload for payload in payloads)


def test_who_may_read_the_proposal_sees_its_pages_and_nobody_else(opened, drain, sign_in, client) -> None:
    here, bid, owner, _other = opened
    address = f"/bids/{bid.id}/proposal/files/{parts(bid)[0]}/pages/1"
    assert sign_in(here.officer).get(address).status_code == 404, "not made yet"
    drain()
    for reader in (here.officer, here.supervisor, owner):
        answer = sign_in(reader).get(address)
        assert (answer.status_code, answer.mimetype) == (200, "image/webp")
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    _party, stranger = here.organisation()
    assert sign_in(stranger).get(address).status_code == 404
    assert sign_in(person(Role.EXPERT, here.unit)).get(address).status_code == 403
    assert client.get(address).status_code == 303
    assert sign_in(here.officer).get(address[:-1] + "3").status_code == 404
    assert sign_in(here.officer).get(address[:-1] + "0").status_code == 404
    shown = sign_in(here.officer).get(f"/bids/{bid.id}/proposal").get_data(as_text=True)
    assert shown.count("/pages/") == 2 * 3


def test_a_sealed_proposal_has_no_pages(app: Flask) -> None:
    here = world.make()
    bid = here.submitted()[0]
    with pytest.raises(NotFound):
        queries.page_image(bid, "file-1", 1)


def test_what_cannot_be_drawn_is_said_and_can_be_repeated(opened, drain, sign_in, monkeypatch) -> None:
    here, bid, _owner, _other = opened
    monkeypatch.setattr(pictures, "draw", lambda *_: pictures.Drawn((), pictures.DAMAGED))
    drain()
    monkeypatch.undo()
    part = parts(bid)[0]
    client = sign_in(here.officer)
    assert "redraw" in client.get(f"/bids/{bid.id}/proposal").get_data(as_text=True)
    data = {"op_id": str(uuid4())}
    address = f"/bids/{bid.id}/proposal/files/{part}/redraw"
    assert sign_in(here.supervisor).post(address, data=data).status_code == 403
    first, again = client.post(address, data=data), client.post(address, data=data)
    assert (first.status_code, again.status_code) == (303, 303)
    drain()
    assert len(queries.page_images(bid, part).pages) == 2
    assert client.post(address, data={"op_id": str(uuid4())}).status_code == 404, (
        "nothing is missing any more"
    )


def test_a_lost_program_is_the_operators_to_see(opened, monkeypatch, tmp_path) -> None:
    for name in ("timeout", "unshare", "prlimit"):
        (tmp_path / name).symlink_to(shutil.which(name))
    monkeypatch.setenv("PATH", str(tmp_path))
    jobs.drain()
    db.session.rollback()
    failed = list(
        db.session.scalars(
            select(Delivery).where(Delivery.handler == "bids.keep_pages", Delivery.error.is_not(None))
        )
    )
    assert len(failed) == 2
    assert "FileNotFoundError" in failed[0].error


def test_downloads_never_run_in_our_origin(opened, sign_in) -> None:
    here, bid, _owner, _other = opened
    answer = sign_in(here.officer).get(f"/bids/{bid.id}/proposal/files/{parts(bid)[0]}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_announced_gigabytes_are_refused_before_they_are_read(app: Flask, sign_in) -> None:
    here = world.make()
    party, owner = here.organisation()
    bid = here.draft(owner, party, attach=False)

    class Untouched:
        def read(self, *_size: int) -> bytes:
            raise AssertionError("the body was read")

        readline = readinto = read

    announced = {"wsgi.input": Untouched(), "CONTENT_LENGTH": str(2 * 1024**3)}
    answer = sign_in(owner).post(
        f"/bids/{bid.id}/edit/files",
        content_type="multipart/form-data; boundary=x",
        environ_overrides=announced,
    )
    assert answer.status_code == 413
    assert queries.draft(world.fresh(bid)).attachments == ()
