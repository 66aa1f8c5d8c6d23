"""The demo as a database to try every address on: made once, copied for each module."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.accounts import services as accounts
from portal.core import clock as clock_module
from portal.core.clock import SettableClock
from portal.core.db import db
from portal.parties.values import Role
from tests.conftest import Database

PEOPLE = {
    Role.ADMINISTRATOR: "administrator", Role.PROGRAMME_OFFICER: "officer", Role.PROGRAMME_APPROVER: "approver",
    Role.FINANCE_OFFICER: "finance", Role.CASHIER: "cashier", Role.SUPERVISOR: "supervisor", Role.EVALUATOR: "evaluator",
    Role.COMMUNITY_REPRESENTATIVE: "community", Role.EXPERT: "expert01", Role.ORG_OWNER: "tongban",
    Role.ORG_DRAFTER: "drafter", Role.ORG_APPROVER: "signatory", Role.ORG_FINANCE: "bookkeeper",
}  # fmt: skip


@dataclass
class Demo:
    """The application on the demo's data, and the people of the demo by key."""

    app: Flask
    users: dict[str, UUID]

    def browser(self, key: str) -> FlaskClient:
        session_key = accounts.open_session(user_id=self.users[key])
        client = self.app.test_client()
        with client.session_transaction() as session:
            session["key"] = session_key
        return client


@pytest.fixture(scope="session")
def demo_data(application: Flask, database: Database) -> tuple[dict[str, UUID], SettableClock]:
    from portal.home import seed

    database.fresh()
    with application.app_context():
        world = seed.load()
        present = clock_module.now()
        db.session.remove()
        db.engine.dispose()
    database.keep("demo")
    return world.users, SettableClock(present)


@pytest.fixture(scope="module")
def demo(
    application: Flask, database: Database, demo_data: tuple[dict[str, UUID], SettableClock]
) -> Iterator[Demo]:
    users, present = demo_data
    database.fresh("demo")
    with application.app_context(), clock_module.use(present):
        yield Demo(application, users)
        db.session.remove()
        db.engine.dispose()
