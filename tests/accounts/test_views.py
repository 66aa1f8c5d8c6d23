"""The pages of accounts, through the browser."""

import json
from uuid import uuid4

import pytest

from portal.accounts import queries, services
from portal.accounts.models import User
from portal.accounts.values import UserStatus
from portal.core.db import db, get
from tests.conftest import SYSTEM
from tests.factories import PASSWORD, UserFactory


def enter(client, user, password=PASSWORD, **data):
    return client.post("/accounts/sign-in", data={"email": user.email, "password": password, **data})


def test_signing_in_and_out(client):
    user = UserFactory()
    assert client.get("/work").headers["Location"].startswith("/accounts/sign-in")
    assert enter(client, user, "falsch").status_code == 422
    assert client.get("/work").status_code == 303
    assert enter(client, user).headers["Location"] == "/work"
    assert client.get("/work").status_code == 200
    key = client.get_cookie("portal").value
    assert client.post("/accounts/sign-out", data={"op_id": str(uuid4())}).status_code == 303
    assert client.get("/work").status_code == 303
    client.set_cookie("portal", key)  # a stolen cookie is worth nothing after sign-out
    assert client.get("/work").status_code == 303


def test_nul_signs_are_taken_out_of_what_is_sent(client):
    """PostgreSQL keeps no text with one: a search or a form with it must not crash."""
    assert client.get("/parties/?q=a%00b").status_code == 200
    page = client.post("/accounts/sign-in", data={"email": "a\x00b@example.org", "password": "\x00"})
    assert page.status_code == 422
    assert "ab@example.org" in page.text
    assert client.get("/accounts/password/%00.1.x").status_code == 404


def test_a_refused_sign_in_keeps_the_address_and_never_the_password(client):
    user = UserFactory()
    page = enter(client, user, "falsch-falsch").get_data(as_text=True)
    assert user.email in page
    assert "falsch-falsch" not in page


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/parties/", "/parties/"),
        ("https://evil.example/", "/work"),
        ("//evil.example/", "/work"),
        ("/\\evil.example", "/work"),
        ("javascript:alert(1)", "/work"),
        ("", "/work"),
    ],
)
def test_sign_in_leads_to_pages_of_the_portal_only(client, target, expected):
    assert enter(client, UserFactory(), next=target).headers["Location"] == expected


def test_the_session_key_is_new_at_each_sign_in(client):
    user = UserFactory()
    enter(client, user)
    first = client.get_cookie("portal").value
    enter(client, user)
    assert client.get_cookie("portal").value != first
    assert len(queries.live_sessions(user.id)) == 2


def test_an_idle_session_ends_and_a_used_one_goes_on(client, clock):
    enter(client, UserFactory())
    for _ in range(3):
        clock.advance(hours=7)
        assert client.get("/work").status_code == 200
    clock.advance(hours=8, seconds=1)
    assert client.get("/work").status_code == 303


def test_disabling_ends_the_session_at_once(client):
    user = UserFactory()
    enter(client, user)
    assert client.get("/work").status_code == 200
    services.set_status(actor=SYSTEM, user_id=user.id, status=UserStatus.DISABLED, reason="x")
    assert client.get("/work").status_code == 303
    assert enter(client, user).status_code == 422


def test_changing_the_password_signs_out_everywhere(app, client):
    user, other = UserFactory(), app.test_client()
    enter(client, user)
    enter(other, user)
    data = {"op_id": str(uuid4()), "old": PASSWORD, "password": "1234567890"}
    assert client.post("/accounts/me", data=data).status_code == 422
    assert other.get("/work").status_code == 200
    data = {"op_id": str(uuid4()), "old": PASSWORD, "password": "Yushui-2026-lan"}
    assert client.post("/accounts/me", data=data).status_code == 303
    assert client.get("/work").status_code == 303
    assert other.get("/work").status_code == 303
    assert enter(client, user, "Yushui-2026-lan").status_code == 303


def test_a_session_on_another_device_is_ended_from_the_account_page(app, client):
    user, lost = UserFactory(), app.test_client()
    lost.post(
        "/accounts/sign-in", data={"email": user.email, "password": PASSWORD},
        headers={"User-Agent": "Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile Safari/537.36"},
    )  # fmt: skip
    enter(client, user)
    assert "Android · Chrome" in client.get("/accounts/me").get_data(as_text=True)
    session = next(s for s in queries.live_sessions(user.id) if s.device == "Android · Chrome")
    stranger = app.test_client()
    enter(stranger, UserFactory())
    address = f"/accounts/sessions/{session.id}/end"
    assert stranger.post(address, data={"op_id": str(uuid4())}).status_code == 404
    assert lost.get("/work").status_code == 200
    assert client.post(address, data={"op_id": str(uuid4())}).status_code == 303
    assert lost.get("/work").status_code == 303
    assert client.get("/work").status_code == 200


def test_demo_accounts_are_listed_in_demo_mode_only(app, client):
    settings = app.extensions["portal"]
    path = settings.instance_dir / "demo.json"
    account = {
        "role": "Programme officer",
        "name": "周明",
        "email": "demo@example.org",
        "password": "Demo-2026-qiao",
        "note": "青石街道",
        "warning": "not verified yet: cannot submit",
    }
    path.write_text(json.dumps([account]), encoding="utf-8")
    try:
        shown = client.get("/accounts/sign-in").get_data(as_text=True)
        assert "demo@example.org" in shown
        assert "not verified yet: cannot submit" in shown
        object.__setattr__(settings, "demo", False)
        assert "demo@example.org" not in client.get("/accounts/sign-in").get_data(as_text=True)
    finally:
        object.__setattr__(settings, "demo", True)
        path.unlink()


def test_a_forgotten_password_is_chosen_anew_by_a_link_that_works_once(app, client, clock, drain):
    user = UserFactory()
    for email in (user.email, "nobody@example.org"):
        answer = client.post("/accounts/password", data={"op_id": str(uuid4()), "email": email})
        assert answer.status_code == 303
    drain()
    letters = sorted((app.extensions["portal"].instance_dir / "mail").glob(f"*{user.email}.eml"))
    assert len(letters) == 1
    address = f"/accounts/password/{services.reset_token(user)}"
    assert client.get(address).status_code == 200
    assert client.get(address[:-1] + "x").status_code == 404
    weak = client.post(address, data={"op_id": str(uuid4()), "password": "1234567890"})
    assert weak.status_code == 422
    chosen = {"op_id": str(uuid4()), "password": "Yushui-2026-lan"}
    assert client.post(address, data=chosen).status_code == 303
    assert client.get(address).status_code == 404
    assert services.sign_in(email=user.email, password="Yushui-2026-lan")
    db.session.rollback()
    late = f"/accounts/password/{services.reset_token(get(User, user.id))}"
    clock.advance(hours=1)
    assert client.get(late).status_code == 404
