"""The edge of the portal: headers on every answer, cookies in production, limits."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.app import create_app
from portal.core.db import db
from tests.architecture.addresses import declared, real, rules, unknown
from tests.architecture.conftest import Demo

HOME = "https://portal.example.org"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=()",
}


def test_every_public_page_carries_the_security_headers(demo: Demo) -> None:
    client, wrong = demo.app.test_client(), []
    for rule in rules(demo.app, "GET"):
        if "*" not in declared()[rule.endpoint] or rule.endpoint == "static":
            continue
        for address in (*real(demo.app, rule), unknown(demo.app, rule)):
            with client.get(address) as answer:
                policy = answer.headers["Content-Security-Policy"]
                missing = [name for name, value in HEADERS.items() if answer.headers.get(name) != value]
                # Pages forbid everything foreign; downloads are sandboxed, so that no upload becomes a page of ours.
                strict = (
                    "default-src 'self'" in policy and "frame-ancestors 'none'" in policy
                ) or "sandbox" in policy
                if missing or not strict or "unsafe" in policy or "no-store" not in answer.headers["Cache-Control"]:  # fmt: skip
                    wrong.append((address, missing, policy, answer.headers.get("Cache-Control")))
    assert wrong == []


@pytest.fixture
def production(app: Flask, tmp_path) -> Iterator[Flask]:
    """An application as it runs in production, on the test's database."""
    given = app.extensions["portal"]
    made = replace(
        given, production=True, demo=False, trusted_hosts=("portal.example.org",), base_url=HOME
    )  # fmt: skip
    other = create_app(made)
    other.config["WTF_CSRF_ENABLED"] = False
    (given.instance_dir / "demo.json").write_text(
        '[{"email": "demo@example.org", "password": "x", "name": "n", "role": "r"}]'
    )
    with other.app_context():
        yield other
        db.session.remove()
        db.engine.dispose()
    (given.instance_dir / "demo.json").unlink()


def test_the_cookie_of_production_stays_where_it_belongs(production: Flask) -> None:
    answer = production.test_client().post("/language", data={"lang": "en"}, base_url=HOME)
    name, *flags = answer.headers["Set-Cookie"].split("; ")
    assert name.startswith("__Host-portal=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(flags)
    assert not any(flag.startswith("Domain") for flag in flags)
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")


def test_production_answers_for_its_own_name_only(production: Flask) -> None:
    assert production.test_client().get("/", base_url=HOME).status_code == 200
    assert production.test_client().get("/", base_url="https://elsewhere.example.com").status_code == 400


def test_production_shows_no_demo_accounts_and_no_demo_clock(production: Flask) -> None:
    page = production.test_client().get("/accounts/sign-in", base_url=HOME)
    assert page.status_code == 200
    assert "demo@example.org" not in page.get_data(as_text=True)


def test_production_refuses_the_demo_data(production: Flask) -> None:
    told = production.test_cli_runner().invoke(args=["seed"])
    assert told.exit_code == 1
    assert "refused in production" in told.output
    assert db.session.scalar(select(func.count()).select_from(User)) == 0


def test_too_much_is_refused_with_a_page_of_ours(app: Flask, client: FlaskClient) -> None:
    most = app.config["MAX_CONTENT_LENGTH"]
    for address in ("/bids/receipt-check", "/accounts/sign-in"):
        answer = client.post(address, data=b"\0" * (most + 1), content_type="multipart/form-data; boundary=x")
        assert answer.status_code == 413, address
        assert "<h1" in answer.get_data(as_text=True)
    part = b'--x\r\nContent-Disposition: form-data; name="field"\r\n\r\n1\r\n'
    many = client.post(
        "/bids/receipt-check", data=part * (app.config["MAX_FORM_PARTS"] + 1) + b"--x--\r\n",
        content_type="multipart/form-data; boundary=x",
    )  # fmt: skip
    assert many.status_code == 413
