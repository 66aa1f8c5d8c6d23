"""The second factor: codes of RFC 6238, each once; sign-in in two steps; grave acts; recovery; roles that must."""

import re
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.accounts import queries, rules, services
from portal.accounts.models import SecondFactor
from portal.core import audit
from portal.core import clock as clocks
from portal.core.db import db
from portal.core.errors import Invalid, NeedsCode, NotFound
from portal.core.mail import Message
from portal.core.policy import actor_for
from portal.parties.values import Role
from tests.conftest import actor_of
from tests.factories import PASSWORD, UnitFactory, UserFactory, person

RFC = b"12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (20000000000, "353130")],
)  # fmt: skip
def test_codes_are_those_of_the_standard(seconds, code):
    assert rules.code_of(RFC, seconds // 30) == code


def test_a_code_fits_beside_its_step_and_never_at_or_before_the_last_one_used(clock):
    step = rules.time_step(clock())
    assert rules.matching_step(RFC, rules.code_of(RFC, step - 1), clock(), 0) == step - 1
    assert rules.matching_step(RFC, rules.code_of(RFC, step + 1), clock(), 0) == step + 1
    assert rules.matching_step(RFC, rules.code_of(RFC, step - 2), clock(), 0) is None
    assert rules.matching_step(RFC, rules.code_of(RFC, step), clock(), step) is None
    assert rules.matching_step(RFC, "", clock(), 0) is None
    assert rules.clean_code(" １２3-456 ") == "123456"


def op(**fields):
    return {"op_id": str(uuid4()), **fields}


class Phone:
    """An authenticator that has taken up the secret of a person."""

    def __init__(self, user):
        actor = actor_of(user)
        services.begin_factor(actor=actor, password=PASSWORD)
        self.secret = services.shown_secret(actor)
        services.sign_in(email=user.email, password=PASSWORD)
        session = queries.live_sessions(user.id)[0]
        self.recovery = services.confirm_factor(actor=actor, session_id=session.id, code=self.code())
        self.clock_moved()

    def code(self):
        return rules.code_of(self.secret, rules.time_step(clocks.now()))

    def clock_moved(self):
        clocks._override.advance(seconds=30)


@pytest.fixture
def user(app):
    return person(Role.CASHIER, UnitFactory())


def enter(client, user):
    return client.post("/accounts/sign-in", data=op(email=user.email, password=PASSWORD))


def test_it_is_switched_on_with_a_first_code_and_told(app, sign_in, user):
    browser = sign_in(user)
    assert browser.post("/accounts/second-factor", data=op(password="falsch")).status_code == 422
    assert browser.get("/accounts/second-factor/first-code").status_code == 303
    assert browser.post("/accounts/second-factor", data=op(password=PASSWORD)).status_code == 303
    page = browser.get("/accounts/second-factor/first-code").text
    secret = services.shown_secret(actor_of(user))
    assert rules.in_letters(secret)[:4] in page
    assert "data:image/svg+xml" in page
    stored = db.session.scalars(select(SecondFactor)).one()
    assert secret not in stored.secret
    wrong = browser.post("/accounts/second-factor/first-code", data=op(code="000000"))
    assert wrong.status_code == 422
    assert queries.second_factor(user.id) is None
    code = rules.code_of(secret, rules.time_step(clocks.now()))
    shown = browser.post("/accounts/second-factor/first-code", data=op(code=code))
    codes = re.findall(r"\b[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}\b", shown.text)
    assert len(set(codes)) == 10
    assert not any(code in str(queries.second_factor(user.id).recovery) for code in codes)
    assert services.shown_secret(actor_of(user)) is None
    assert db.session.scalars(select(Message).where(Message.user_id == user.id)).one()
    assert browser.get("/work").status_code == 200


def test_a_password_alone_opens_nothing(client, user):
    phone = Phone(user)
    assert enter(client, user).headers["Location"].startswith("/accounts/code")
    half = client.get_cookie("portal").value
    assert client.get("/work").status_code == 303
    assert client.get("/accounts/second-factor").status_code == 303
    used = rules.code_of(phone.secret, rules.time_step(clocks.now()) - 1)
    assert client.post("/accounts/code", data=op(code=used)).status_code == 422
    code = phone.code()
    assert (
        client.post("/accounts/code", data=op(code=code, next="/parties/")).headers["Location"] == "/parties/"
    )
    assert client.get("/work").status_code == 200
    assert client.get_cookie("portal").value != half
    client.set_cookie("portal", half)  # what was known before the code is worth nothing after it
    assert client.get("/work").status_code == 303
    client.delete_cookie("portal")
    enter(client, user)
    assert client.post("/accounts/code", data=op(code=code)).status_code == 422  # a code works once


def test_the_second_step_waits_ten_minutes_and_wrong_codes_are_counted(client, clock, user):
    phone = Phone(user)
    enter(client, user)
    for _ in range(6):
        assert client.post("/accounts/code", data=op(code="000000")).status_code == 422
    refused = client.post("/accounts/code", data=op(code=phone.code()))
    assert refused.status_code == 422  # locked for a minute, though right
    clock.advance(seconds=61)
    assert [e.action for e in audit.history(user)].count("user.wrong_code") == 6
    clock.advance(minutes=9)
    assert client.post("/accounts/code", data=op(code=phone.code())).status_code == 410
    enter(client, user)
    assert client.post("/accounts/code", data=op(code=phone.code())).status_code == 303


def test_a_recovery_code_opens_one_sign_in_and_is_told(client, user):
    phone = Phone(user)
    for expected in (303, 422):
        enter(client, user)
        assert client.post("/accounts/code", data=op(code=phone.recovery[0].lower())).status_code == expected
    assert len(queries.second_factor(user.id).recovery) == 9
    assert "user.use_recovery" in [e.action for e in audit.history(user)]


def test_grave_acts_ask_for_a_code_that_is_not_old(clock, client, user):
    phone = Phone(user)
    with pytest.raises(NeedsCode):
        services.check_own_password(actor=actor_of(user), password=PASSWORD)
    enter(client, user)
    client.post("/accounts/code", data=op(code=phone.code()))
    fresh = client.post("/accounts/second-factor/recovery-codes", data=op(password=PASSWORD))
    assert fresh.status_code == 200
    clock.advance(minutes=30)
    page = "/accounts/second-factor"
    asked = client.post(
        f"{page}/off",
        data=op(password=PASSWORD, reference="ZF-0007"),
        headers={"Referer": f"http://localhost{page}"},
    )
    assert asked.status_code == 403
    assert f'name="next" value="{page}"' in asked.text
    assert "ZF-0007" in asked.text
    assert PASSWORD not in asked.text
    assert queries.second_factor(user.id) is not None
    assert client.post("/accounts/prove", data=op(code="12", next=page)).status_code == 422
    assert client.post("/accounts/prove", data=op(code=phone.code(), next=page)).headers["Location"] == page
    assert client.post(f"{page}/off", data=op(password=PASSWORD)).status_code == 303
    assert queries.second_factor(user.id) is None
    enter(client, user)
    assert client.get("/work").status_code == 200


def test_a_new_password_leaves_the_second_factor_on(client, user):
    Phone(user)
    services.reset_password(token=services.reset_token(user), password="Yushui-2026-lan")
    answer = client.post("/accounts/sign-in", data=op(email=user.email, password="Yushui-2026-lan"))
    assert answer.headers["Location"].startswith("/accounts/code")


def test_roles_that_must_are_led_to_switch_it_on_and_cannot_switch_it_off(app, sign_in, user):
    settings = app.extensions["portal"]
    object.__setattr__(settings, "second_factor_roles", ("cashier",))
    try:
        browser, other = sign_in(user), sign_in(person(Role.EXPERT, UnitFactory()))
        assert other.get("/work").status_code == 200
        assert browser.get("/work").headers["Location"] == "/accounts/second-factor"
        assert browser.get("/accounts/second-factor").status_code == 200
        Phone(user)
        assert browser.get("/work").status_code == 200
        proved = actor_for(user.id, user.name, clocks.now())
        with pytest.raises(Invalid):
            services.switch_off_factor(actor=proved, password=PASSWORD)
    finally:
        object.__setattr__(settings, "second_factor_roles", ())


def test_an_administrator_of_the_unit_takes_it_away_with_a_reason(app, sign_in):
    unit = UnitFactory()
    user, admin = person(Role.CASHIER, unit), person(Role.ADMINISTRATOR, unit)
    Phone(user)
    address = f"/parties/people/{user.id}/second-factor/reset"
    assert sign_in(admin).post(address, data=op()).status_code == 422
    assert (
        sign_in(person(Role.ADMINISTRATOR, UnitFactory())).post(address, data=op(reason="x")).status_code
        == 404
    )
    assert queries.second_factor(user.id) is not None
    assert sign_in(admin).post(address, data=op(reason="手机遗失，已当面核对身份")).status_code == 303
    assert queries.second_factor(user.id) is None
    assert queries.live_sessions(user.id) == []
    event = next(e for e in audit.history(user) if e.action == "user.reset_factor")
    assert (event.actor_id, event.data["reason"]) == (admin.id, "手机遗失，已当面核对身份")


def test_without_one_there_is_nothing_to_prove(app, sign_in, client):
    user = UserFactory()
    assert sign_in(user).get("/accounts/prove").status_code == 404
    assert client.get("/accounts/code").status_code == 410
    with pytest.raises(NotFound):
        services.give_code(key="x", code="1")
