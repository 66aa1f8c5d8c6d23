"""The screening of a real call: found after opening, encrypted, noted by the officer, seen by nobody else."""

from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from portal.bids import services as bids
from portal.bids.values import BidStatus
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Denied, Invalid, NotFound
from portal.parties.values import Role
from portal.screening import queries, services
from portal.screening.models import ScreeningFinding
from portal.screening.values import Kind, Review
from tests.bids import world
from tests.conftest import actor_of
from tests.factories import person

SECRET = "项目组每周三下午在社区活动室为三十位独居老人量血压并登记在册由护士复核后告知家属并在月底汇总上报"
ELIGIBILITY = "申请机构应当在民政部门登记满一年并且最近一次年检合格没有严重违法失信记录"


@pytest.fixture
def here(app: Flask, drain):
    """An opened and compared call: the first two proposals share a passage, all three the call's own words and the same file."""
    call = world.make(eligibility=ELIGIBILITY)
    shared = [
        f"{SECRET}。",
        f"我们还做别的事情，另有安排。{SECRET}。",
        "完全不同的内容，由另一家机构自己写成，没有抄袭。",
    ]
    call.bids = [call.submitted(world.complete(risk=f"{text}{ELIGIBILITY}。"))[0] for text in shared]
    call.close()
    call.open()
    drain()
    return call


def found(call, kind: Kind = Kind.TEXT) -> list[ScreeningFinding]:
    db.session.rollback()
    rows = db.session.scalars(
        select(ScreeningFinding).where(
            ScreeningFinding.tender_id == call.tender.id, ScreeningFinding.kind == kind
        )
    )
    return list(rows)


def test_after_opening_copies_are_found_and_the_calls_own_words_are_not(here) -> None:
    assert queries.screening_of(here.tender.id).compared == 3
    (finding,) = found(here)
    assert {finding.one_id, finding.other_id} == {bid.id for bid in here.bids[:2]}
    (only,) = queries.evidence(finding).pairs
    assert (only.one.text, only.one.place, only.other.text) == (SECRET, "risk", SECRET)
    assert len(found(here, Kind.FILE)) == 3
    assert finding.status == Review.OPEN
    assert {world.fresh(bid).status for bid in here.bids} == {BidStatus.PENDING}, "nobody is excluded"


def test_evidence_lies_encrypted_and_bound_to_its_place(here) -> None:
    (finding,) = found(here)
    assert SECRET.encode() not in finding.evidence
    other = found(here, Kind.FILE)[0]
    other.evidence = finding.evidence
    with pytest.raises(Invalid):
        queries.evidence(other)
    db.session.rollback()


def test_the_officer_notes_and_may_change_the_note(here) -> None:
    (finding,) = found(here)

    def review(status: Review, reason: str, user=here.officer) -> None:
        services.review_finding(
            actor=actor_of(user),
            tender_id=here.tender.id,
            finding_id=finding.id,
            status=status,
            reason=reason,
        )

    for reason in ("", "  ", "ok"):
        with pytest.raises(Invalid):
            review(Review.SEEN, reason)
    with pytest.raises(Denied):
        review(Review.SEEN, "同一枢纽型组织的示范文本", here.supervisor)
    with pytest.raises(NotFound):
        review(Review.SEEN, "同一枢纽型组织的示范文本", world.make().officer)
    assert found(here)[0].status == Review.OPEN
    review(Review.SEEN, "同一枢纽型组织的示范文本")
    assert queries.raised(here.tender.id) == []
    review(Review.RAISED, "请评审组核对两份方案")
    (raised,) = queries.raised(here.tender.id)
    assert (raised.reason, raised.reviewed_by) == ("请评审组核对两份方案", here.officer.id)


def test_comparing_again_keeps_what_was_noted_and_doubles_nothing(here, drain) -> None:
    (finding,) = found(here)
    services.review_finding(
        actor=actor_of(here.officer), tender_id=here.tender.id, finding_id=finding.id, status=Review.RAISED, reason="请评审组核对"
    )  # fmt: skip
    services.ask_again(actor=actor_of(here.officer), tender_id=here.tender.id)
    with pytest.raises(Denied):
        services.ask_again(actor=actor_of(here.supervisor), tender_id=here.tender.id)
    drain()
    (kept,) = found(here)
    assert (kept.id, kept.status) == (finding.id, Review.RAISED)
    assert len(found(here, Kind.FILE)) == 3


