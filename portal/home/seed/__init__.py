"""The demo: a believable district, made by calling the services under a clock that only moves forward."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from flask import current_app

from portal.core import clock, documents, jobs
from portal.core.clock import SettableClock
from portal.core.pdf import set_document
from portal.home.seed.schedule import Days, Story, at, tell
from portal.home.seed.stories import calls, wishes
from portal.home.seed.stories.clock import own_version
from portal.home.seed.world import SYSTEM, World, found, look_after
from portal.procedures import queries as procedures
from portal.procedures import services as procedure_services
from portal.settings import Settings

__all__ = ["RefusedError", "World", "load"]

TICK_DAYS = 1


class RefusedError(RuntimeError):
    """The demo must not be loaded here; the message says why."""


def load(scale: int = 1) -> World:
    """Fill the empty database with the demo, up to this very moment, and write ``demo.json`` for the sign-in page.

    ``scale`` adds that many less one open calls. Raises ``RefusedError`` in production: the opening keys of the
    demo are written down.
    """
    settings: Settings = current_app.extensions["portal"]
    if settings.production:
        raise RefusedError("Demo data is refused in production: its accounts and keys are public.")
    end = clock.now()
    time = SettableClock(end - timedelta(days=calls.FIRST_DAY + 5))
    with clock.use(time), documents.set_by(set_document), _mail_kept_here():
        procedure_services.seed_calendar(actor=SYSTEM)
        world = World(Days(procedures.calendar(), clock.local(end).date()))
        first_day = world.days.ago(calls.FIRST_DAY)
        stories = [
            found(world, first_day),
            look_after(world),
            *(story(world) for story in calls.ALL),
            wishes.collected(world),
            wishes.deliberated(world),
            wishes.helped(world),
            own_version(world, world.days.after(first_day, 3)),
            _ticks(world),
        ]
        stories += [calls.for_load(world, number) for number in range(1, scale)]
        tell(stories, time, end, jobs.drain)
    path = settings.instance_dir / "demo.json"
    path.write_text(json.dumps(world.listed(), ensure_ascii=False, indent=1), encoding="utf-8")
    return world


def _ticks(world: World) -> Story:
    """The scheduler: each morning it starts the periodic work, as it does in real life."""
    day = world.days.ago(calls.EVALUATED_START)
    while True:
        yield at(day, 8, 30)
        jobs.start_periodic()
        day += timedelta(days=TICK_DAYS)


@contextmanager
def _mail_kept_here() -> Iterator[None]:
    """No mail of the past leaves the machine, whatever server is configured."""
    settings: Settings = current_app.extensions["portal"]
    current_app.extensions["portal"] = replace(settings, mail_url="")
    try:
        yield
    finally:
        current_app.extensions["portal"] = settings
