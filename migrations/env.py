"""How Alembic reaches our tables: the application's engine, batch mode for SQLite, plain types in the files."""

from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy import text
from sqlalchemy.types import TypeDecorator

from portal.core.search import is_derived

LOCK_TIMEOUT = "5s"  # a migration that cannot get its lock gives up instead of stopping everybody
STATEMENT_TIMEOUT = "10min"

database = current_app.extensions["migrate"].db


def plain_types(kind, item, _autogen_context):
    """Write our column types as what they are in SQL, so that old migrations never need the application."""
    if kind == "type" and isinstance(item, TypeDecorator):
        plain = item.impl_instance if hasattr(item, "impl_instance") else item.impl
        return f"sa.{plain!r}"
    return False


@contextmanager
def keys_unwatched(connection):
    """SQLite copies a table to change it, which its keys forbid; they are off meanwhile and looked over afterwards."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        if broken := driver.execute("PRAGMA foreign_key_check").fetchall():
            raise RuntimeError(f"Rows point at rows that do not exist: {broken[:5]}")
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def run() -> None:
    """Run the migrations on the database of the settings."""
    with database.engine.connect() as connection, keys_unwatched(connection):
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
            connection.execute(text(f"SET statement_timeout = '{STATEMENT_TIMEOUT}'"))
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=plain_types,
            include_name=lambda name, _kind, _parents: not is_derived(name),
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
