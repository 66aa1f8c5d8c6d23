"""The migrations make exactly the tables of the code, in numbered order, on both databases."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import upgrade
from sqlalchemy import create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from portal.app import create_app
from portal.core import search
from portal.core.db import APPEND_ONLY, db, use_case
from portal.core.search import is_derived
from portal.settings import Settings
from tests import servers

ROOT = Path(__file__).resolve().parents[2] / "migrations"
FILES = sorted(path.stem for path in (ROOT / "versions").glob("*.py"))


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request, tmp_path):
    """An application on an empty database that only the migrations have touched."""

    def build(url: str):
        settings = Settings(
            instance_dir=tmp_path / "i", keys_dir=tmp_path / "k", seal_key_file=tmp_path / "k/seal.key", database_url=url, testing=True,
        )  # fmt: skip
        return create_app(settings.prepared())

    if request.param == "sqlite":
        app = build(f"sqlite:///{tmp_path / 'portal.db'}")
        with app.app_context():
            upgrade(str(ROOT))
            yield app
            db.engine.dispose()
        return
    with servers.postgres() as server:
        admin = create_engine(server, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text("DROP DATABASE IF EXISTS migrated WITH (FORCE)"))
            connection.execute(text("CREATE DATABASE migrated"))
        admin.dispose()
        app = build(make_url(server).set(database="migrated").render_as_string(hide_password=False))
        with app.app_context():
            upgrade(str(ROOT))
            yield app
            db.engine.dispose()


def test_files_are_numbered_in_sequence():
    assert [int(re.match(r"(\d{4})_\w+$", name)[1]) for name in FILES] == list(range(1, len(FILES) + 1))


def test_there_is_one_head_and_it_is_pinned():
    script = ScriptDirectory(str(ROOT))
    assert script.get_heads() == [(ROOT / ".head").read_text().strip()]


def test_no_migration_imports_the_application():
    assert [
        name
        for name in FILES
        if "portal" in (ROOT / "versions" / f"{name}.py").read_text().replace("portal.db", "")
    ] == []


def test_the_migrated_tables_are_those_of_the_code(empty):
    with db.engine.connect() as connection:
        options = {"compare_type": True, "include_name": lambda name, _kind, _parents: not is_derived(name)}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, db.metadata) == []


KEY = "0" * 31 + "1"


def one_row(table):
    """What inserts a row whose keys all point at the only row of the other table."""
    names = [f'"{name}"' for name, _kind in table]
    values = [
        1 if kind in {"INTEGER", "BIGINT", "BOOLEAN"} else KEY if kind == "CHAR(32)" else "1"
        for _n, kind in table
    ]
    return f"({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", values


@pytest.mark.parametrize("before", FILES[:-1])
def test_later_migrations_keep_rows_and_triggers(tmp_path, before):
    """SQLite copies a table to change it: with rows in every table, all of them and all triggers are still there."""
    settings = Settings(
        instance_dir=tmp_path / "i", keys_dir=tmp_path / "k", seal_key_file=tmp_path / "k/seal.key",
        database_url=f"sqlite:///{tmp_path / 'portal.db'}", testing=True,
    )  # fmt: skip
    app = create_app(settings.prepared())
    with app.app_context(), closing(sqlite3.connect(tmp_path / "portal.db", isolation_level=None)) as raw:
        upgrade(str(ROOT), revision=before[:4])
        unchecked = "PRAGMA ignore_check_constraints=ON"  # what is in the rows does not matter here
        raw.execute(unchecked)
        db.engine.dispose()
        event.listen(db.engine, "connect", lambda connection, _record: connection.execute(unchecked))
        known = "SELECT name FROM sqlite_master WHERE type = ? AND name NOT LIKE 'sqlite_%' ORDER BY name"
        tables = [t for (t,) in raw.execute(known, ["table"]) if not is_derived(t) and t != "alembic_version"]
        triggers = raw.execute(known, ["trigger"]).fetchall()
        for table in tables:
            columns = [(row[1], row[2]) for row in raw.execute(f"PRAGMA table_info({table})")]
            what, values = one_row(columns)
            raw.execute(f"INSERT INTO {table} {what}", values)
        upgrade(str(ROOT))
        db.engine.dispose()
        assert set(triggers) <= set(raw.execute(known, ["trigger"]))
        assert [raw.execute(f"SELECT count(*) FROM {table}").fetchone() for table in tables] == [(1,)] * len(
            tables
        )


def test_words_are_found_after_migration(empty):
    key = uuid4()
    use_case(search.index)("thing", key, "社区养老服务")
    assert db.session.scalars(search.matching("thing", "养老")).all() == [key]
    db.session.remove()


def test_append_only_tables_refuse_changes_after_migration(empty):
    columns = {table: inspect(db.engine).get_columns(table) for table in APPEND_ONLY}
    for table in APPEND_ONLY:
        with db.engine.connect() as connection:
            if db.engine.dialect.name == "sqlite":
                triggers = connection.execute(
                    text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :t"),
                    {"t": table},
                )
                assert {f"{table}_no_update", f"{table}_no_delete"} <= set(triggers.scalars()), table
            else:
                triggers = connection.execute(
                    text("SELECT tgname FROM pg_trigger WHERE tgrelid = CAST(:t AS regclass)"), {"t": table}
                )
                assert f"{table}_append_only" in set(triggers.scalars()), table
        assert columns[table]


def test_a_balance_follows_its_postings_after_migration(empty):
    with db.engine.connect() as connection:
        if db.engine.dialect.name == "sqlite":
            found = connection.execute(
                text("SELECT count(*) FROM sqlite_master WHERE name = 'posting_balance'")
            ).scalar()
        else:
            found = connection.execute(
                text("SELECT count(*) FROM pg_trigger WHERE tgname = 'posting_balance'")
            ).scalar()
    assert found == 1


def test_the_database_itself_refuses_a_negative_balance(empty):
    statement = text(
        "INSERT INTO account (id, kind, fund_source_id, subject_id, programme_id, balance) VALUES (:i, 'paid', :i, :i, :i, -1)"
    )  # the CHECK speaks before the foreign key is looked at
    with pytest.raises(DBAPIError, match="never_negative"), db.engine.begin() as connection:
        connection.execute(statement, {"i": "0" * 32})
