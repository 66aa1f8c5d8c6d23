"""A rehearsal proves phone, files and code and leaves nothing; an own data file brings a proposal back."""

import io
import re
import zipfile
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.bids import queries, rules, services
from portal.bids.models import BidRehearsal, BidVersion
from portal.bids.values import BidStatus, ProposalContent
from portal.core import clock, files, sealing
from portal.core.db import db
from portal.core.errors import Invalid
from tests.bids import world
from tests.conftest import actor_of

pytestmark = pytest.mark.usefixtures("app")


def test_a_rehearsal_is_walked_through_and_submits_nothing(sign_in) -> None:
    here = world.make()
    party, owner = here.organisation()
    bid, client = here.draft(owner, party), sign_in(owner)
    address = f"/bids/{bid.id}/rehearsal"
    assert client.get(address).status_code == 200
    begun = client.post(f"/bids/{bid.id}/rehearse", data={"op_id": str(uuid4())})
    assert begun.status_code == 303
    (code,) = re.findall(r"<code>([0-9A-Z-]{60,})</code>", client.get(address).get_data(as_text=True))
    assert code not in client.get(address).get_data(as_text=True)
    wrong = client.post(address, data={"op_id": str(uuid4()), "code": sealing.format_code(bytes(32))})
    assert wrong.status_code == 422
    assert client.post(address, data={"op_id": str(uuid4()), "code": code}).status_code == 303
    row = queries.rehearsal_of(bid.id)
    assert row is not None
    assert (row.files, row.ciphertext, row.code_wrapped) == (1, None, None)
    assert row.proved_at == clock.now()
    assert world.fresh(bid).status == BidStatus.DRAFT
    assert db.session.scalars(select(BidVersion)).all() == []


def test_no_two_holders_open_a_rehearsal_and_submitting_forgets_it() -> None:
    here = world.make()
    party, owner = here.organisation()
    bid = here.draft(owner, party)
    done = services.rehearse(actor=actor_of(owner), bid_id=bid.id)
    row = queries.rehearsal_of(bid.id)
    assert row is not None
    assert row.code_wrapped is not None
    for secret in here.secrets.values():
        with pytest.raises(sealing.SealBroken):
            sealing.unwrap_with_key(secret, row.code_wrapped, bid.place_of(1).info("rehearsal"))
        with pytest.raises(sealing.SealBroken):
            sealing.unwrap(secret, row.code_wrapped, bid.place_of(1).info("rehearsal"))
    with pytest.raises(sealing.SealBroken):  # nor is it the reopen code of a submission
        sealing.unwrap_with_key(
            sealing.parse_code(done.code), row.code_wrapped, bid.place_of(1).info("reopen")
        )
    world.submit(owner, bid)
    assert db.session.scalars(select(BidRehearsal)).all() == []


def test_a_rehearsal_finds_a_damaged_attachment() -> None:
    here = world.make()
    party, owner = here.organisation()
    bid = here.draft(owner, party)
    (row,) = queries.files_of(bid.id, 0)
    path = files.path_of(row.sha256)
    path.chmod(0o600)
    path.write_bytes(b"\x00" * 100)
    with pytest.raises(Invalid, match="cannot be read back"):
        services.rehearse(actor=actor_of(owner), bid_id=bid.id)


def test_who_lost_the_code_begins_anew_from_the_data_file(sign_in) -> None:
    here = world.make()
    bid, owner, receipt = here.submitted()
    client = sign_in(owner)
    sent = {"op_id": str(uuid4()), "code": receipt.reopen_code, "kind": "zip"}
    copy = client.post(f"/bids/{bid.id}/copy", data=sent).data
    services.withdraw_bid(actor=actor_of(owner), bid_id=bid.id, received_at=clock.now())
    services.start_bid(actor=actor_of(owner), lot_id=here.lot.id, party_id=bid.party_id)
    assert queries.draft(world.fresh(bid)).title == ""
    data = {"op_id": str(uuid4()), "file": (io.BytesIO(copy), "proposal.zip")}
    assert client.post(f"/bids/{bid.id}/restore", data=data).status_code == 303
    draft = queries.draft(world.fresh(bid))
    assert draft.title == "银龄相伴"
    (named,) = draft.attachments
    assert queries.draft_file(world.fresh(bid), named.part)[0] == world.pdf()
    again = world.submit(owner, bid)
    assert queries.own_copy(world.fresh(bid), again.reopen_code).text("goals") == "完成探访六百人次"


def bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("proposal.json", b" " * 50_000_000)
    return target.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[1]",
        b"PK\x03\x04",
        b'{"title": 1, "lines": [3]}',
        b'{"title": "x", "lines": [], "attachments": [{"a": 1}]}',
        b"[" * 100_000,
        bomb(),
    ],
)
def test_what_is_no_data_file_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        rules.read_copy(data)
    assert refused.value.problems[0].field == "file"


def test_an_archive_comes_back_as_it_was() -> None:
    content = ProposalContent(title="甲", answers={"goals": "目标", "q1": ["甲"]})
    assert rules.read_copy(rules.write_archive(content, {})) == (content, {})
    assert rules.read_copy(rules.write_json(content)) == (content, {})
