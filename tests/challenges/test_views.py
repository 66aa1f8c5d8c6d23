"""Pages of challenges through HTTP."""

import pytest
from sqlalchemy import select

from portal.awards import services as awards
from portal.challenges.models import Challenge
from portal.challenges.values import ChallengeStatus
from portal.core.db import db
from portal.core.money import Money
from portal.parties.values import Role
from tests.awards.cases import Ranked
from tests.conftest import actor_of
from tests.factories import PartyFactory, person

OP = "7d1f7c0e-58a4-4f7e-9d0e-0b1a1c1d1e1f"


@pytest.fixture
def decided(app):
    ranked = Ranked()
    awards.decide(
        actor=actor_of(ranked.officer),
        tender_id=ranked.tender.id,
        awards=[(ranked.bids[0].id, Money(9_800_000))],
    )
    return ranked


def challenges():
    return db.session.scalars(select(Challenge)).all()


def test_a_bidder_files_and_the_officer_answers(decided, sign_in, client):
    owner, officer = sign_in(decided.owners[1]), sign_in(decided.officer)
    new = f"/challenges/tenders/{decided.tender.id}/new"
    assert owner.get(new).status_code == 200
    assert owner.post(new, data={"grounds": "", "op_id": OP}).status_code == 422
    assert challenges() == []
    for _ in range(2):
        assert owner.post(new, data={"grounds": "评分标准未执行", "op_id": OP}).status_code == 303
    (challenge,) = challenges()
    page = f"/challenges/{challenge.id}"
    assert "评分标准未执行" in owner.get(page).text
    assert decided.parties[1].name not in client.get(f"/challenges/tenders/{decided.tender.id}").text
    assert "评分标准未执行" in officer.get(page + "/answer").text
    assert officer.post(page + "/answer", data={"outcome": "upheld", "answer": ""}).status_code == 422
    sent = officer.post(page + "/answer", data={"outcome": "upheld", "answer": "质疑成立，撤销入选决定。"})
    assert sent.status_code == 303
    db.session.expire_all()
    assert challenges()[0].status == ChallengeStatus.UPHELD
    assert f"/awards/tenders/{decided.tender.id}" in officer.get(page).text
    public = client.get(f"/challenges/tenders/{decided.tender.id}").text
    assert decided.parties[1].name in public
    assert "质疑成立，撤销入选决定。" in public
    assert "评分标准未执行" not in public
    assert officer.get(page + "/answer").status_code == 409


def test_strangers_stay_outside(decided, sign_in, client):
    new = f"/challenges/tenders/{decided.tender.id}/new"
    assert client.get(new).status_code == 303
    assert sign_in(decided.officer).get(new).status_code == 403
    assert sign_in(person(Role.ORG_OWNER, PartyFactory())).get(new).status_code == 404
    sign_in(decided.owners[1]).post(new, data={"grounds": "x"})
    page = f"/challenges/{challenges()[0].id}"
    assert client.get(page).status_code == 303
    assert sign_in(decided.owners[2]).get(page).status_code == 404
    assert sign_in(decided.owners[1]).get(page + "/answer").status_code == 403
    assert sign_in(decided.owners[2]).post(page + "/withdraw").status_code == 404
    assert challenges()[0].status == ChallengeStatus.FILED


def test_a_list_costs_the_same_for_one_and_three_rows(decided, sign_in, count_queries):
    officer = sign_in(decided.officer)
    for n in (0, 1, 2):
        sign_in(decided.owners[n]).post(
            f"/challenges/tenders/{decided.tender.id}/new", data={"grounds": f"理由{n}"}
        )
        if n == 0:
            officer.get("/challenges/")
            one = count_queries(lambda: officer.get("/challenges/"))
    assert count_queries(lambda: officer.get("/challenges/")) == one
    assert officer.get("/challenges/?status=filed").text.count("/challenges/") >= 3


def test_nothing_is_public_before_the_notice(app, client):
    ranked = Ranked()
    assert client.get(f"/challenges/tenders/{ranked.tender.id}").status_code == 404
