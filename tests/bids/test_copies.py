"""A stolen copy of anything reveals nothing; the same search with the seal switched off finds it everywhere.

What the portal itself puts into Redis and logs is ids only. Here the stored rows are carried there as well, as a careless
job or log line would, so that the control proves that the search would find content in every one of these places.
"""

import io
import os
import secrets
import sqlite3
import string
import tarfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import structlog
from flask import Flask
from redis import Redis
from sqlalchemy import select

from portal.bids import queries, services
from portal.bids.models import Bid, BidComment, BidVersion
from portal.bids.values import BudgetLine
from portal.core import audit, files, sealing
from portal.core.db import db
from portal.core.money import Money
from portal.core.outbox import OutboxMessage
from tests import servers
from tests.bids import world
from tests.conftest import actor_of

PLACES = ("database", "log of the database", "files", "Redis", "log of the portal", "backup")
QUOTE = 8_765_432_19  # fen; appears nowhere else


def planted() -> str:
    """Incompressible, so that neither Redis nor a packer stores it in another form."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(32))


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    with servers.redis() as url:
        yield url


@pytest.fixture
def unsealed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The seal switched off: everything is stored as it was typed."""
    salt = 16  # keeps names of equal files apart, as encryption does
    monkeypatch.setattr(sealing, "encrypt", lambda _key, plain, *, aad: plain)
    monkeypatch.setattr(sealing, "decrypt", lambda _key, plain, *, aad: plain)
    monkeypatch.setattr(
        sealing, "encrypt_file", lambda _k, s, t, *, aad: t.write(secrets.token_bytes(salt) + s.read())
    )
    monkeypatch.setattr(sealing, "decrypt_file", lambda _k, s, t, *, aad: t.write(s.read()[salt:]))


class Thief:
    """Takes a copy of every place in which the portal keeps or passes on something."""

    def __init__(self, app: Flask, redis_url: str, capsys: pytest.CaptureFixture[str], scratch: Path) -> None:
        settings = app.extensions["portal"]
        if not settings.database_url.startswith("sqlite"):
            pytest.skip("reads the raw SQLite file")
        self.database = Path(settings.database_url.removeprefix("sqlite:///"))
        self.instance, self.capsys, self.scratch = settings.instance_dir, capsys, scratch
        self.redis = Redis.from_url(redis_url)

    def search(self, marks: list[str]) -> dict[str, list[str]]:
        """Which marks are found in which place; empty places are named too."""
        rows = self._rows()
        found = self._copies(rows)
        return {place: [mark for mark in marks if mark.encode() in found[place]] for place in PLACES}

    def _rows(self) -> bytes:
        """Everything that is stored of proposals: rows and ciphertexts of files, audit trail, messages of the outbox."""
        db.session.rollback()
        stored = [row.draft for row in db.session.scalars(select(Bid))]
        stored += [row.ciphertext for row in db.session.scalars(select(BidVersion))]
        stored += [row.ciphertext for row in db.session.scalars(select(BidComment))]
        stored += [
            files.read(row.sha256)
            for bid in db.session.scalars(select(Bid))
            for n in (0, 1)
            for row in queries.files_of(bid.id, n)
        ]
        told = [
            str(row.__dict__)
            for kind in (audit.AuditEvent, OutboxMessage)
            for row in db.session.scalars(select(kind))
        ]
        db.session.rollback()
        return b"\n".join(filter(None, stored)) + "\n".join(told).encode()

    def _copies(self, rows: bytes) -> dict[str, bytes]:
        log = self.database.with_name(self.database.name + "-wal").read_bytes()
        with closing(sqlite3.connect(self.database)) as raw:
            raw.execute("PRAGMA wal_checkpoint(FULL)")
        kept = [path.read_bytes() for path in sorted(self.instance.rglob("*")) if path.is_file()]
        structlog.get_logger().info("job.arguments", arguments=rows.decode("latin-1"))
        said = self.capsys.readouterr()
        return {
            "database": self.database.read_bytes(),
            "log of the database": log,
            "files": b"\n".join(kept),
            "Redis": self._dump(rows),
            "log of the portal": (said.out + said.err).encode(),
            "backup": self._backup(),
        }

    def _dump(self, rows: bytes) -> bytes:
        """The file that Redis writes, with a job that carries the rows."""
        self.redis.flushall()
        self.redis.hset("rq:job:1", mapping={"data": rows})
        self.redis.config_set("rdbcompression", "no")  # a thief unpacks it
        self.redis.save()
        folder, name = (self.redis.config_get(key)[key] for key in ("dir", "dbfilename"))
        return Path(folder, name).read_bytes()

    def _backup(self) -> bytes:
        """A copy of the database by SQLite's own backup, and of all files, as one archive."""
        copy = self.scratch / f"backup-{secrets.token_hex(4)}.db"
        with closing(sqlite3.connect(self.database)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            archive.add(copy, "portal.db")
            archive.add(self.instance, "instance", recursive=True)
        os.unlink(copy)
        return packed.getvalue()


@pytest.fixture
def thief(app: Flask, redis_url: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Thief:
    return Thief(app, redis_url, capsys, tmp_path)


def plant(drain) -> list[str]:
    """A proposal with marks in an answer, a line, a comment, the name and the inside of a file, and with the quote.

    It goes through draft and submission; a second one stays a draft with the same marks.
    """
    here = world.make()
    answer, line, remark, name, inside = (planted() for _ in range(5))
    lines = (BudgetLine("activity", line, "次", Money(QUOTE), 1),)
    for submit in (True, False):
        party, owner = here.organisation()
        bid = here.draft(owner, party, world.complete(needs=answer, lines=lines), attach=False)
        services.add_file(
            actor=actor_of(owner), bid_id=bid.id, name=f"{name}.pdf", data=world.pdf(title=inside)
        )
        services.add_comment(actor=actor_of(owner), bid_id=bid.id, page="plan", text=remark)
        if submit:
            services.rehearse(actor=actor_of(owner), bid_id=bid.id)
            here.lot.cap = Money(QUOTE)
            db.session.commit()
            world.submit(owner, bid)
    drain()
    return [answer, line, remark, name, inside, str(QUOTE)]


def test_nothing_is_found_in_any_place(thief: Thief, drain) -> None:
    assert thief.search(plant(drain)) == {place: [] for place in PLACES}


@pytest.mark.usefixtures("unsealed")
def test_the_same_search_finds_it_in_every_place_when_the_seal_is_switched_off(thief: Thief, drain) -> None:
    marks = plant(drain)
    inside = marks[4]
    for place, found in thief.search(marks).items():
        wanted = (
            [inside]
            if place == "files"
            else [m for m in marks if m != inside or place in ("Redis", "log of the portal", "backup")]
        )
        assert [mark for mark in wanted if mark not in found] == [], place
