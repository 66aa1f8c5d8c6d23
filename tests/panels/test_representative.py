"""The buyer's representative: named, approved by another, seated like a member, never in the chair."""

import pytest

from portal.core import clock as clocks
from portal.core.db import db
from portal.core.errors import Denied, Invalid
from portal.panels import queries, services
from portal.panels.models import Expert
from portal.panels.values import Cell, ExpertGroup, PanelStatus, Quota, SeatStatus
from portal.parties.values import Role
from portal.payments import queries as payments
from tests.conftest import actor_of
from tests.factories import grant, person
from tests.panels.browse import send
from tests.panels.stage import change, seats, stage, user_of

QUOTAS = (Quota(Cell(ExpertGroup.TECHNICAL), 2),)


@pytest.fixture
def s(app):
    found = stage()
    found.approver = person(Role.PROGRAMME_APPROVER, found.district, name="审批人")
    found.buyer = person(Role.FINANCE_OFFICER, found.district, name="采购人代表甲")
    return found


def freeze(s, who, quotas=QUOTAS):
    return services.freeze_list(
        actor=actor_of(s.officer), tender_id=s.tender.id, quotas=quotas, witness_id=s.witness.id,
        review_on=clocks.today(), representative_id=who.id,
    )  # fmt: skip


def seated(s):
    s.hold(freeze(s, s.buyer).draws[0])
    panel = queries.panel_of(s.tender.id)
    seat = services.approve_representative(actor=actor_of(s.approver), panel_id=panel.id)
    for invited in seats(panel, SeatStatus.INVITED):
        services.accept_seat(actor=actor_of(user_of(invited)), seat_id=invited.id)
    return panel, seat


def test_the_representative_sits_without_being_drawn_paid_or_in_the_chair(s):
    panel, seat = seated(s)
    members = seats(panel, SeatStatus.ACCEPTED)
    assert [member.buyer for member in members].count(True) == 1
    assert len({each.code for each in seats(panel)}) == len(seats(panel))
    with pytest.raises(Invalid, match="may not chair"):
        services.name_chair(actor=actor_of(s.officer), seat_id=seat.id)
    services.begin_scoring(actor=actor_of(s.officer), panel_id=panel.id)
    for member in members:
        change(member, signed_at=clocks.now())
    paid = payments.paid_seats(queries.panel_of(s.tender.id))
    assert seat.id not in {each.id for each in paid}
    assert len(paid) == 2
    entry = db.session.query(Expert).filter_by(user_id=s.buyer.id).one()
    assert entry not in queries.all_experts(actor_of(s.officer))
    assert entry.id not in {expert.id for expert in queries.pool_for(s.tender)}


def test_two_people_decide_who_represents_the_buyer(s):
    stranger = person(Role.FINANCE_OFFICER, stage().district)
    for who, said in ((s.officer, "other than yourself"), (stranger, "buyer's staff")):
        with pytest.raises(Invalid, match=said):
            freeze(s, who)
    with pytest.raises(Invalid, match="these seats add up"):
        freeze(s, s.buyer, (Quota(Cell(ExpertGroup.TECHNICAL), 3),))
    panel = freeze(s, s.buyer)
    with pytest.raises(Invalid, match="when the panel is drawn"):
        services.approve_representative(actor=actor_of(s.approver), panel_id=panel.id)
    s.hold(panel.draws[0])
    assert any(
        "has not taken the seat" in p.message for p in services.not_ready(queries.panel_of(s.tender.id))
    )
    grant(s.buyer, Role.PROGRAMME_APPROVER, s.district.id)
    for wrong in (s.officer, s.buyer):
        with pytest.raises(Denied):
            services.approve_representative(actor=actor_of(wrong), panel_id=panel.id)


def test_a_tie_with_a_bidder_keeps_the_representative_away(s):
    grant(s.buyer, Role.ORG_OWNER, s.bids[0].party_id)
    with pytest.raises(Invalid, match="cannot represent the buyer"):
        freeze(s, s.buyer)
    assert queries.panel_of(s.tender.id) is None


def test_when_the_representative_leaves_another_is_named(s, sign_in, drain):
    panel, seat = seated(s)
    services.recuse_seat(actor=actor_of(s.buyer), seat_id=seat.id, reason="利害关系")
    drain()
    officer, address = sign_in(s.officer), f"/panels/{panel.id}/representative"
    other = person(Role.CASHIER, s.district, name="采购人代表乙")
    assert send(officer, address, representative_id=s.officer.id).status_code == 422
    assert send(officer, address, representative_id=other.id).status_code == 303
    assert send(sign_in(s.approver), f"{address}/approve").status_code == 303
    assert [user_of(each).id for each in seats(panel, SeatStatus.INVITED)] == [other.id]
    assert other.name in officer.get(f"/panels/tenders/{s.tender.id}").text
    assert queries.panel_of(s.tender.id).status == PanelStatus.SEATED
