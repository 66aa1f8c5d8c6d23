"""What the officer raised is shown to those who sit in the panel, and to nobody before."""

from flask import Flask
from sqlalchemy import select

from portal.core.db import db
from portal.panels.values import SeatStatus
from portal.parties.values import Role
from portal.screening import services
from portal.screening.models import ScreeningFinding
from portal.screening.values import Comparison, Finding, Kind, Pair, Passage, Review
from tests.conftest import actor_of
from tests.factories import person
from tests.panels.stage import seats, stage, user_of

WORDS = "两份方案的探访安排逐字相同"


def test_experts_with_a_seat_see_what_was_raised_and_only_that(app: Flask, sign_in, client) -> None:
    here = stage()
    panel = here.accepted()
    one, other, third = sorted(str(bid.id) for bid in here.bids)
    sides = (Pair(Passage("needs", WORDS), Passage("activities", WORDS)),)
    found = [
        Finding(Kind.TEXT, one, other, 4000, sides),
        Finding(Kind.PHONE, one, third, 10_000, (Pair(Passage("profile", "13800000000"), Passage("profile", "13800000000")),)),
    ]  # fmt: skip
    services.keep_comparison(tender_id=here.tender.id, comparison=Comparison(tuple(found)))
    taken = seats(panel, SeatStatus.ACCEPTED)[0]
    address, expert = f"/panels/seats/{taken.id}/evidence", user_of(taken)
    assert WORDS not in sign_in(expert).get(address).get_data(as_text=True)
    finding = db.session.scalars(select(ScreeningFinding).where(ScreeningFinding.kind == Kind.TEXT)).one()
    services.review_finding(
        actor=actor_of(here.officer), tender_id=here.tender.id, finding_id=finding.id, status=Review.RAISED, reason="请评审组核对"
    )  # fmt: skip
    shown = sign_in(expert).get(address).get_data(as_text=True)
    assert shown.count(WORDS) == 2
    assert "请评审组核对" in shown
    assert "13800000000" not in shown
    assert client.get(address).status_code == 303
    assert sign_in(here.officer).get(address).status_code == 403
    assert sign_in(person(Role.EXPERT, here.street)).get(address).status_code == 404
