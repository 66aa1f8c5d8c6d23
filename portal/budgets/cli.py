"""Commands of budgets: the check of the ledger."""

import sys

import click
from flask import Flask
from flask.cli import AppGroup

from portal.budgets import queries

ledger = AppGroup("ledger", help="The books.")


@ledger.command()
def check() -> None:
    """Add up every account from its postings; fail when a balance says something else."""
    wrong = queries.unbalanced_accounts()
    for account, expected in wrong:
        click.echo(f"{account.kind} {account.id}: balance {account.balance}, postings {expected}")
    click.echo("The books do not balance." if wrong else "Every balance is the sum of its postings.")
    sys.exit(1 if wrong else 0)


def init_app(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(ledger)
