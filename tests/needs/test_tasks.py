"""Small tasks: places are given once, the desk confirms, everybody sees the counts."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from uuid import UUID

import pytest

from portal.core.db import db, get
from portal.core.errors import Denied, Invalid, InvalidTransition
from portal.needs import queries, rules, services
from portal.needs.models import SmallTask, TaskClaim
from portal.needs.values import ClaimStatus, Job, ServiceField
from portal.parties.values import Role
from tests.conftest import actor_of
from tests.factories import NeedFactory, PartyFactory, UserFactory, person
from tests.needs.test_views import op, text_of

TODAY = date(2026, 3, 2)


def job(**changes):
    values = {
        "title": "陪老人取药", "description": "每周二上午", "field": ServiceField.ELDERLY, "places": 2,
        "due_on": TODAY + timedelta(days=7), "contact": "夏主任 3330061", **changes,
    }  # fmt: skip
    return Job(**values)


@pytest.fixture
def task(place):
    return services.publish_task(actor=actor_of(place.representative), unit_id=place.community.id, job=job())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, None), ({"title": " "}, "title"), ({"description": ""}, "description"), ({"places": 0}, "places"),
        ({"places": 501}, "places"), ({"due_on": TODAY - timedelta(days=1)}, "due_on"), ({"due_on": TODAY}, None),
        ({"contact": ""}, "contact"),
    ],
)  # fmt: skip
def test_a_task_says_what_is_wrong(changes, field):
    assert [p.field for p in rules.check_job(job(**changes), TODAY)] == ([field] if field else [])


@pytest.mark.parametrize(
    ("changes", "possible"),
    [
        ({}, True),
        ({"is_open": False}, False),
        ({"taken": 2}, False),
        ({"today": TODAY + timedelta(days=1)}, False),
    ],
)
def test_a_place_is_claimed_while_there_is_one_and_until_the_last_day(changes, possible):
    values = {"is_open": True, "due_on": TODAY, "taken": 1, "places": 2, "today": TODAY, **changes}
    assert (rules.check_claim(**values) == []) is possible


def test_places_are_counted_given_back_and_confirmed(place, task):
    desk, helpers = actor_of(place.representative), [UserFactory() for _ in range(3)]
    first, second = (services.claim_task(actor=actor_of(u), task_id=task.id) for u in helpers[:2])
    assert services.claim_task(actor=actor_of(helpers[0]), task_id=task.id).id == first.id
    with pytest.raises(Invalid, match="All places"):
        services.claim_task(actor=actor_of(helpers[2]), task_id=task.id)
    services.give_back(actor=actor_of(helpers[1]), task_id=task.id)
    services.claim_task(actor=actor_of(helpers[2]), task_id=task.id)
    services.confirm_claim(actor=desk, claim_id=first.id)
    with pytest.raises(InvalidTransition):
        services.give_back(actor=actor_of(helpers[0]), task_id=task.id)
    third = queries.claim_of(task.id, helpers[2].id)
    with pytest.raises(Invalid):
        services.miss_claim(actor=desk, claim_id=third.id, reason="")
    services.miss_claim(actor=desk, claim_id=third.id, reason="没有来")
    again = services.claim_task(actor=actor_of(helpers[1]), task_id=task.id)
    assert (again.id, again.status, again.decided_at) == (second.id, ClaimStatus.CLAIMED, None)
    found = get(SmallTask, task.id)
    assert (found.taken, found.done) == (2, 1)


def test_who_confirms_does_not_claim_and_strangers_do_not_confirm(place, task):
    with pytest.raises(Denied):
        services.claim_task(actor=actor_of(place.officer), task_id=task.id)
    claim = services.claim_task(actor=actor_of(place.stranger), task_id=task.id)
    with pytest.raises(Denied):
        services.confirm_claim(actor=actor_of(place.stranger), claim_id=claim.id)


def test_a_member_claims_for_an_own_organisation_only(task):
    party = PartyFactory()
    member = actor_of(person(Role.ORG_DRAFTER, party))
    with pytest.raises(Denied):
        services.claim_task(actor=member, task_id=task.id, party_id=PartyFactory().id)
    assert services.claim_task(actor=member, task_id=task.id, party_id=party.id).party_id == party.id


def test_the_last_places_are_given_once_when_all_come_at_the_same_moment(app, task):
    """On SQLite, and with --database=postgres on PostgreSQL."""
    helpers = [actor_of(UserFactory()) for _ in range(6)]
    gate = Barrier(len(helpers))

    def run(actor):
        with app.app_context():
            gate.wait()
            try:
                return services.claim_task(actor=actor, task_id=task.id)
            except Invalid as refused:
                return refused

    with ThreadPoolExecutor(len(helpers)) as pool:
        results = list(pool.map(run, helpers))
    assert sum(isinstance(result, TaskClaim) for result in results) == 2
    db.session.rollback()
    assert get(SmallTask, task.id).taken == 2


def test_a_task_from_a_need_is_claimed_and_confirmed_in_the_browser(place, sign_in, client):
    need = NeedFactory(unit_id=place.community.id)
    desk, party = sign_in(place.representative), PartyFactory()
    helper = sign_in(person(Role.ORG_OWNER, party))
    sent = op(
        unit_id=str(place.community.id), title="陪老人取药", description="每周二", field="elderly", places="1", due_on="2026-03-09", contact="夏主任 3330061"
    )  # fmt: skip
    new = f"/needs/tasks/new?need={need.number}"
    assert need.number in text_of(desk, new)
    assert desk.post(new, data={**sent, "places": "0"}).status_code == 422
    sent["op_id"] = op()["op_id"]
    made = desk.post(new, data=sent)
    assert desk.post(new, data=sent).location == made.location
    address = made.location
    assert "陪老人取药" in text_of(client, "/needs/tasks?field=elderly&status=open&q=取药")
    assert "Sign in and claim" in text_of(client, address)
    assert "3330061" not in text_of(client, address)
    for _ in range(2):
        assert helper.post(f"{address}/claim", data=op(party_id=str(party.id))).status_code == 303
    assert "3330061" in text_of(helper, address)
    assert "3330061" in text_of(helper, "/needs/tasks/mine")
    assert "All places are taken" in text_of(sign_in(UserFactory()), address)
    shown = text_of(desk, address)
    assert party.name in shown
    claim = queries.claims_on(UUID(address.rpartition("/")[2]))[0][0]
    db.session.rollback()
    assert helper.post(f"/needs/claims/{claim.id}/confirm", data=op()).status_code == 403
    assert desk.post(f"/needs/claims/{claim.id}/confirm", data=op()).status_code == 303
    assert desk.post(f"{address}/cancel", data=op(reason="")).status_code == 422
    assert desk.post(f"{address}/close", data=op()).status_code == 303
    assert desk.post(f"{address}/close", data=op()).status_code == 409
    assert client.get("/needs/tasks/mine").status_code == 303


def test_the_lists_of_tasks_ask_equally_often(place, task, client, count_queries):
    one = count_queries(lambda: text_of(client, "/needs/tasks"))
    for _ in range(2):
        services.publish_task(actor=actor_of(place.representative), unit_id=place.community.id, job=job())
    assert count_queries(lambda: text_of(client, "/needs/tasks")) == one
