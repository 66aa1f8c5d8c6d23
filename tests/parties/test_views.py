"""Pages of parties: who sees what, what a refusal leaves behind, one effect for two clicks."""

import io
import re
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.accounts.values import UserStatus
from portal.core.db import db, get
from portal.parties import queries, services
from portal.parties.models import Invitation, Party, Unit
from portal.parties.values import CheckItem, PartyStatus, Role
from tests.conftest import actor_of
from tests.factories import PartyFactory, person
from tests.parties.conftest import CODE


def op():
    return {"op_id": str(uuid4())}


def words(response):
    return re.sub(r"<[^>]+>|\s+", " ", response.get_data(as_text=True))


MEMBER_PAGES = [
    "own", "edit", "certificate/new", "members/invite", "standing", "strength", "documents", "list", "leave", "members/hand-over",
]  # fmt: skip


@pytest.mark.once
@pytest.mark.parametrize("page", MEMBER_PAGES)
def test_another_organisation_is_unknown(place, sign_in, client, page):
    address = f"/parties/{place.party.id}/{page}"
    assert client.get(address).status_code in {302, 303}
    assert sign_in(place.nobody).get(address).status_code == 403
    assert sign_in(place.outsider).get(address).status_code == 404
    assert sign_in(place.owner).get(address).status_code == 200


def test_drafters_read_but_do_not_change(place, sign_in):
    browser = sign_in(place.drafter)
    assert browser.get(f"/parties/{place.party.id}/own").status_code == 200
    assert browser.get(f"/parties/{place.party.id}/edit").status_code == 403
    assert browser.post(f"/parties/{place.party.id}/edit", data=op()).status_code == 403


def test_the_account_number_is_whole_for_members_and_finance_only(place, sign_in, client):
    whole = place.party.bank_account
    for user, seen in [
        (place.owner, True),
        (place.drafter, True),
        (place.finance, True),
        (place.officer, False),
        (place.supervisor, False),
    ]:
        response = sign_in(user).get(f"/parties/{place.party.id}/own")
        assert (whole in words(response)) is seen, user.name
    assert whole not in words(client.get(f"/parties/{place.party.id}"))
    assert whole not in words(sign_in(place.officer).get(f"/parties/{place.party.id}/verify"))


def test_the_public_list_finds_and_hides_the_unverified(place, client):
    page = words(client.get("/parties/", query_string={"q": place.party.name}))
    assert place.party.name in page
    assert place.registered.name not in words(client.get("/parties/"))
    assert client.get(f"/parties/{place.registered.id}").status_code == 404


def test_lists_ask_the_same_number_of_questions_for_more_rows(place, client, sign_in, count_queries):
    browsers = {
        "/parties/": client,
        "/parties/people": sign_in(place.admin),
        "/parties/queue": sign_in(place.officer),
    }
    for browser in browsers.values():
        browser.get("/parties/")
    before = {
        address: count_queries(lambda a=a, b=b: b.get(a)) for a, b in browsers.items() for address in [a]
    }
    for status in (PartyStatus.VERIFIED, PartyStatus.REGISTERED) * 2:
        person(Role.ORG_OWNER, PartyFactory(unit_id=place.district.id, status=status))
    after = {
        address: count_queries(lambda a=a, b=b: b.get(a)) for a, b in browsers.items() for address in [a]
    }
    assert before == after


def test_registration_through_the_form_takes_effect_once(place, entry, client):
    data = {**entry, **op(), "file": (io.BytesIO(b"%PDF-1.4 broken"), "a.pdf")}
    response = client.post("/parties/register", data=data)
    assert response.status_code == 422
    assert entry["name"] in response.get_data(as_text=True)
    assert db.session.scalars(select(Party).where(Party.code == CODE)).first() is None
    data = {**entry, **op()}
    assert client.post("/parties/register", data=data).status_code == 303
    assert client.post("/parties/register", data=data).status_code == 303
    assert db.session.scalar(select(func.count(Party.id)).where(Party.code == CODE)) == 1


def test_who_registers_on_the_way_to_a_call_signs_in_for_it(place, entry, client):
    call = "/bids/start?tender=1"
    assert (
        "/parties/register?next=/bids/start"
        in client.get("/accounts/sign-in", query_string={"next": call}).text
    )
    answer = client.post("/parties/register", query_string={"next": call}, data={**entry, **op()})
    page = client.get(answer.headers["Location"]).text
    assert f'value="{entry["email"]}"' in page
    assert f'name="next" value="{call}"' in page


def test_a_wrong_check_sign_and_a_weak_password_are_told_together(place, entry, client):
    wrong = CODE[:-1] + ("0" if CODE[-1] != "0" else "1")
    data = {**entry, **op(), "credit_code": wrong, "password": "password1234"}
    response = client.post("/parties/register", data=data)
    assert response.status_code == 422
    assert 'href="#credit_code"' in response.get_data(as_text=True)
    assert 'href="#password"' in response.get_data(as_text=True)


