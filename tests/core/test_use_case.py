"""The transaction of a use case: all or nothing, re-entrant, and safe against lost updates."""

import threading

import pytest

from portal.accounts.models import User
from portal.core import outbox
from portal.core.db import Conflict, add, check_version, db, get, use_case
from portal.core.errors import NotFound, Stale
from portal.parties.models import Party
from tests.factories import PartyFactory, UserFactory


def new_user(email: str = "new@example.org") -> User:
    return UserFactory.build(email=email)


def count_users() -> int:
    return db.session.query(User).count()


def test_the_outermost_use_case_commits(app):
    @use_case
    def inner():
        add(new_user())

    @use_case
    def outer():
        inner()

    outer()
    assert count_users() == 1


def test_an_exception_undoes_inner_use_cases_too(app):
    @use_case
    def inner():
        add(new_user())

    @use_case
    def outer():
        inner()
        raise RuntimeError("late")

    with pytest.raises(RuntimeError):
        outer()
    assert count_users() == 0


def test_a_refused_use_case_leaves_the_objects_of_the_page_loaded(app):
    party = PartyFactory(name="晨光社工")

    @use_case
    def change():
        get(Party, party.id, lock=True).name = "changed"
        raise RuntimeError("refused")

    with pytest.raises(RuntimeError):
        change()
    assert party.name == "晨光社工"


def test_after_commit_runs_only_when_it_committed(app):
    seen = []

    @use_case
    def work(fail: bool):
        outbox.after_commit(lambda: seen.append(fail))
        if fail:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        work(True)
    work(False)
    assert seen == [False]


def test_a_unique_key_taken_meanwhile_is_a_conflict(app):
    UserFactory(email="taken@example.org")

    @use_case
    def again():
        add(new_user("taken@example.org"))

    with pytest.raises(Conflict):
        again()


def test_a_missing_row_is_not_found(app):
    with pytest.raises(NotFound):
        get(User, PartyFactory().id)


def test_an_older_version_is_stale(app):
    party = PartyFactory()

    @use_case
    def rename(name: str, version: int):
        row = get(Party, party.id, lock=True)
        check_version(row, version)
        row.name = name

    rename("一", 1)
    with pytest.raises(Stale) as caught:
        rename("二", 1)
    assert caught.value.current == 2
    assert db.session.get(Party, party.id).name == "一"


def test_parallel_increments_lose_nothing(app):
    user = UserFactory()

    def work():
        with app.app_context():
            for _ in range(10):
                increment()

    @use_case
    def increment():
        row = get(User, user.id, lock=True)
        row.failed_sign_ins += 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.expire_all()
    assert db.session.get(User, user.id).failed_sign_ins == 40
