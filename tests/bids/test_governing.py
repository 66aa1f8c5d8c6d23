"""The documents of a call are accepted by name and digest before a proposal is submitted."""

from dataclasses import replace

import pytest

from portal.bids import queries, services
from portal.bids.values import Accepted, Declaration, ProposalContent
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Invalid
from portal.core.files import StoredFile
from portal.tenders.models import GoverningDocument
from tests.bids import world
from tests.conftest import actor_of

RULES = Accepted("资金管理办法", "a" * 64)
CHANGED = Accepted("资金管理办法", "b" * 64)


def test_only_calls_with_documents_spell_them_out() -> None:
    assert "documents" not in Declaration().to_json()
    made = ProposalContent(declaration=Declaration(True, True, True, (RULES,)))
    assert ProposalContent.from_json(made.to_json()) == made


def test_a_proposal_is_sealed_with_what_its_organisation_accepted(app, sign_in) -> None:
    here = world.make()
    stored = StoredFile(
        sha256=RULES.sha256, size=1, media_type="application/pdf", name="办法.pdf", created_at=clock.now()
    )
    db.session.add(stored)
    db.session.flush()
    db.session.add(
        GoverningDocument(
            tender_id=here.tender.id, position=1, title=RULES.title, file_id=stored.id, name="办法.pdf", size=1, sha256=RULES.sha256
        )
    )  # fmt: skip
    db.session.commit()
    party, owner = here.organisation()
    bid = here.draft(owner, party)
    for accepted in ((), (CHANGED,)):
        with pytest.raises(Invalid, match="read and accept"):
            world.submit(owner, bid, declaration=replace(world.DECLARED, documents=accepted))
    assert world.fresh(bid).status == "draft"
    page = sign_in(owner).get(f"/bids/{bid.id}/submit").text
    assert RULES.title in page
    assert RULES.sha256[:12] in page
    declared = replace(world.DECLARED, documents=queries.governing_documents(here.tender.id))
    code = world.submit(owner, bid, declaration=declared).reopen_code
    services.reopen_bid(actor=actor_of(owner), bid_id=bid.id, code=code, received_at=clock.now())
    assert queries.draft(world.fresh(bid)).declaration == Declaration()  # accepted anew with each submission
