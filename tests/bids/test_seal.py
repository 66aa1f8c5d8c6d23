"""The promise of the seal: no copy reveals a proposal, one holder cannot open it, parts cannot be moved."""

import hashlib
import io
import secrets
import sqlite3
from contextlib import closing
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask, request
from sqlalchemy import select, update

from portal.accounts.models import User
from portal.bids import queries, rules, services
from portal.bids.models import Bid, BidFile, BidVersion
from portal.bids.values import BidStatus, BudgetLine
from portal.core import clock, files, once, sealing
from portal.core.db import db
from portal.core.errors import Invalid, NotFound
from portal.core.money import Money
from portal.tenders import services as tenders
from tests.bids import world
from tests.conftest import actor_of

QUOTE = 8_765_432  # fen; appears nowhere else


def planted() -> str:
    return f"planted{secrets.token_hex(16)}"


def copies(app: Flask) -> dict[str, bytes]:
    """Every byte that a thief of the data directory gets: database, write-ahead log, files, mail."""
    settings = app.extensions["portal"]
    database = Path(settings.database_url.removeprefix("sqlite:///"))
    paths = [p for p in database.parent.glob("test.db*") if p.is_file()]
    paths += [p for p in settings.instance_dir.rglob("*") if p.is_file()]
    return {str(path): path.read_bytes() for path in paths}


def found(app: Flask, *marks: str) -> list[str]:
    everything = copies(app)
    return [m for m in marks if any(m.encode() in content for content in everything.values())]


def sqlite_only(app: Flask) -> None:
    if not app.extensions["portal"].database_url.startswith("sqlite"):
        pytest.skip("reads the raw SQLite file")


def plant(here: world.World) -> tuple[User, Bid, list[str]]:
    """A draft with marks in a text, a budget line, a file's name and a file's content, and with the quote."""
    marks = [planted() for _ in range(4)]
    lines = (BudgetLine("activity", marks[1], "次", Money(QUOTE), 1),)
    party, owner = here.organisation()
    bid = here.draft(owner, party, world.complete(title=marks[0], lines=lines))
    data = world.pdf(title=marks[3])
    services.add_file(actor=actor_of(owner), bid_id=bid.id, name=f"{marks[2]}.pdf", data=data)
    return owner, bid, [*marks, str(QUOTE)]


def test_no_copy_reveals_a_draft_or_a_sealed_proposal(app: Flask, drain) -> None:
    sqlite_only(app)
    owner, bid, marks = plant(world.make())
    assert found(app, *marks) == []
    world.submit(owner, bid)
    drain()
    assert found(app, *marks) == []
    merge_log(app)
    assert found(app, *marks) == []


