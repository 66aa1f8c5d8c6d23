"""Commands of the operator: seed, worker, tick, doctor, docs."""

import json
import sys
import time
from pathlib import Path
from typing import Any

import click
import structlog
from flask import Flask, current_app
from flask.cli import AppGroup
from redis.exceptions import RedisError
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from portal.core import jobs, permissions, search
from portal.core.clock import now

log = structlog.get_logger()
MAINTENANCE_SECONDS = 30


def _url() -> str:
    url: str = current_app.extensions["portal"].redis_url
    return url


@click.command()
def worker() -> None:
    """Run jobs until stopped. Documents are set in child processes, so this process stays small."""
    connection = jobs.connect(_url(), socket_timeout=None)
    queue = jobs.queue(_url())
    SimpleWorker(
        [queue], connection=connection, serializer=JSONSerializer, maintenance_interval=MAINTENANCE_SECONDS
    ).work(logging_level="WARNING")


@click.command()
@click.option("--every", type=int, default=0, help="Seconds between two ticks; 0 ticks once.")
def tick(every: int) -> None:
    """Start periodic work whose time has come and send what waits in the outbox to the workers."""
    while True:
        jobs.start_periodic()
        try:
            sent = jobs.relay(_url())
            log.info("tick", sent=sent, at=now().isoformat(timespec="seconds"))
        except RedisError as error:
            log.warning("queue.away", error=str(error))
        if not every:
            return
        time.sleep(every)


@click.command()
def relay() -> None:
    """Send what waits in the outbox to the workers, once."""
    click.echo(jobs.relay(_url()))


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; fail when a page of docs/ is out of date.")
def docs(check: bool) -> None:
    """Write the permission list, the workflow diagrams and the route table into docs/."""
    stale = []
    for name, text in permissions.pages(current_app._get_current_object()).items():  # type: ignore[attr-defined]
        path = Path(current_app.root_path).parent / "docs" / name
        if not path.exists() or path.read_text() != text:
            stale.append(name)
            if not check:
                path.write_text(text)
    click.echo(("stale: " if check else "written: ") + (", ".join(stale) or "nothing"))
    if check and stale:
        sys.exit(1)


@click.command()
@click.option("--json", "as_json", is_flag=True)
def doctor(as_json: bool) -> None:
    """Say whether database, queue, keys and calendar are ready for work."""
    findings: dict[str, Any] = permissions.health(_url())
    click.echo(
        json.dumps(findings) if as_json else "\n".join(f"{key:10} {value}" for key, value in findings.items())
    )


words = AppGroup("search", help="Full-text search.")


@words.command()
def rebuild() -> None:
    """Build the index of words anew, for example after rows were imported or restored."""
    for kind, count in search.rebuild().items():
        click.echo(f"{kind:12} {count}")


def init_app(app: Flask) -> None:
    """Register the commands."""
    for command in (worker, tick, relay, docs, doctor, words):
        app.cli.add_command(command)
