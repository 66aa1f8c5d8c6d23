"""Command that loads the demo."""

from importlib import import_module

import click
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.core.db import db


@click.command()
@click.option("--if-empty", is_flag=True, help="Do nothing when somebody is registered already.")
@click.option(
    "--scale", type=click.IntRange(1, 1000), default=1, help="How many times the open calls, for load work."
)
def seed(if_empty: bool, scale: int) -> None:
    """Load the demo data into an empty database, by calling the services from a past day up to now."""
    if db.session.scalar(select(func.count()).select_from(User)):
        if if_empty:
            return
        raise click.ClickException("The database is not empty. Demo data is loaded into an empty one only.")
    db.session.rollback()
    demo = import_module(
        "portal.home.seed"
    )  # brings the layout engine along, which web and worker do without
    try:
        world = demo.load(scale)
    except demo.RefusedError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Demo data loaded: {len(world.parties)} organisations, {len(world.experts)} experts.")


def init_app(app: Flask) -> None:
    """Register the command."""
    app.cli.add_command(seed)
