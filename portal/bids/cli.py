"""Command of last resort: open a call with the platform's key when one of the two codes is lost."""

import click
from flask import Flask

from portal.bids import queries, services
from portal.core.config import settings
from portal.core.db import db
from portal.core.errors import Denied, Invalid
from portal.core.templating import problem_text


@click.group()
def seal() -> None:
    """The seal of proposals (docs/sealing.md)."""


@seal.command()
@click.argument("number")
def recover(number: str) -> None:
    """Open the call NUMBER with one holder's code and the platform's key, when the other code is lost.

    Everything is asked for and not taken as an option, so that nothing stays in the shell's history.
    """
    tender = queries.tender_by_number(number)
    if tender is None:
        raise click.ClickException(f"There is no call {number}.")
    if not settings().seal_key_file.exists():  # a new one would be made, and would open nothing
        raise click.ClickException("The platform's key is not there: put it where SEAL_KEY_FILE points.")
    click.echo(f"{tender.number} {tender.title}\nThe minutes will say that this call was opened by recovery.")
    given = {
        "holder_email": click.prompt("Holder who has the code: e-mail"),
        "holder_password": click.prompt("Holder: password", hide_input=True),
        "holder_code": click.prompt("Holder: code", hide_input=True),
        "approver_email": click.prompt("Approver, in place of the other holder: e-mail"),
        "approver_password": click.prompt("Approver: password", hide_input=True),
        "reason": click.prompt("Reason, as it will stand in the minutes"),
    }
    click.confirm("Count and open? This cannot be undone.", abort=True)
    tender_id = tender.id
    db.session.rollback()  # the use case has a session of its own
    try:
        opening = services.recover_tender(tender_id=tender_id, **given)
    except Invalid as error:
        raise click.ClickException("\n".join(problem_text(p) for p in error.problems)) from error
    except Denied as error:
        raise click.ClickException(error.sentence) from error
    click.echo(f"Opened: {len(opening.entries)} proposals. The minutes are being made.")


def init_app(app: Flask) -> None:
    """Register the command."""
    app.cli.add_command(seal)
