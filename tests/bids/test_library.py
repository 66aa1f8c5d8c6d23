"""What is on file already is taken over with one press, and frozen with the proposal."""

from datetime import timedelta
from uuid import uuid4

import pytest

from portal.bids import queries, services
from portal.core import clock
from portal.core.errors import Invalid, NotFound
from portal.parties import services as parties
from portal.parties.values import CertificateKind, DocumentDraft
from tests.bids import world
from tests.conftest import actor_of


def file_paper(owner, party, *, days: int | None = None, title: str = ""):
    expires = clock.today() + timedelta(days=days) if days is not None else None
    draft = DocumentDraft(CertificateKind.REGISTRATION, title, expires_on=expires)
    return parties.add_document(
        actor=actor_of(owner), party_id=party.id, draft=draft, name="登记证书.pdf", data=world.pdf(2)
    )


def test_a_paper_is_copied_and_sealed_and_the_library_may_change(app, clock) -> None:
    here = world.make()
    party, owner = here.organisation()
    bid, actor = here.draft(owner, party, attach=False), actor_of(owner)
    paper = file_paper(owner, party, days=1)
    taken = services.take_document(actor=actor, bid_id=bid.id, document_id=paper.id, kind="certificate")
    again = services.take_document(actor=actor, bid_id=bid.id, document_id=paper.id, kind="certificate")
    assert taken.part == again.part
    parties.remove_document(actor=actor, party_id=party.id, document_id=paper.id)
    code = world.submit(owner, world.fresh(bid)).reopen_code
    assert queries.own_files(world.fresh(bid), code) == {taken.part: world.pdf(2)}


def test_expired_papers_say_so_and_those_of_others_do_not_exist(app, clock, sign_in) -> None:
    here = world.make()
    party, owner = here.organisation()
    other, stranger = here.organisation()
    foreign = file_paper(stranger, other)
    paper = file_paper(owner, party, days=1, title="副本")
    bid, actor = here.draft(owner, party, attach=False), actor_of(owner)
    client = sign_in(owner)
    client.post("/language", data={"lang": "en"})
    assert "Attach this paper" in client.get(f"/bids/{bid.id}/edit/files").text
    clock.advance(days=2)
    page = sign_in(owner).get(f"/bids/{bid.id}/edit/files").text
    assert f"/bids/{bid.id}/library/" not in page
    for document, error in ((paper, Invalid), (foreign, NotFound)):
        with pytest.raises(error):
            services.take_document(actor=actor, bid_id=bid.id, document_id=document.id, kind="certificate")
    sent = sign_in(stranger).post(
        f"/bids/{bid.id}/library/{foreign.id}/certificate", data={"op_id": str(uuid4())}
    )
    assert sent.status_code == 404
    assert queries.draft(world.fresh(bid)).attachments == ()
