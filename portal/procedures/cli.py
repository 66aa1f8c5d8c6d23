"""Commands of the calendar: load it, and count a period with the reason for every day."""

import json
import sys
from datetime import date, datetime

import click
from flask import Flask
from flask.cli import AppGroup

from portal.core import permissions
from portal.core.calendar import Pause, Walk
from portal.core.policy import Actor
from portal.procedures import queries, services

EMPTY = "The calendar is empty: load it with `flask calendar load`."

group = AppGroup("calendar", help="Working days.")


@group.command()
def load() -> None:
    """Load the published years; years that are there already stay as they are."""
    written = services.seed_calendar(actor=Actor.system("calendar load"))
    click.echo(f"{written} days written. {state()}")


@group.command()
@click.option(
    "--from", "start", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The day of the event."
)
@click.option("--working", type=click.IntRange(0), help="Count this many working days.")
@click.option(
    "--days", type=click.IntRange(0), help="Count this many calendar days; a last day off moves on."
)
@click.option("--count-first-day", is_flag=True, help="Count the day of the event, too.")
@click.option(
    "--pause", "pauses", multiple=True, metavar="FIRST..LAST", help="Days that do not count; may be repeated."
)
@click.option("--json", "as_json", is_flag=True)
def add(
    start: datetime, working: int | None, days: int | None, count_first_day: bool, pauses: tuple[str, ...], as_json: bool
) -> None:  # fmt: skip
    """Print the last day of a period and the walk that leads there."""
    if (working is None) == (days is None):
        raise click.UsageError("Give either --working or --days.")
    calendar = queries.calendar()
    if not calendar.published_years:
        click.echo(EMPTY, err=True)
        sys.exit(1)
    count = calendar.add_days if working is None else calendar.add_working_days
    number = days if working is None else working
    try:
        walk = count(
            start.date(),
            number or 0,
            count_first_day=count_first_day,
            paused=[_pause(text) for text in pauses],
        )
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    click.echo(json.dumps(_plain(walk)) if as_json else _told(walk))


def _pause(text: str) -> Pause:
    first, _, last = text.partition("..")
    try:
        found = date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError:
        raise click.UsageError(f"{text} is no pause; write 2026-10-12..2026-10-20") from None
    if found[1] < found[0]:
        raise click.UsageError(f"{text} ends before it begins")
    return found


def state() -> str:
    """Which years the calendar knows, in words."""
    known = sorted(row.year for row in queries.years())
    return f"{known[0]}–{known[-1]}, {len(known)} years" if known else EMPTY


def _plain(walk: Walk) -> dict[str, object]:
    return {
        "start": walk.start.isoformat(),
        "end": walk.end.isoformat(),
        "provisional": walk.provisional,
        "days": [
            {"day": s.day.isoformat(), "kind": s.kind.value, "counted": s.counted, "why": s.why.value} for s in walk.days
        ],
    }  # fmt: skip


def _told(walk: Walk) -> str:
    lines = [walk.end.isoformat()]
    number = 0
    for step in walk.days:
        number += step.counted
        lines.append(
            f"{step.day:%Y-%m-%d %a}  {number if step.counted else '–':>4}  {step.kind.label}; {step.why.label}"
        )
    if walk.provisional:
        lines.append("Provisional: the official notice of one of these years is not in the calendar yet.")
    return "\n".join(lines)


def init_app(app: Flask) -> None:
    """Register the commands, and let the doctor look at the calendar."""
    app.cli.add_command(group)
    permissions.CHECKS["calendar"] = state