def test_nothing_is_compared_or_told_before_the_opening(app: Flask, sign_in) -> None:
    call = world.make()
    call.submitted()
    with pytest.raises(NotFound):
        queries.opened_tender(actor_of(call.officer), call.tender.id)
    assert sign_in(call.officer).get(f"/screening/{call.tender.id}").status_code == 404
    assert services.compare_bids(call.tender.id).findings == ()


def test_the_pages_show_both_sides_and_take_the_note_once(here, sign_in) -> None:
    client, address = sign_in(here.officer), f"/screening/{here.tender.id}"
    (finding,) = found(here)
    side = f"{address}/{finding.one_id}/{finding.other_id}"
    assert side in client.get(f"{address}?kind=text").get_data(as_text=True)
    assert client.get(f"{address}?kind=image").get_data(as_text=True).count(side) == 0
    shown = client.get(side).get_data(as_text=True)
    assert shown.count(SECRET) == 2
    assert all(bid.party.name in shown for bid in here.bids[:2])
    note = f"{address}/findings/{finding.id}"
    refused = client.post(note, data={"op_id": str(uuid4()), "status": "raised", "reason": ""})
    assert refused.status_code == 422
    assert 'href="#reason"' in refused.get_data(as_text=True)
    data = {"op_id": str(uuid4()), "status": "raised", "reason": "请评审组核对"}
    assert [client.post(note, data=data).status_code for _ in range(2)] == [303, 303]
    assert found(here)[0].status == Review.RAISED
    assert "请评审组核对" in client.get(f"{address}?status=raised").get_data(as_text=True)
    assert client.post(f"{address}/again", data={"op_id": str(uuid4())}).status_code == 303


def test_who_reaches_the_pages(here, sign_in, client) -> None:
    (finding,) = found(here)
    address = f"/screening/{here.tender.id}"
    side = f"{address}/{finding.one_id}/{finding.other_id}"
    owner = next(iter([here.organisation()[1]]))
    for page in (address, side):
        assert client.get(page).status_code == 303
        assert sign_in(here.supervisor).get(page).status_code == 200
        for user in (owner, person(Role.EXPERT, here.unit)):
            assert sign_in(user).get(page).status_code == 403
        assert sign_in(world.make().officer).get(page).status_code == 404
    assert 'name="reason"' not in sign_in(here.supervisor).get(side).get_data(as_text=True)
    unrelated = f"{address}/{here.bids[0].id}/{uuid4()}"
    assert sign_in(here.officer).get(unrelated).status_code == 404
    data = {"op_id": str(uuid4()), "status": "seen", "reason": "没有问题"}
    assert sign_in(here.supervisor).post(f"{address}/findings/{finding.id}", data=data).status_code == 403


def test_the_list_sends_the_same_queries_for_one_and_three(app: Flask, sign_in, drain, count_queries) -> None:
    counted = []
    for count in (2, 3):
        call = world.make()
        for _ in range(count):
            call.submitted()
        call.close()
        call.open()
        drain()
        assert len(found(call, Kind.FILE)) == {2: 1, 3: 3}[count]
        client = sign_in(call.officer)
        client.get(f"/screening/{call.tender.id}")
        counted.append(count_queries(lambda c=client, t=call.tender.id: c.get(f"/screening/{t}")))
    assert counted[0] == counted[1]


def test_a_withdrawn_proposal_is_never_compared(app: Flask, drain) -> None:
    call = world.make()
    _bid, _owner, _receipt = call.submitted(world.complete(risk=SECRET * 2))
    call.submitted()
    bid, owner, _receipt = call.submitted(world.complete(risk=SECRET * 2))
    bids.withdraw_bid(actor=actor_of(owner), bid_id=bid.id, received_at=clock.now())
    call.close()
    call.open()
    drain()
    assert found(call) == []
    assert len(found(call, Kind.FILE)) == 1
