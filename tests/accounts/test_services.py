"""Sign-in, locking, sessions."""

import pytest
from sqlalchemy import select

from portal.accounts import queries, services
from portal.accounts.models import User, UserSession
from portal.accounts.values import UserStatus
from portal.core import audit
from portal.core.db import db, get
from portal.core.errors import Invalid, NotFound
from tests.conftest import SYSTEM, actor_of
from tests.factories import PASSWORD, UserFactory


def refusal(email, password):
    with pytest.raises(Invalid) as error:
        services.sign_in(email=email, password=password)
    return [(p.message, p.field) for p in error.value.problems]


def test_unknown_wrong_and_disabled_get_the_same_answer(app):
    user, gone = UserFactory(), UserFactory(status=UserStatus.DISABLED)
    wrong = refusal(user.email, "nicht-richtig")
    assert refusal("nobody@example.org", PASSWORD) == wrong
    assert refusal(gone.email, PASSWORD) == wrong


def test_the_sixth_wrong_password_in_a_row_locks_for_a_minute(app, clock):
    user = UserFactory()
    for _ in range(5):
        refusal(user.email, "falsch")
    assert services.sign_in(email=user.email, password=PASSWORD)
    for _ in range(6):
        refusal(user.email, "falsch")
    locked = refusal(user.email, PASSWORD)
    assert "Too many" in locked[0][0]
    clock.advance(seconds=61)
    assert services.sign_in(email=user.email, password=PASSWORD)
    assert get(User, user.id).failed_sign_ins == 0


def test_addresses_are_compared_without_case(app):
    user = UserFactory(email="lin@example.org")
    assert services.sign_in(email=" Lin@Example.ORG ", password=PASSWORD)
    with pytest.raises(Invalid) as error:
        services.create_user(actor=SYSTEM, email="LIN@example.org", name="x", password="Yushui-2026-lan")
    assert error.value.problems[0].field == "email"
    assert queries.find_user("LIN@example.org").id == user.id


def test_the_database_holds_no_session_key(app):
    key = services.sign_in(email=UserFactory().email, password=PASSWORD, device="Windows · Edge")
    row = db.session.scalars(select(UserSession)).one()
    assert key not in (row.key_hash, row.device)
    assert row.device == "Windows · Edge"


def test_changing_the_password_ends_every_session(app):
    user = UserFactory()
    for _ in range(2):
        services.sign_in(email=user.email, password=PASSWORD)
    with pytest.raises(Invalid) as error:
        services.change_password(actor=actor_of(user), old="falsch", new="1234567890")
    assert {p.field for p in error.value.problems} == {"old", "password"}
    assert len(queries.live_sessions(user.id)) == 2
    services.change_password(actor=actor_of(user), old=PASSWORD, new="Yushui-2026-lan")
    assert len(queries.live_sessions(user.id)) == 0
    assert services.sign_in(email=user.email, password="Yushui-2026-lan")
    assert audit.broken_links("user_account", user.id) == []


def test_one_ends_own_sessions_only(app):
    user, other = UserFactory(), UserFactory()
    services.sign_in(email=user.email, password=PASSWORD)
    session = queries.live_sessions(user.id)[0]
    with pytest.raises(NotFound):
        services.end_session(actor=actor_of(other), session_id=session.id)
    services.end_session(actor=actor_of(user), session_id=session.id)
    services.end_session(actor=actor_of(user), session_id=session.id)
    assert queries.live_sessions(user.id) == []
    assert [e.action for e in audit.history(user)].count("user.end_session") == 1


def test_the_password_is_asked_again_for_grave_acts(app):
    user = UserFactory()
    services.check_own_password(actor=actor_of(user), password=PASSWORD)
    with pytest.raises(Invalid) as error:
        services.check_own_password(actor=actor_of(user), password="falsch")
    assert error.value.problems[0].field == "password"


def test_recipients_are_active_people(app):
    user, gone = UserFactory(), UserFactory(status=UserStatus.DISABLED)
    assert [r.user_id for r in queries.recipients([user.id, gone.id, user.id])] == [user.id]
    assert queries.names([user.id, None]) == {user.id: user.name}
