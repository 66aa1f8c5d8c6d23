"""The eligibility check: pass or fail with a reason, told to the organisation, done when the last one is decided."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.accounts.models import User
from portal.bids.models import Bid
from portal.bids.values import BidStatus
from portal.core.db import db
from portal.core.errors import Denied, Invalid, InvalidTransition, NotFound
from portal.core.mail import Message
from portal.core.outbox import OutboxMessage
from portal.parties.values import Role
from portal.qualification import queries, services
from portal.qualification.values import CheckResult
from tests.bids import world
from tests.conftest import actor_of
from tests.factories import person

SignIn = Callable[[User], FlaskClient]


@pytest.fixture
def opened(app: Flask) -> tuple[world.World, list[Bid]]:
    here = world.make()
    bids = [here.submitted()[0] for _ in range(2)]
    here.close()
    here.open()
    return here, [world.fresh(bid) for bid in bids]


def topics() -> list[str]:
    db.session.rollback()
    return [m.topic for m in db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.created_at))]


def check(here: world.World, bid: Bid, result: CheckResult = CheckResult.PASS, reason: str = "") -> None:
    services.check_bid(actor=actor_of(here.officer), bid_id=bid.id, result=result, reason=reason)


def confirm(here: world.World, bid: Bid) -> None:
    services.confirm_check(actor=actor_of(person(Role.PROGRAMME_APPROVER, here.unit)), bid_id=bid.id)


def test_the_last_decision_ends_the_check(opened, drain) -> None:
    here, (one, two) = opened
    assert queries.pending_count(here.tender.id) == 2
    check(here, one)
    confirm(here, one)
    assert "qualification.done" not in topics()
    check(here, two, CheckResult.FAIL, "未提供年检合格证明（征集公告第二条）")
    assert queries.pending_count(here.tender.id) == 1
    confirm(here, two)
    assert topics().count("qualification.done") == 1
    assert queries.pending_count(here.tender.id) == 0
    assert [world.fresh(bid).status for bid in (one, two)] == [BidStatus.VALID, BidStatus.DISQUALIFIED]
    assert {row.check.result for row in queries.checks(here.tender.id) if row.check} == set(CheckResult)
    drain()
    told = "\n".join(m.body for m in db.session.scalars(select(Message)))
    assert "未提供年检合格证明" in told


@pytest.mark.parametrize("reason", ["", "   ", "no"])
def test_a_failure_needs_a_reason(opened, reason: str) -> None:
    here, (one, _two) = opened
    with pytest.raises(Invalid) as refused:
        check(here, one, CheckResult.FAIL, reason)
    assert [problem.field for problem in refused.value.problems] == ["reason"]
    assert world.fresh(one).status == BidStatus.PENDING


def test_a_decision_is_made_once(opened) -> None:
    here, (one, _two) = opened
    check(here, one)
    assert world.fresh(one).status == BidStatus.PENDING
    with pytest.raises(Denied):
        services.confirm_check(actor=actor_of(here.officer), bid_id=one.id)
    confirm(here, one)
    with pytest.raises(InvalidTransition):
        check(here, one, CheckResult.FAIL, "重新认定为不合格")
    assert world.fresh(one).status == BidStatus.VALID


def test_what_is_sealed_cannot_be_checked(app: Flask) -> None:
    here = world.make()
    bid, _owner, _receipt = here.submitted()
    with pytest.raises(NotFound):
        check(here, bid)


def test_only_officers_of_the_buyer_decide(opened) -> None:
    here, (one, _two) = opened
    for user, error in ((here.supervisor, Denied), (world.make().officer, NotFound)):
        with pytest.raises(error):
            services.check_bid(actor=actor_of(user), bid_id=one.id, result=CheckResult.PASS)
    assert world.fresh(one).status == BidStatus.PENDING


def test_the_desk_shows_content_and_takes_the_decision_once(opened, sign_in: SignIn) -> None:
    here, (one, _two) = opened
    client, address = sign_in(here.officer), f"/qualification/bids/{one.id}"
    desk = client.get(f"/qualification/{here.tender.id}")
    assert one.party.name in desk.get_data(as_text=True)
    assert "银龄相伴" in client.get(address).get_data(as_text=True)
    data = {"op_id": str(uuid4()), "result": "fail", "reason": ""}
    refused = client.post(address, data=data)
    assert refused.status_code == 422
    assert 'href="#reason"' in refused.get_data(as_text=True)
    assert client.post(address, data={"op_id": str(uuid4())}).status_code == 422
    data = {"op_id": str(uuid4()), "result": "pass"}
    first, again = client.post(address, data=data), client.post(address, data=data)
    assert (first.status_code, again.status_code) == (303, 303)
    assert world.fresh(one).status == BidStatus.PENDING
    again = {"op_id": str(uuid4())}
    assert client.post(f"{address}/confirm", data=again).status_code == 403
    second = sign_in(person(Role.PROGRAMME_OFFICER, here.unit))
    assert second.post(f"{address}/confirm", data={"op_id": str(uuid4())}).status_code == 303
    assert world.fresh(one).status == BidStatus.VALID
    assert client.post(address, data=data | {"op_id": str(uuid4())}).status_code == 409


def test_who_reaches_the_desk(opened, sign_in: SignIn, client: FlaskClient) -> None:
    here, (one, _two) = opened
    addresses = (f"/qualification/{here.tender.id}", f"/qualification/bids/{one.id}")
    for address in addresses:
        assert client.get(address).status_code == 303
        assert sign_in(person(Role.EXPERT, here.unit)).get(address).status_code == 403
        assert sign_in(world.make().officer).get(address).status_code == 404
        watching = sign_in(here.supervisor)
        assert watching.get(address).status_code == 200
    data = {"op_id": str(uuid4()), "result": "pass"}
    assert watching.post(addresses[1], data=data).status_code == 403
    assert world.fresh(one).status == BidStatus.PENDING


def test_the_desk_sends_the_same_queries_for_two_and_four(app: Flask, sign_in: SignIn, count_queries) -> None:
    counted = []
    for count in (2, 4):
        here = world.make()
        for _ in range(count):
            here.submitted()
        here.close()
        here.open()
        client = sign_in(here.officer)
        client.get(f"/qualification/{here.tender.id}")
        counted.append(count_queries(lambda c=client, t=here.tender.id: c.get(f"/qualification/{t}")))
    assert counted[0] == counted[1]
