"""A consortium with a lead, and a hub that applies for a group on file: sealed as the rest until the opening."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.bids import queries, services
from portal.bids.models import Bid, BidPartner
from portal.bids.values import AGREEMENT, OPENED
from portal.core import clock
from portal.core.audit import AuditEvent
from portal.core.db import db
from portal.core.errors import Denied, Invalid
from portal.core.mail import Message
from portal.core.outbox import OutboxMessage
from portal.panels.services.recusal import bidders_of
from portal.parties.values import PartyKind, Role
from portal.qualification import queries as qualification
from tests.bids import world
from tests.conftest import actor_of
from tests.factories import PartyFactory, person

pytestmark = pytest.mark.usefixtures("app")


def invited(owner, bid) -> str:
    return services.invite_partner(actor=actor_of(owner), bid_id=bid.id, task="负责志愿者培训").code


def confirm(user, party, code) -> None:
    services.confirm_partner(actor=actor_of(user), code=code, party_id=party.id, received_at=clock.now())


def draft_of(bid):
    return queries.draft(world.fresh(bid))


def test_members_confirm_themselves_and_the_agreement_is_asked_for(drain) -> None:
    no_ban = {"kind": "noBan", "number": None, "kinds": [], "text": ""}
    here = world.make(minimum_bids=1, conditions=[no_ban])
    party, owner = here.organisation()
    member, other = here.organisation(name="朝霞社工服务中心")
    bid = here.draft(owner, party)
    code = invited(owner, bid)
    with pytest.raises(Invalid, match="has not confirmed"):
        world.submit(owner, world.fresh(bid))
    with pytest.raises(Denied):
        services.confirm_partner(
            actor=actor_of(person(Role.ORG_DRAFTER, member)),
            code=code,
            party_id=member.id,
            received_at=clock.now(),
        )
    confirm(other, member, code)
    confirm(other, member, code)  # sent twice
    [partner] = draft_of(bid).partners
    assert (partner.name, partner.confirmed_by) == (member.name, other.name)
    with pytest.raises(Invalid, match="attach"):
        world.submit(owner, world.fresh(bid))
    services.add_file(actor=actor_of(owner), bid_id=bid.id, name="协议.pdf", data=world.pdf(), kind=AGREEMENT)
    world.submit(owner, world.fresh(bid))
    with pytest.raises(Invalid, match="no invitation"):
        confirm(other, member, code)

    sealed = world.fresh(bid)
    assert queries.members_of(sealed) == []
    here.close()
    minutes = here.open()
    assert minutes.entries[0]["partners"] == [member.name]
    opened = world.fresh(bid)
    assert opened.status in OPENED
    assert [one.name for one in queries.members_of(opened)] == [member.name]
    drain()
    told = db.session.scalars(select(Message.link).where(Message.user_id == other.id)).all()
    assert told == [f"/tenders/{here.tender.id}"]
    assert {facts.name for facts in bidders_of([opened])} == {party.name, member.name}
    of_lead, of_member = qualification.lines(opened, queries.content(opened))
    assert len(of_lead.sentences) == 1
    assert of_member.sentences[0].params["name"] == member.name


def test_until_the_opening_nothing_in_the_clear_says_who_applies_with_whom(drain) -> None:
    here = world.make()
    party, owner = here.organisation()
    member, other = here.organisation(name="朝霞社工服务中心")
    bid = here.draft(owner, party)
    confirm(other, member, invited(owner, bid))
    drain()
    rows = [
        *db.session.scalars(select(BidPartner)),
        *db.session.scalars(select(Bid)),
        *db.session.scalars(select(OutboxMessage)),
    ]
    rows += db.session.scalars(select(AuditEvent).where(AuditEvent.subject_id == bid.id)).all()
    for row in rows:
        values = " ".join(str(value) for name, value in vars(row).items() if not name.startswith("_"))
        for trace in (str(member.id), member.name, member.code, other.name, str(other.id)):
            assert trace not in values, (row, trace)


def test_nobody_applies_twice_for_a_lot() -> None:
    here = world.make()
    party, owner = here.organisation()
    member, other = here.organisation()
    bid = here.draft(owner, party)
    confirm(other, member, invited(owner, bid))
    with pytest.raises(Invalid, match="another proposal"):
        services.start_bid(actor=actor_of(other), lot_id=here.lot.id, party_id=member.id)
    third, third_owner = here.organisation()
    rival = here.draft(third_owner, third)
    with pytest.raises(Invalid, match="another proposal"):
        confirm(other, member, invited(third_owner, rival))
    with pytest.raises(Invalid, match="of its own"):
        confirm(third_owner, third, invited(owner, bid))
    with pytest.raises(Invalid, match="leads"):
        confirm(owner, party, invited(owner, bid))
    # who takes it back is free
    code = invited(owner, bid)
    [first, *_rest] = draft_of(bid).partners
    services.remove_partner(actor=actor_of(owner), bid_id=bid.id, part=first.part)
    confirm(other, member, code)
    services.leave_place(actor=actor_of(other), code=code, party_id=member.id, received_at=clock.now())
    services.start_bid(actor=actor_of(other), lot_id=here.lot.id, party_id=member.id)


def test_a_withdrawn_consortium_sets_its_members_free_and_asks_them_anew() -> None:
    here = world.make()
    party, owner = here.organisation()
    member, other = here.organisation()
    bid = here.draft(owner, party)
    confirm(other, member, invited(owner, bid))
    services.add_file(actor=actor_of(owner), bid_id=bid.id, name="协议.pdf", data=world.pdf(), kind=AGREEMENT)
    code = world.submit(owner, world.fresh(bid)).reopen_code
    services.reopen_bid(actor=actor_of(owner), bid_id=bid.id, code=code, received_at=clock.now())
    assert draft_of(bid).partners[0].confirmed_at  # a change of the text asks nobody again
    code = world.submit(owner, world.fresh(bid)).reopen_code
    services.withdraw_bid(actor=actor_of(owner), bid_id=bid.id, received_at=clock.now())
    assert not queries.applies_with_others(here.lot.id, member.id)
    services.reopen_bid(actor=actor_of(owner), bid_id=bid.id, code=code, received_at=clock.now())
    [asked] = draft_of(bid).partners
    assert (asked.confirmed_at, asked.name) == ("", "")
    confirm(other, member, asked.code)


def test_a_hub_applies_for_its_groups_and_for_itself_in_the_same_lot() -> None:
    here = world.make()
    hub, owner = here.organisation()
    group = PartyFactory(kind=PartyKind.COMMUNITY, hub_id=hub.id, name="静和路花友会")
    stranger = PartyFactory(kind=PartyKind.COMMUNITY, name="别处的社团")
    head = person(Role.ORG_OWNER, group)
    own = here.draft(owner, hub)
    actor = actor_of(owner)
    with pytest.raises(Invalid, match="no group on file"):
        services.start_bid(actor=actor, lot_id=here.lot.id, party_id=hub.id, hosted_id=stranger.id)
    bid = services.start_bid(actor=actor, lot_id=here.lot.id, party_id=hub.id, hosted_id=group.id)
    with pytest.raises(Invalid, match="already"):
        services.start_bid(actor=actor, lot_id=here.lot.id, party_id=hub.id, hosted_id=group.id)
    services.save_draft(
        actor=actor, bid_id=bid.id, version=None, content=replace(world.complete(), partners=())
    )
    services.add_file(actor=actor, bid_id=bid.id, name="登记证书.pdf", data=world.pdf())
    [place] = draft_of(bid).partners
    assert place.name == group.name
    with pytest.raises(Invalid, match="another group"):
        confirm(owner, hub, place.code)
    confirm(head, group, place.code)
    world.submit(owner, world.fresh(bid))
    assert world.fresh(own).status == "draft"


def test_the_pages_of_lead_and_member(sign_in) -> None:
    here = world.make()
    party, owner = here.organisation()
    member, other = here.organisation(name="朝霞社工服务中心")
    bid, lead = here.draft(owner, party), sign_in(owner)
    sent = lead.post(f"/bids/{bid.id}/partners", data={"op_id": str(uuid4()), "task": "负责志愿者培训"})
    assert sent.status_code == 303
    [place] = draft_of(bid).partners
    assert f"/bids/join#{place.code}" in lead.get(f"/bids/{bid.id}/partners").text
    client = sign_in(other)
    assert (
        client.post("/bids/join", data={"op_id": str(uuid4()), "code": "0000-0000-0000"}).status_code == 422
    )
    assert client.post("/bids/join", data={"op_id": str(uuid4()), "code": place.code}).status_code == 303
    shown = client.get("/bids/join/confirm").text
    assert party.name in shown
    assert "银龄相伴" in shown
    assert str(bid.id) not in shown
    assert (
        client.post("/bids/join/confirm", data={"op_id": str(uuid4()), "party": str(member.id)}).status_code
        == 303
    )
    assert f"/bids/join/leave/{member.id}" in client.get("/bids/join/confirm").text
    page = sign_in(owner).get(f"/bids/{bid.id}/edit/files").text
    assert 'id="paper-consortium"' in page
    assert client.get(f"/bids/{bid.id}/partners").status_code == 404