def test_an_empty_registration_names_every_field(place, client):
    response = client.post("/parties/register", data=op())
    assert response.status_code == 422
    page = response.get_data(as_text=True)
    for field in ("name", "credit_code", "kind", "legal_representative", "address", "email", "password"):
        assert f'href="#{field}"' in page


def test_editing_keeps_what_was_typed_when_the_page_is_old(place, sign_in):
    browser = sign_in(place.owner)
    party = place.party
    fields = ("name", "legal_representative", "description", "address", "contact_name", "contact_phone")
    data = {name: getattr(party, name) for name in fields}
    data |= {
        "contact_email": party.contact_email,
        "bank_name": party.bank_name,
        "bank_account": party.bank_account,
    }
    address, version = f"/parties/{party.id}/edit", str(party.version)
    first = browser.post(address, data={**data, **op(), "version": version, "address": "甲路 1 号"})
    assert first.status_code == 303
    second = browser.post(address, data={**data, **op(), "version": version, "address": "乙路 2 号"})
    assert second.status_code == 409
    assert "乙路 2 号" in second.get_data(as_text=True)
    assert get(Party, party.id).address == "甲路 1 号"


def test_verification_by_button_once_and_refusal_with_a_reason(place, sign_in):
    officer = sign_in(place.officer)
    address = f"/parties/{place.registered.id}"
    assert officer.post(f"{address}/refuse", data=op()).status_code == 422
    assert get(Party, place.registered.id).status == PartyStatus.REGISTERED
    token = op()
    assert officer.post(f"{address}/verify", data={**op(), "checked": ["code", "name"]}).status_code == 422
    assert get(Party, place.registered.id).status == PartyStatus.REGISTERED
    token["checked"] = [str(item) for item in CheckItem]
    assert officer.post(f"{address}/verify", data=token).status_code == 303
    assert officer.post(f"{address}/verify", data=token).status_code == 303
    assert officer.post(f"{address}/verify", data={**token, **op()}).status_code == 409
    assert get(Party, place.registered.id).status == PartyStatus.VERIFIED


def test_an_officer_of_a_street_does_not_verify(place, sign_in):
    officer = person(Role.PROGRAMME_OFFICER, place.street)
    assert sign_in(officer).get(f"/parties/{place.registered.id}/verify").status_code == 403
    assert sign_in(officer).post(f"/parties/{place.registered.id}/verify", data=op()).status_code == 403


def test_certificates_are_for_members_and_staff(place, sign_in, client):
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (10, 10)).save(out, "PNG")
    address = f"/parties/{place.party.id}/certificate"
    assert sign_in(place.owner).get(address).status_code == 404
    data = {**op(), "file": (io.BytesIO(out.getvalue()), "证书.png")}
    assert sign_in(place.owner).post(f"{address}/new", data=data).status_code == 303
    for user, status in [
        (place.owner, 200),
        (place.officer, 200),
        (place.outsider, 404),
        (place.nobody, 403),
    ]:
        with sign_in(user).get(address) as response:
            assert response.status_code == status
            assert status != 200 or response.headers["Content-Disposition"].startswith("attachment")


def test_an_administrator_sees_the_people_of_own_units_only(place, sign_in):
    district, street = sign_in(place.admin), sign_in(place.street_admin)
    assert place.officer.email in words(district.get("/parties/people"))
    assert place.owner.email in words(district.get("/parties/people"))
    assert place.officer.email not in words(street.get("/parties/people"))
    assert district.get(f"/parties/people/{place.officer.id}").status_code == 200
    assert street.get(f"/parties/people/{place.officer.id}").status_code == 404
    assert sign_in(place.officer).get("/parties/people").status_code == 403


def test_people_are_filtered_by_role_and_name(place, sign_in):
    browser = sign_in(place.admin)
    page = words(browser.get("/parties/people?role=finance_officer"))
    assert place.finance.email in page
    assert place.officer.email not in page
    assert place.officer.email in words(
        browser.get("/parties/people", query_string={"q": place.officer.name})
    )


def test_roles_are_given_and_ended_from_the_page_of_a_person(place, sign_in):
    browser, user = sign_in(place.admin), person(Role.EXPERT, place.street)
    address = f"/parties/people/{user.id}"
    given = {**op(), "role": "cashier", "scope_id": str(place.street.id)}
    assert browser.post(address, data=given).status_code == 303
    assert actor_of(user).has(Role.CASHIER, place.street.id)
    assert browser.post(address, data={**given, **op(), "role": "org_owner"}).status_code == 403
    assert browser.post(f"{address}/cashier/{place.street.id}/end", data=op()).status_code == 303
    assert not actor_of(user).has(Role.CASHIER, place.street.id)
    assert browser.post(f"{address}/king/{place.street.id}/end", data=op()).status_code == 404


