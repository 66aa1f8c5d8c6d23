"""Every address × every role, with real requests on the demo: the independent statement of who may reach what."""

import pytest

from portal.home.values import PAGES
from portal.parties.values import ORGANISATION, Role
from tests.architecture.addresses import OBJECTS, declared, ids, real, rules, unfilled, unknown
from tests.architecture.conftest import PEOPLE

ROLES = sorted(PEOPLE)
OF_AN_ORGANISATION = {
    "bid_id", "contract_id", "milestone_id", "instalment_id", "evidence_id", "spending_id", "transaction_id", "challenge_id",
}  # fmt: skip


def allowed(endpoint: str, role: str) -> bool:
    return bool(declared()[endpoint] & {"*", "signed_in", role})


def test_every_endpoint_is_declared_and_no_entry_is_stale(app):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints - declared().keys() == set()
    assert declared().keys() - endpoints == set()


def test_the_tables_name_roles_that_exist():
    named = set().union(*declared().values()) - {"*", "signed_in"}
    assert named <= {role.value for role in Role}


def test_every_parameter_can_be_filled(app):
    assert unfilled(app) == set()


def test_my_work_leads_to_addresses_that_exist(app):
    found = {(rule.endpoint, frozenset(rule.arguments)) for rule in app.url_map.iter_rules()}
    wanted = {(endpoint, frozenset({name} if name else ())) for endpoint, name in PAGES.values()}
    assert wanted - found == set()


def test_anonymous_visitors_are_led_to_sign_in(demo):
    client, wrong = demo.app.test_client(), []
    for rule in rules(demo.app, "GET"):
        for address in real(demo.app, rule):
            answer = client.get(address)
            answer.close()
            led = answer.status_code == 303 and answer.headers["Location"].startswith("/accounts/sign-in")
            if led == ("*" in declared()[rule.endpoint]) or answer.status_code >= 500:
                wrong.append((rule.endpoint, address, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_a_role_reaches_exactly_what_is_declared(demo, role):
    """Objects that do not exist tell the guard from the rules behind it: 403 is the guard's answer only."""
    client, wrong = demo.browser(PEOPLE[Role(role)]), []
    for rule in rules(demo.app, "GET"):
        answer = client.get(unknown(demo.app, rule))
        answer.close()
        if (answer.status_code != 403) != allowed(rule.endpoint, role) or answer.status_code >= 500:
            wrong.append((rule.endpoint, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_a_role_meets_real_objects(demo, role):
    """Whoever may not reach an address gets 403 for real objects too; whoever may never meets a crash."""
    client, wrong = demo.browser(PEOPLE[Role(role)]), []
    for rule in rules(demo.app, "GET"):
        may = allowed(rule.endpoint, role)
        for address in real(demo.app, rule):
            answer = client.get(address)
            answer.close()
            if answer.status_code not in ({200, 302, 303, 403, 404, 409} if may else {403}):
                wrong.append((rule.endpoint, address, answer.status_code))
    assert wrong == []


def test_objects_of_another_organisation_do_not_exist(demo):
    """The organisation that just registered has nothing, so nothing of the others may answer."""
    client, wrong = demo.browser("wanqing"), []
    for rule in rules(demo.app, "GET"):
        named = rule.arguments & OF_AN_ORGANISATION
        roles = declared()[rule.endpoint]
        if not named or "*" in roles or not roles & {role.value for role in ORGANISATION}:
            continue
        [name] = named
        for key in ids(OBJECTS[name], most=1000):
            address = unknown(demo.app, rule).replace("00000000-0000-0000-0000-000000000001", str(key))
            answer = client.get(address)
            answer.close()
            expected = {404} if "org_owner" in roles else {403}
            if answer.status_code not in expected:
                wrong.append((rule.endpoint, address, answer.status_code))
    assert wrong == []


def test_no_post_without_a_token(demo):
    client, wrong = demo.app.test_client(), []
    demo.app.config["WTF_CSRF_ENABLED"] = True
    try:
        for rule in rules(demo.app, "POST"):
            answer = client.post(unknown(demo.app, rule))
            if answer.status_code != 400:
                wrong.append((rule.endpoint, answer.status_code))
    finally:
        demo.app.config["WTF_CSRF_ENABLED"] = False
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_a_post_by_the_wrong_role_is_refused(demo, role):
    client, wrong = demo.browser(PEOPLE[Role(role)]), []
    for rule in rules(demo.app, "POST"):
        if not allowed(rule.endpoint, role):
            answer = client.post(unknown(demo.app, rule))
            if answer.status_code != 403:
                wrong.append((rule.endpoint, answer.status_code))
    assert wrong == []
