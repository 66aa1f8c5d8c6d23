"""Comments of colleagues and the approval of a second person."""

from uuid import uuid4

import pytest
from sqlalchemy import func, select

from portal.bids import queries, services
from portal.bids.models import BidComment
from portal.bids.values import BidStatus
from portal.core.db import db
from portal.core.errors import Denied, Invalid, NotFound
from portal.parties.values import Role
from tests.bids import world
from tests.conftest import actor_of
from tests.factories import person

pytestmark = pytest.mark.usefixtures("app")


def test_comments_are_read_by_members_only_and_end_with_the_draft() -> None:
    here = world.make()
    party, owner = here.organisation()
    finance = person(Role.ORG_FINANCE, party, name="会计小吴")
    bid = here.draft(owner, party)
    row = services.add_comment(actor=actor_of(finance), bid_id=bid.id, page="budget", text="管理费再核一下")
    assert "管理费".encode() not in row.ciphertext
    (comment,) = queries.comments(world.fresh(bid), "budget")
    assert (comment.text, comment.author, comment.settled) == ("管理费再核一下", "会计小吴", False)
    assert queries.comments(world.fresh(bid), "team") == []
    services.settle_comment(actor=actor_of(owner), comment_id=row.id)
    assert queries.comments(world.fresh(bid))[0].settled
    stranger = actor_of(here.organisation()[1])
    with pytest.raises(Denied):
        services.add_comment(actor=stranger, bid_id=bid.id, page="budget", text="偷看")
    with pytest.raises(NotFound):
        services.settle_comment(actor=stranger, comment_id=row.id)
    for text in ("  ", "长" * 1001):
        with pytest.raises(Invalid):
            services.add_comment(actor=actor_of(owner), bid_id=bid.id, page="budget", text=text)
    world.submit(owner, bid)
    assert db.session.scalar(select(func.count()).select_from(BidComment)) == 0


def test_with_approval_switched_on_a_second_person_approves_what_is_submitted(sign_in, drain) -> None:
    here = world.make()
    party, owner = here.organisation()
    approver = person(Role.ORG_APPROVER, party)
    services.set_approval(actor=actor_of(owner), party_id=party.id, needed=True)
    bid = here.draft(owner, party)
    with pytest.raises(Invalid, match="has not approved"):
        world.submit(owner, bid)
    services.ask_approval(actor=actor_of(owner), bid_id=bid.id)
    drain()
    assert queries.approvers(world.fresh(bid)) == [approver.id]
    seen = queries.saved_at(world.fresh(bid))
    with pytest.raises(Denied):  # the owner wrote in it
        services.approve_draft(actor=actor_of(owner), bid_id=bid.id, saved_at=seen)
    with pytest.raises(Invalid, match="was changed"):
        services.approve_draft(actor=actor_of(approver), bid_id=bid.id, saved_at="2026-01-01T00:00:00+00:00")
    client = sign_in(approver)
    assert client.get(f"/bids/{bid.id}/draft").status_code == 200
    assert client.post(f"/bids/{bid.id}/approve/{seen}", data={"op_id": str(uuid4())}).status_code == 303
    assert world.fresh(bid).approved_by == approver.id
    services.save_answers(
        actor=actor_of(owner), bid_id=bid.id, part="team", revision=None, answers={"team": "换人"}
    )
    assert world.fresh(bid).approved_at is None
    with pytest.raises(Invalid, match="has not approved"):
        world.submit(owner, bid)
    services.approve_draft(
        actor=actor_of(approver), bid_id=bid.id, saved_at=queries.saved_at(world.fresh(bid))
    )
    world.submit(owner, bid)
    assert world.fresh(bid).status == BidStatus.SEALED


def test_only_owners_switch_the_approval(sign_in) -> None:
    here = world.make()
    party, owner = here.organisation()
    drafter = person(Role.ORG_DRAFTER, party)
    with pytest.raises(Denied):
        services.set_approval(actor=actor_of(drafter), party_id=party.id, needed=True)
    client = sign_in(owner)
    assert client.get(f"/bids/approval/{party.id}").status_code == 200
    on = client.post(f"/bids/approval/{party.id}", data={"op_id": str(uuid4()), "needed": "y"})
    assert on.status_code == 303
    rule = queries.approval_rule(party.id)
    assert rule is not None
    assert rule.needed
    other, _owner = here.organisation()
    assert client.get(f"/bids/approval/{other.id}").status_code == 404
    assert f"/bids/approval/{party.id}" in client.get("/bids/").get_data(as_text=True)
