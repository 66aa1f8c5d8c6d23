"""Fixtures: an application on a fresh database for each test, a clock that stands still, people who are signed in."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from sqlalchemy import create_engine, event, text
from sqlalchemy.pool import NullPool

from portal.accounts import services as accounts
from portal.accounts.models import User
from portal.app import create_app
from portal.core import clock as clock_module
from portal.core import documents, jobs
from portal.core.clock import SettableClock
from portal.core.db import db
from portal.core.pdf import set_document
from portal.core.policy import Actor, actor_for
from portal.settings import Settings

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # a Monday, 09:00 in Beijing

hypothesis_settings.register_profile("default", max_examples=100, deadline=None)
hypothesis_settings.register_profile("long", max_examples=2000, deadline=None)
hypothesis_settings.load_profile("default")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["sqlite", "postgres"], default="sqlite")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL run only what meets the database: rules and the like behave the same on the first run.

    Tests on the demo stay in one worker, so that its story is told once and not by each. They and those marked
    ``once`` ask who may reach what or which step follows, which no database decides, so they run on SQLite only.
    """
    for item in items:
        if "demo" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("demo"))
    if config.getoption("--database") != "postgres":
        return
    meets = [
        item
        for item in items
        if "app" in (names := getattr(item, "fixturenames", ()))
        and "demo" not in names
        and item.get_closest_marker("once") is None
    ]
    kept = set(meets)
    apart = [item for item in items if item not in kept]
    if apart:
        config.hook.pytest_deselected(items=apart)
        items[:] = meets


# Ends who is still connected and deletes the rows of the tables that have any, without asking triggers.
EMPTY = """
DO $$ DECLARE name text; filled boolean; BEGIN
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend';
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE 'SELECT EXISTS (SELECT 1 FROM ' || name || ')' INTO filled;
        IF filled THEN EXECUTE 'DELETE FROM ' || name; END IF;
    END LOOP;
END $$
"""


class Database:
    """One database, empty at the beginning of each test: commits are real, tests are apart."""

    def __init__(self, kind: str, directory: Path, worker: str) -> None:
        self.kind, self.directory, self.name = kind, directory, f"test_{worker}"
        self._server = None
        if kind == "postgres":
            from tests import servers

            self._context = servers.postgres()
            self._server = self._context.__enter__()
            self.url = (
                self._server.rsplit("/", 1)[0] + f"/{self.name}"
                if "?" not in self._server
                else self._with_name(self.name)
            )
            self._admin = create_engine(self._server, isolation_level="AUTOCOMMIT")
        else:
            self.url = f"sqlite:///{directory / 'test.db'}"
        self.template_ready = False

    def _with_name(self, name: str) -> str:
        from sqlalchemy.engine import make_url

        return make_url(self._server).set(database=name).render_as_string(hide_password=False)

    def make_template(self, app: Flask) -> None:
        if self.kind == "postgres":
            with self._admin.connect() as connection:
                connection.execute(text(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)'))
                connection.execute(text(f'CREATE DATABASE "{self.name}"'))
        with app.app_context():
            db.create_all()
            db.session.remove()
            db.engine.dispose()
        if self.kind == "sqlite":
            shutil.move(self.directory / "test.db", self.directory / "template.db")
        self.template_ready = True

    def fresh(self, source: str = "template") -> None:
        """Put a copy of ``source`` in place: the empty template, or what ``keep`` put away.

        On PostgreSQL the rows are taken out instead: copying some thousand files of a template costs half a second.
        """
        if self.kind == "postgres":
            engine = create_engine(self.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
            with engine.connect() as connection:
                connection.execute(text(EMPTY))
            return
        for suffix in ("", "-wal", "-shm"):
            (self.directory / f"test.db{suffix}").unlink(missing_ok=True)
        shutil.copyfile(self.directory / f"{source}.db", self.directory / "test.db")

    def keep(self, name: str) -> None:
        """Put the present database away as ``name``; nobody may be connected. SQLite only, as is the demo."""
        shutil.copyfile(self.directory / "test.db", self.directory / f"{name}.db")

    def close(self) -> None:
        if self.kind == "postgres":
            self._admin.dispose()
            self._context.__exit__(None, None, None)


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    found = Database(request.config.getoption("--database"), tmp_path_factory.mktemp("database"), worker)
    yield found
    found.close()


class Browser(FlaskClient):
    """A browser: each request has an application context of its own, as on a server, and the test then reads anew."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        with self.application.app_context():
            response = super().open(*args, **kwargs)
        db.session.rollback()
        return response


@pytest.fixture(scope="session")
def application(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    root = tmp_path_factory.mktemp("portal")
    settings = Settings(
        instance_dir=root / "instance", keys_dir=root / "keys", seal_key_file=root / "keys" / "seal.key", database_url=database.url,
        redis_url="unix:///nowhere/redis.sock", testing=True,
        translations_dir=root,  # tests read the English of the code; the catalogue has tests of its own
    )  # fmt: skip
    app = create_app(settings.prepared())
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = Browser
    database.make_template(app)
    # Papers are set for real, but here: a child for each costs ten times the paper (tests/core/test_documents.py has the child).
    with documents.set_by(set_document):
        yield app


@pytest.fixture
def clock() -> Iterator[SettableClock]:
    with clock_module.use(SettableClock(START)) as settable:
        yield settable


@pytest.fixture
def app(application: Flask, database: Database, clock: SettableClock) -> Iterator[Flask]:
    database.fresh()
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> Callable[[User], FlaskClient]:
    """A browser in which ``user`` is signed in (the password form itself is tested in tests/accounts)."""

    def browser(user: User) -> FlaskClient:
        key = accounts.open_session(user_id=user.id)
        client = app.test_client()
        with client.session_transaction() as session:
            session["key"] = key
        return client

    return browser


@pytest.fixture
def drain(app: Flask) -> Callable[[], int]:
    """Run every outbox handler that is due; a handler that fails fails the test."""

    def run() -> int:
        from portal.core import outbox

        count = jobs.drain()
        troubled = outbox.list_troubled()
        assert not troubled, troubled[0][0].error
        return count

    return run


@pytest.fixture
def count_queries(app: Flask) -> Callable[[Callable[[], object]], int]:
    """How many statements a call sends to the database."""

    def count(call: Callable[[], object]) -> int:
        seen: list[str] = []

        def listener(_c: object, _cur: object, statement: str, *_rest: object) -> None:
            seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", listener)
        try:
            call()
        finally:
            event.remove(db.engine, "before_cursor_execute", listener)
        return len(seen)

    return count


def actor_of(user: User | UUID) -> Actor:
    """The actor of a person, with the grants as they are now."""
    found = user if isinstance(user, User) else db.session.get(User, user)
    assert found is not None
    return actor_for(found.id, found.name)


SYSTEM = Actor.system("test")
