"""News are delivered exactly once, errors are kept and tried again, nothing is announced by a failed use case."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.core import jobs, outbox
from portal.core.config import settings
from portal.core.db import db, use_case
from portal.core.outbox import Delivery, OutboxMessage
from tests.factories import UserFactory


@pytest.fixture
def handler(monkeypatch):
    """A handler of topic ``thing.done`` that exists for one test; it fails while ``fail`` is set."""
    calls: list[str] = []
    state = {"fail": False}

    def react(thing: str) -> None:
        UserFactory.build()  # no database effect of its own is needed to count calls
        if state["fail"]:
            raise RuntimeError("printer on fire")
        calls.append(thing)

    monkeypatch.setitem(outbox._topics, "thing.done", ["test.react"])
    monkeypatch.setitem(jobs.HANDLERS, "test.react", (react, None))
    return calls, state


@use_case
def announce(thing: str = "a", fail: bool = False) -> None:
    outbox.emit("thing.done", thing=thing)
    if fail:
        raise RuntimeError("refused")


def the_delivery() -> Delivery:
    db.session.expire_all()
    return db.session.scalars(select(Delivery).where(Delivery.handler == "test.react")).one()


def test_a_handler_runs_once_however_often_it_is_delivered(app, handler):
    announce()
    for _ in range(3):
        jobs.deliver(the_delivery().id)
    assert handler[0] == ["a"]
    assert the_delivery().done_at is not None


def test_a_failed_use_case_announces_nothing(app, handler):
    with pytest.raises(RuntimeError):
        announce(fail=True)
    assert db.session.scalars(select(OutboxMessage)).all() == []


def test_an_error_is_kept_and_tried_again_later(app, handler, clock):
    calls, state = handler
    state["fail"] = True
    announce()
    assert jobs.drain() == 1
    failed = the_delivery()
    assert "printer on fire" in failed.error
    assert failed.done_at is None
    state["fail"] = False
    assert jobs.drain() == 0, "not due yet"
    clock.advance(minutes=2)
    assert jobs.drain() == 1
    assert calls == ["a"]


def test_it_is_given_up_after_the_last_attempt_and_an_operator_can_run_it_again(app, handler, clock):
    calls, state = handler
    state["fail"] = True
    announce()
    for _ in range(outbox.MAX_ATTEMPTS):
        jobs.drain()
        clock.advance(hours=3)
    assert the_delivery().failed_at is not None
    assert jobs.drain() == 0
    state["fail"] = False
    outbox.retry(the_delivery().id)
    assert jobs.drain() == 1
    assert calls == ["a"]


def test_a_delivery_lost_with_its_worker_is_sent_again(app, handler, clock):
    announce()
    assert len(outbox.due_deliveries()) == 1, "taken by a worker that dies"
    assert outbox.due_deliveries() == []
    clock.advance(seconds=settings().lost_after + 1)
    assert jobs.drain() == 1
    assert handler[0] == ["a"]


def test_periodic_work_starts_once_in_each_slot(app, clock, monkeypatch):
    monkeypatch.setattr(jobs, "PERIODIC", {"sweep": timedelta(hours=1)})
    jobs.start_periodic()
    jobs.start_periodic()
    clock.advance(hours=1)
    jobs.start_periodic()
    topics = db.session.scalars(select(OutboxMessage.topic)).all()
    assert topics == ["periodic.sweep"] * 2
