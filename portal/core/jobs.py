"""Work after the commit: handlers of outbox topics, periodic work, and the RQ queue that carries them."""

import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from flask import Flask
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.exceptions import DuplicateJobError
from rq.serializers import JSONSerializer
from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from portal.core import clock, outbox
from portal.core.db import Conflict, Model, add, db, use_case

log = structlog.get_logger()

Handler = Callable[..., None]
Prepare = Callable[..., Any]

HANDLERS: dict[str, tuple[Handler, Prepare | None]] = {}
PERIODIC: dict[str, timedelta] = {}

_app: Flask | None = None


def handles(topic: str, prepare: Prepare | None = None) -> Callable[[Handler], Handler]:
    """React to ``topic``: the function gets the payload as keywords and runs once, inside a use case.

    Slow work that only reads (a PDF) goes into ``prepare``: it runs before the transaction, and its result
    is the first argument.
    """

    def register(fn: Handler) -> Handler:
        name = f"{fn.__module__.removeprefix('portal.').removesuffix('.jobs')}.{fn.__name__}"
        HANDLERS[name] = (fn, prepare)
        outbox.subscribe(topic, name)
        return fn

    return register


def periodic(name: str, every: timedelta) -> Callable[[Handler], Handler]:
    """Run the function once in each time slot of length ``every``; it gets no arguments."""
    PERIODIC[name] = every

    def register(fn: Handler) -> Handler:
        def run(slot: str) -> None:
            fn()

        run.__module__, run.__name__ = fn.__module__, fn.__name__
        handles(f"periodic.{name}")(run)
        return fn

    return register


class PeriodicRun(Model):
    """A slot of periodic work that was started; the key makes two schedulers start it once."""

    __tablename__ = "periodic_run"
    __table_args__ = (UniqueConstraint("name", "slot"),)

    name: Mapped[str]
    slot: Mapped[datetime]


@use_case
def _start(name: str, slot: datetime) -> None:
    add(PeriodicRun(name=name, slot=slot))
    outbox.emit(f"periodic.{name}", slot=slot.isoformat())


def start_periodic() -> None:
    """Start every periodic job whose slot has come; safe to call by several schedulers at once."""
    seconds = int(clock.now().timestamp())
    for name, every in PERIODIC.items():
        length = int(every.total_seconds())
        slot = datetime.fromtimestamp(seconds - seconds % length, clock.SHANGHAI)
        if not db.session.query(PeriodicRun.id).filter_by(name=name, slot=slot).first():
            try:
                _start(name, slot)
            except Conflict:
                log.info("periodic.already_started", name=name)


def deliver(delivery_id: UUID) -> None:
    """Run one delivery; an error is kept for the operator and tried again later."""
    opened = outbox.open_delivery(delivery_id)
    db.session.rollback()
    if opened is None:
        return
    name, payload, announced_at = opened
    try:
        handler, prepare = HANDLERS[name]
        prepared = (prepare(**payload),) if prepare else ()
        db.session.rollback()
        with outbox.telling(announced_at):
            _run_once(delivery_id, handler, prepared, payload)
    except Exception:  # whatever a handler raises is the operator's to see, and the worker must live on
        error = traceback.format_exc()
        log.error("delivery.failed", handler=name, delivery=str(delivery_id), error=error)
        outbox.note_failure(delivery_id, error)


@use_case
def _run_once(
    delivery_id: UUID, handler: Handler, prepared: tuple[Any, ...], payload: dict[str, Any]
) -> None:
    if outbox.claim(delivery_id):
        handler(*prepared, **payload)


def drain() -> int:
    """Deliver everything that is due, here and now, until nothing is left; how many were delivered."""
    count = 0
    while due := outbox.due_deliveries():
        for delivery_id, _attempt in due:
            deliver(delivery_id)
            count += 1
    return count


# --- RQ: the transport -------------------------------------------------------------------------------------------


def connect(url: str, **options: Any) -> Redis:
    """A Redis connection that fails fast: a web request must not wait for a queue that is away."""
    return Redis.from_url(url, socket_connect_timeout=0.3, retry=Retry(NoBackoff(), 0), **options)


def queue(url: str) -> Queue:
    """The one queue; its jobs carry ids as JSON."""
    return Queue("portal", connection=connect(url), serializer=JSONSerializer)


def relay(url: str) -> int:
    """Send what is due to the workers; how many. Raises ``RedisError`` when the queue is away."""
    target = queue(url)
    target.connection.ping()  # before anything is taken, so that nothing waits for nothing
    due = outbox.due_deliveries()
    for delivery_id, attempt in due:
        try:
            target.enqueue_call(
                "portal.core.jobs.run_delivery", (str(delivery_id),), job_id=f"{delivery_id}-{attempt}",
                unique=True, timeout=600, result_ttl=60, failure_ttl=86400,
            )  # fmt: skip
        except DuplicateJobError:
            continue
    return len(due)


def run_delivery(delivery_id: str) -> None:
    """What RQ calls in the worker: one delivery, in an application context of its own."""
    assert _app is not None, "the worker command makes the application first"  # noqa: S101
    with _app.app_context():
        deliver(UUID(delivery_id))


def run_relay() -> None:
    """What RQ calls after a nudge: send all that is due."""
    assert _app is not None, "the worker command makes the application first"  # noqa: S101
    with _app.app_context():
        relay(_app.extensions["portal"].redis_url)


def init_app(app: Flask) -> None:
    """Let commits wake the worker through Redis."""
    global _app
    _app = app
    url: str = app.extensions["portal"].redis_url

    def nudge() -> None:
        if app.testing or clock.is_set():
            return
        try:
            queue(url).enqueue_call("portal.core.jobs.run_relay", timeout=120, result_ttl=0, failure_ttl=3600)
        except RedisError:
            log.warning("queue.away")

    outbox.set_nudge(nudge)