def test_the_same_search_finds_everything_when_sealing_is_switched_off(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: without encryption every mark lies open, as draft and as submission."""
    sqlite_only(app)
    salt = 16  # keeps names of equal files apart, as encryption does
    monkeypatch.setattr(sealing, "encrypt", lambda _key, plain, *, aad: plain)
    monkeypatch.setattr(sealing, "decrypt", lambda _key, plain, *, aad: plain)
    monkeypatch.setattr(
        sealing, "encrypt_file", lambda _k, s, t, *, aad: t.write(secrets.token_bytes(salt) + s.read())
    )
    monkeypatch.setattr(sealing, "decrypt_file", lambda _k, s, t, *, aad: t.write(s.read()[salt:]))
    owner, bid, marks = plant(world.make())
    assert found(app, *marks) == marks
    merge_log(app)
    assert found(app, *marks) == marks
    world.submit(owner, bid)
    merge_log(app)
    assert found(app, *marks) == marks


def test_large_uploads_stay_in_memory(app: Flask) -> None:
    """A temporary file would hold an attachment in the clear."""
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    body = head + b"x" * 2_000_000 + b"\r\n--x--\r\n"
    kind = "multipart/form-data; boundary=x"
    with app.test_request_context("/", method="POST", data=body, content_type=kind):
        assert isinstance(request.files["file"].stream, io.BytesIO)


def test_what_is_kept_of_a_sent_form_cannot_be_guessed(app: Flask) -> None:
    """The once-only digest is keyed: who has the database alone cannot try quotes until one fits."""
    key = uuid4()
    once.run(key, b"quote=89500", lambda: "/")
    token = db.session.scalars(select(once.OnceToken).where(once.OnceToken.key == key)).one()
    assert token.digest != hashlib.sha256(b"quote=89500").hexdigest()
    assert once.run(key, b"quote=89500", lambda: "/other") == ("/", False)


def merge_log(app: Flask) -> None:
    """Write the log back into the database file, as SQLite does now and then."""
    db.session.rollback()
    with closing(sqlite3.connect(app.extensions["portal"].database_url.removeprefix("sqlite:///"))) as raw:
        raw.execute("PRAGMA wal_checkpoint(FULL)")


def test_every_pair_opens_and_no_single_holder_does(app: Flask) -> None:
    here = world.make()
    bid, _owner, _receipt = here.submitted()
    seal, version = queries.seal_of(here.lot.id), queries.version_of(bid)
    assert version.lot_wrapped is not None
    for pair in combinations(here.secrets, 2):
        private = tenders.open_lot_key(seal, {name: here.secrets[name] for name in pair})
        key = sealing.unwrap(private, version.lot_wrapped, bid.place.info("lot"))
        opened, digest = rules.open_content(version.ciphertext, key, bid.place)
        assert opened.title == "银龄相伴"
        assert digest == version.receipt_digest
    for one, other in combinations(here.secrets, 2):
        forged = {one: here.secrets[one], other: sealing.new_key()}
        with pytest.raises(sealing.SealBroken):
            tenders.open_lot_key(seal, forged)
        with pytest.raises(sealing.SealBroken):
            sealing.unwrap(here.secrets[one], version.lot_wrapped, bid.place.info("lot"))


def test_swapped_parts_are_refused(app: Flask) -> None:
    here = world.make()
    one, _, _ = here.submitted()
    two, _, _ = here.submitted()
    first, second = queries.version_of(one), queries.version_of(two)
    key = data_key(here, one)
    assert rules.open_content(first.ciphertext, key, one.place)[0].title
    for ciphertext, place in (
        (second.ciphertext, one.place),
        (first.ciphertext, two.place),
        (first.ciphertext, one.place_of(2)),
        (first.ciphertext[:-1], one.place),
    ):
        with pytest.raises(sealing.SealBroken):
            rules.open_content(ciphertext, key, place)
    row = queries.files_of(one.id, 1)[0]
    sealed = files.read(row.sha256)
    assert rules.open_file(sealed, key, one.place, row.part)
    with pytest.raises(sealing.SealBroken):
        rules.open_file(sealed, key, one.place, "file-other")
    with pytest.raises(sealing.SealBroken):
        rules.open_file(sealed, key, two.place, row.part)


def test_the_same_proposal_submitted_again_gets_a_fresh_key_and_another_digest(app: Flask) -> None:
    here = world.make()
    bid, owner, receipt = here.submitted()
    services.reopen_bid(
        actor=actor_of(owner), bid_id=bid.id, code=receipt.reopen_code, received_at=clock.now()
    )
    again = world.submit(owner, bid)
    versions = queries.versions(bid.id)
    assert [v.number for v in versions] == [2, 1]
    assert again.digest != receipt.digest
    assert again.receipt_number != receipt.receipt_number
    assert versions[1].lot_wrapped is None
    assert versions[1].reopen_wrapped is None
    with pytest.raises(Invalid):
        queries.own_copy(world.fresh(bid), receipt.reopen_code)
    assert queries.own_copy(world.fresh(bid), again.reopen_code).title == "银龄相伴"


def test_submitting_destroys_the_draft_and_its_files(app: Flask) -> None:
    here = world.make()
    party, owner = here.organisation()
    bid = here.draft(owner, party)
    old = [row.sha256 for row in queries.files_of(bid.id, 0)]
    assert all(files.path_of(sha256).exists() for sha256 in old)
    world.submit(owner, bid)
    bid = world.fresh(bid)
    assert (bid.draft, bid.draft_key, bid.quote, bid.opened_key) == (None, None, None, None)
    assert not any(files.path_of(sha256).exists() for sha256 in old)
    assert queries.files_of(bid.id, 0) == []
    with pytest.raises(NotFound):
        queries.draft(bid)
    with pytest.raises(NotFound):
        queries.content(bid)


def test_the_deadline_itself_is_too_late(app: Flask) -> None:
    clock_ms = timedelta(milliseconds=1)
    here = world.make()
    party, owner = here.organisation()
    bid = here.draft(owner, party)
    deadline = here.tender.deadline_at
    for moment in (deadline, deadline + clock_ms):
        with pytest.raises(Invalid) as refused:
            world.submit(owner, bid, received_at=moment)
        (said,) = refused.value.problems
        assert said.params["arrived"] == rules.exact(moment)
        assert said.params["deadline"] == rules.exact(deadline)
    assert world.fresh(bid).status == BidStatus.DRAFT
    here.close(seconds=30)  # still busy, but it had arrived in time
    receipt = world.submit(owner, bid, received_at=deadline - clock_ms)
    assert receipt.received_at == deadline - clock_ms
    assert world.fresh(bid).status == BidStatus.SEALED


def test_opening_moves_the_keys_and_notes_the_quotes(app: Flask, drain) -> None:
    here = world.make()
    bids = [here.submitted()[0] for _ in range(2)]
    here.close()
    opening = here.open()
    assert opening.counts == {str(here.lot.id): 2}
    assert {entry["state"] for entry in opening.entries} == {"opened"}
    for bid in map(world.fresh, bids):
        assert bid.status == BidStatus.PENDING
        assert bid.quote == Money(8_950_000)
        content = queries.content(bid)
        assert content.quote == bid.quote
        assert content.profile["name"] == bid.party.name
        (named,) = content.attachments
        data, name, media_type = queries.read_file(bid, named.part)
        assert (data, name, media_type) == (world.pdf(), "登记证书.pdf", "application/pdf")
    assert queries.seal_of(here.lot.id).dropped_at is not None
    db.session.rollback()
    drain()


def test_opening_is_refused_before_everything_that_came_in_time_is_stored(app: Flask) -> None:
    here = world.make()
    here.submitted()
    here.submitted()
    for seconds in (-1, 0, 59):
        here.close(seconds=seconds)
        with pytest.raises(Invalid, match="Opening is possible"):
            here.open()
    here.close(seconds=60)
    assert here.open().counts == {str(here.lot.id): 2}
    with pytest.raises(Invalid, match="opened already"):
        here.open()


def test_below_the_minimum_nothing_is_opened_and_the_keys_are_gone(app: Flask) -> None:
    here = world.make(minimum_bids=3)
    bids = [here.submitted() for _ in range(2)]
    here.close()
    opening = here.open()
    assert opening.entries == []
    assert opening.counts == {str(here.lot.id): 2}
    for bid, _owner, receipt in bids:
        bid = world.fresh(bid)
        version = queries.version_of(bid)
        assert bid.status == BidStatus.UNOPENED
        assert (version.lot_wrapped, version.reopen_wrapped, bid.opened_key, bid.quote) == (None,) * 4
        with pytest.raises(NotFound):
            queries.own_copy(bid, receipt.reopen_code)
        with pytest.raises(NotFound):
            queries.content(bid)
    assert queries.opened_bids(here.tender.id) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"officer_code": sealing.format_code(bytes(32))}, "officer_code"),
        ({"supervisor_code": sealing.format_code(bytes(32))}, "supervisor_code"),
        ({"officer_code": "ABC"}, "officer_code"),
        ({"supervisor_password": "wrong"}, "supervisor_password"),
        ({"supervisor_email": "nobody@example.org"}, "supervisor_password"),
    ],
)
def test_both_keys_and_both_people_are_needed(app: Flask, changes: dict[str, str], field: str) -> None:
    here = world.make()
    bids = [here.submitted()[0] for _ in range(2)]
    here.close()
    with pytest.raises(Invalid) as refused:
        here.open(**changes)
    assert {problem.field for problem in refused.value.problems} == {field}
    assert all(world.fresh(bid).status == BidStatus.SEALED for bid in bids)
    assert queries.opening_of(here.tender.id) is None


def test_the_officer_cannot_be_the_supervisor_too(app: Flask) -> None:
    here = world.make()
    here.close()
    with pytest.raises(Invalid, match="two people"):
        here.open(supervisor_email=here.officer.email)


def test_a_damaged_proposal_is_named_and_does_not_keep_the_others_shut(app: Flask) -> None:
    here = world.make()
    good, bad = here.submitted()[0], here.submitted()[0]
    world.write(update(BidVersion).where(BidVersion.bid_id == bad.id).values(ciphertext=b"\x02" + bytes(60)))
    here.close()
    states = {entry["bid_id"]: entry["state"] for entry in here.open().entries}
    assert states == {str(good.id): "opened", str(bad.id): "damaged"}
    assert world.fresh(bad).status == BidStatus.UNOPENED
    assert world.fresh(good).status == BidStatus.PENDING


def test_a_changed_digest_is_recorded_as_a_mismatch(app: Flask) -> None:
    here = world.make()
    good, changed = here.submitted()[0], here.submitted()[0]
    world.write(update(BidVersion).where(BidVersion.bid_id == changed.id).values(receipt_digest="0" * 64))
    here.close()
    states = {entry["bid_id"]: entry["state"] for entry in here.open().entries}
    assert states == {str(good.id): "opened", str(changed.id): "mismatch"}


def test_withdrawing_destroys_the_holders_way_in(app: Flask) -> None:
    here = world.make()
    bid, owner, receipt = here.submitted()
    services.withdraw_bid(actor=actor_of(owner), bid_id=bid.id, received_at=clock.now())
    bid = world.fresh(bid)
    version = queries.version_of(bid)
    assert (bid.status, version.lot_wrapped) == (BidStatus.WITHDRAWN, None)
    services.reopen_bid(
        actor=actor_of(owner), bid_id=bid.id, code=receipt.reopen_code, received_at=clock.now()
    )
    bid = world.fresh(bid)
    assert bid.status == BidStatus.DRAFT
    assert queries.draft(bid).title == "银龄相伴"
    (named,) = queries.draft(bid).attachments
    assert queries.draft_file(bid, named.part)[0] == world.pdf()


def test_a_stolen_draft_key_does_not_open_what_was_submitted(app: Flask) -> None:
    """Submitting takes a fresh key, so an old copy of the draft's key opens nothing."""
    here = world.make()
    party, owner = here.organisation()
    bid = here.draft(owner, party)
    stolen = queries.draft_key(bid)
    world.submit(owner, bid)
    bid = world.fresh(bid)
    with pytest.raises(sealing.SealBroken):
        rules.open_content(queries.version_of(bid).ciphertext, stolen, bid.place)


def data_key(here: world.World, bid: Bid) -> bytes:
    private = tenders.open_lot_key(
        queries.seal_of(here.lot.id), {n: here.secrets[n] for n in ("officer", "supervisor")}
    )
    wrapped = queries.version_of(bid).lot_wrapped
    assert wrapped is not None
    return sealing.unwrap(private, wrapped, bid.place.info("lot"))


def test_the_files_of_a_proposal_are_named_by_their_ciphertext(app: Flask) -> None:
    here = world.make()
    bid, _owner, _receipt = here.submitted()
    rows = list(db.session.scalars(select(BidFile).where(BidFile.bid_id == bid.id)))
    assert [row.version_number for row in rows] == [1]
    assert world.pdf() not in files.read(rows[0].sha256)