def test_a_disabled_person_is_out_at_once_and_back_when_enabled(place, sign_in):
    browser, victim = sign_in(place.admin), sign_in(place.officer)
    assert victim.get("/work").status_code == 200
    address = f"/parties/people/{place.officer.id}"
    assert browser.post(f"{address}/disable", data=op()).status_code == 422
    assert browser.post(f"{address}/disable", data={**op(), "reason": "离职"}).status_code == 303
    assert victim.get("/work").status_code == 303
    assert browser.post(f"{address}/enable", data={**op(), "reason": "返聘"}).status_code == 303
    assert get(User, place.officer.id).status == UserStatus.ACTIVE


def test_inviting_and_accepting_through_the_pages(place, sign_in, client):
    data = {
        **op(),
        "email": "neu@example.org",
        "name": "钱远",
        "role": "cashier",
        "scope_id": str(place.street.id),
    }
    browser = sign_in(place.admin)
    assert browser.post("/parties/invite", data={**data, "email": "no address"}).status_code == 422
    assert browser.post("/parties/invite", data=data).status_code == 303
    invitation = db.session.scalars(select(Invitation)).one()
    address = f"/parties/accept/{services.invitation_token(invitation.id)}"
    assert client.get(address).status_code == 200
    assert client.post(address, data={**op(), "name": "钱远", "password": "1234567890"}).status_code == 422
    accepted = {**op(), "name": "钱远", "password": "Yushui-2026-lan"}
    assert client.post(address, data=accepted).status_code == 303
    assert client.post(address, data=accepted).status_code == 303
    assert client.get(address).status_code == 410
    assert client.get("/parties/accept/" + "0" * 64).status_code == 404


def test_an_expired_link_says_so(place, client, clock):
    _row, token = services.invite(
        actor=actor_of(place.admin), email="neu@example.org", name="x", role=Role.CASHIER, scope_id=place.street.id
    )  # fmt: skip
    clock.advance(days=8)
    assert client.get(f"/parties/accept/{token}").status_code == 410


def test_somebody_with_an_account_signs_in_first(place, client, sign_in):
    _row, token = services.invite(
        actor=actor_of(place.owner), email=place.nobody.email, name="x", role=Role.ORG_DRAFTER, scope_id=place.party.id
    )  # fmt: skip
    address = f"/parties/accept/{token}"
    assert "/accounts/sign-in" in client.get(address).headers["Location"]
    assert sign_in(place.outsider).post(address, data=op()).status_code == 200
    assert not actor_of(place.nobody).has(Role.ORG_DRAFTER, place.party.id)
    assert sign_in(place.nobody).get(address).status_code == 200
    assert sign_in(place.nobody).post(address, data=op()).status_code == 303
    assert actor_of(place.nobody).has(Role.ORG_DRAFTER, place.party.id)


def test_an_owner_ends_the_role_of_a_member_but_not_of_strangers(place, sign_in):
    browser = sign_in(place.owner)
    address = f"/parties/{place.party.id}/members/{place.drafter.id}/org_drafter/end"
    assert sign_in(place.outsider).post(address, data=op()).status_code == 404
    assert browser.post(address, data=op()).status_code == 303
    assert not actor_of(place.drafter).has(Role.ORG_DRAFTER, place.party.id)
    own = f"/parties/{place.party.id}/members/{place.owner.id}/org_owner/end"
    assert browser.post(own, data=op()).status_code == 403


def test_units_are_created_below_own_ones(place, sign_in):
    browser = sign_in(place.admin)
    data = {**op(), "name": "清泉社区", "level": "community", "parent_id": str(place.street.id), "code": ""}
    assert browser.post("/parties/units/new", data=data).status_code == 303
    assert browser.post("/parties/units/new", data=data).status_code == 303
    assert db.session.scalar(select(func.count(Unit.id)).where(Unit.name == "清泉社区")) == 1
    assert "清泉社区" in words(browser.get("/parties/units"))
    assert browser.post("/parties/units/new", data={**data, **op(), "level": "city"}).status_code == 422
    foreign = sign_in(place.street_admin).post(
        "/parties/units/new", data={**data, **op(), "parent_id": str(place.district.id)}
    )
    assert foreign.status_code == 422


def test_an_administrator_takes_a_mistyped_invitation_back(place, sign_in):
    admin = sign_in(place.admin)
    sent = {
        "name": "错别字",
        "email": "typo@example.org",
        "role": "cashier",
        "scope_id": str(place.street.id),
    }
    assert admin.post("/parties/invite", data={**sent, **op()}).status_code == 303
    [invitation] = queries.open_invitations([place.street.id])
    address = f"/parties/invitations/{invitation.id}/withdraw"
    assert address in admin.get("/parties/people").text
    assert sign_in(place.owner).post(address, data=op()).status_code == 404
    assert admin.post(address, data=op()).status_code == 303
    assert "typo@example.org" not in admin.get("/parties/people").text
