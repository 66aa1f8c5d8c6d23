"""Command that begins an empty installation: the first unit and its administrator."""

import click
from flask import Flask
from sqlalchemy import select

from portal.accounts import services as accounts
from portal.core.db import db, use_case
from portal.core.errors import Invalid
from portal.core.policy import Actor
from portal.core.templating import problem_text
from portal.parties import services
from portal.parties.models import Unit
from portal.parties.values import Role, UnitLevel

SETUP = Actor.system("setup")


@click.command()
@click.option("--unit", prompt=True, help="Name of the uppermost unit, for example the district's bureau.")
@click.option("--email", prompt=True, help="Address of the first administrator.")
@click.option("--name", prompt=True, help="Name of the first administrator.")
@click.password_option(help="Asked for when left out, so that it stays out of the shell's history.")
def begin(unit: str, email: str, name: str, password: str) -> None:
    """Create the uppermost unit and its first administrator, who invites everybody else."""
    if db.session.scalar(select(Unit.id).limit(1)):
        raise click.ClickException("There is a unit already; its administrator invites people.")
    try:
        _begin(unit=unit, email=email, name=name, password=password)
    except Invalid as error:
        raise click.ClickException("\n".join(problem_text(p) for p in error.problems)) from error
    click.echo(f"{email} is the administrator of {unit}.")


@use_case
def _begin(*, unit: str, email: str, name: str, password: str) -> None:
    root = services.create_unit(actor=SETUP, name=unit, level=UnitLevel.DISTRICT)
    user = accounts.create_user(actor=SETUP, email=email, name=name, password=password)
    services.grant_role(actor=SETUP, user_id=user.id, role=Role.ADMINISTRATOR, scope_id=root.id)


def init_app(app: Flask) -> None:
    """Register the command."""
    app.cli.add_command(begin)
