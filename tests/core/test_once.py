"""A form that is sent twice has one effect."""

import threading
from uuid import uuid4

import pytest

from portal.accounts.models import User
from portal.core import once
from portal.core.db import add, db
from portal.core.errors import Stale
from tests.factories import UserFactory


def effect(email: str = "x@example.org"):
    def act() -> str:
        add(UserFactory.build(email=email))
        return "/there"

    return act


def test_the_second_time_leads_to_the_same_place_and_does_nothing(app):
    key = uuid4()
    assert once.run(key, b"body", effect()) == ("/there", True)
    assert once.run(key, b"body", effect()) == ("/there", False)
    assert db.session.query(User).count() == 1


def test_another_body_under_the_same_key_is_stale(app):
    key = uuid4()
    once.run(key, b"body", effect())
    with pytest.raises(Stale):
        once.run(key, b"other", effect("y@example.org"))


def test_a_refused_form_can_be_sent_again(app):
    key = uuid4()

    def refuse() -> str:
        raise ValueError("refused")

    with pytest.raises(ValueError, match="refused"):
        once.run(key, b"body", refuse)
    assert once.run(key, b"body", effect())[1] is True


def test_two_clicks_at_the_same_moment_have_one_effect(app):
    key, answers = uuid4(), []

    def click():
        with app.app_context():
            answers.append(once.run(key, b"body", effect()))

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [("/there", False)] * 3 + [("/there", True)]
    db.session.expire_all()
    assert db.session.query(User).count() == 1
