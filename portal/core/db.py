"""Database: the session, the base of all tables, and the transaction of a use case."""

import json
from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime
from decimal import Decimal
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, ClassVar, ParamSpec, TypeVar
from uuid import UUID, uuid4

from flask import Flask
from flask.globals import app_ctx
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DDL, JSON, Connection, Engine, FromClause, MetaData, Text, Uuid, event, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry
from sqlalchemy.orm.exc import StaleDataError

from portal.core import clock
from portal.core.errors import DomainError, NotFound, Stale
from portal.core.money import Money
from portal.core.text import N_
from portal.core.types import MoneyType, PointsType, UTCDateTime

P = ParamSpec("P")
R = TypeVar("R")
M = TypeVar("M", bound="Model")

_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Declarative base: naming convention, and the column type of each annotation."""

    metadata = MetaData(naming_convention=_CONVENTION)
    registry: ClassVar[registry] = registry(
        metadata=metadata,
        type_annotation_map={
            Money: MoneyType(),
            datetime: UTCDateTime(),
            Decimal: PointsType(),
            UUID: Uuid(),
            str: Text(),
            dict[str, Any]: JSON(),
            list[Any]: JSON(),
            list[str]: JSON(),
        },
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)


class Conflict(DomainError):
    """Somebody did the same at the same moment; the database kept the first (HTTP 409)."""

    status = 409
    message = N_("Somebody did the same a moment ago. Please look at the page again.")


_use_case: ContextVar[list[Callable[[], None]] | None] = ContextVar("use_case", default=None)


def _session_scope() -> int:
    """Reads of a request share one session; each outermost use case has a session of its own.

    So a refused use case leaves the objects of the page untouched, and the page can be shown again with what
    was typed.
    """
    running = _use_case.get()
    return id(running) if running is not None else id(app_ctx._get_current_object())  # type: ignore[attr-defined]  # a proxy


db = SQLAlchemy(model_class=Base, session_options={"scopefunc": _session_scope, "expire_on_commit": False})

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


class Versioned:
    """Mixin of aggregates: each save counts ``version`` up, and a save over a newer version fails."""

    version: Mapped[int] = mapped_column(default=1)

    @classmethod
    def __declare_last__(cls) -> None:
        """Let the mapper compare and count the version."""
        mapper = cls.__mapper__  # type: ignore[attr-defined]  # present on every mapped subclass
        if mapper.version_id_col is None:
            mapper.version_id_col = mapper.local_table.c.version


def check_version(subject: Any, version: int | None) -> None:
    """Raise ``Stale`` when the page that was sent shows an older version; ``None`` skips the check."""
    if version is not None and subject.version != version:
        raise Stale(subject.version)


def use_case(fn: Callable[P, R]) -> Callable[P, R]:
    """Run ``fn`` in one transaction: the outermost use case commits, inner ones join, any exception undoes all.

    On SQLite the transaction starts with BEGIN IMMEDIATE, because a deferred one loses updates silently.
    Raises ``Stale`` when a versioned row changed underneath, ``Conflict`` when a unique key was taken meanwhile.
    """

    @wraps(fn)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if _use_case.get() is not None:
            return fn(*args, **kwargs)
        after_commit: list[Callable[[], None]] = []
        token = _use_case.set(after_commit)
        try:
            session = db.session()
            try:
                session.connection(execution_options={"immediate": True})
                result = fn(*args, **kwargs)
                session.commit()
            except StaleDataError as error:
                raise Stale() from error
            except IntegrityError as error:
                if _is_unique_violation(error):
                    raise Conflict() from error
                raise
            finally:
                db.session.remove()
        finally:
            _use_case.reset(token)
        db.session.rollback()
        db.session.expire_all()  # what the page read before is old now
        for callback in after_commit:
            callback()
        return result

    return run


def in_use_case() -> bool:
    """True inside a use case; writes outside of one are a programming error."""
    return _use_case.get() is not None


def after_commit(callback: Callable[[], None]) -> None:
    """Call ``callback`` once the outermost use case has committed; never when it fails."""
    callbacks = _use_case.get()
    if callbacks is None:
        raise RuntimeError("after_commit needs a running use case")
    if callback not in callbacks:
        callbacks.append(callback)


def get(kind: type[M], key: UUID, *, lock: bool = False) -> M:
    """The row of ``kind`` with primary key ``key``; ``lock`` takes it FOR UPDATE. Raises ``NotFound``."""
    row = db.session.get(kind, key, with_for_update=lock or None, populate_existing=lock)
    if row is None:
        raise NotFound()
    return row


def add(row: M) -> M:
    """Add ``row`` to the running use case and flush it, so that constraints speak now; returns it."""
    db.session.add(row)
    db.session.flush()
    return row


def received_at() -> datetime:
    """The server's time of arrival that decides deadlines: the database's clock on PostgreSQL, else the system's."""
    if clock.is_set() or db.engine.dialect.name != "postgresql":
        return clock.now()
    instant: datetime = db.session.scalar(text("select clock_timestamp()"))
    return instant + clock.demo_offset()


def append_only(model: type[Base]) -> None:
    """Let the database refuse UPDATE and DELETE on the table of ``model`` (both databases, by trigger)."""
    table = model.metadata.tables[model.__tablename__]
    for dialect in ("sqlite", "postgresql"):
        run_after_create(table, dialect, append_only_sql(table.name, dialect))
    APPEND_ONLY.append(table.name)


APPEND_ONLY: list[str] = []


def run_after_create(table: FromClause, dialect: str, statements: list[str]) -> None:
    """Run ``statements`` once ``table`` was created on ``dialect`` (test databases; migrations name them too)."""
    for statement in statements:
        ddl = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]  # sqlalchemy leaves it untyped
        event.listen(table, "after_create", ddl.execute_if(dialect=dialect))


def append_only_sql(table: str, dialect: str) -> list[str]:
    """The statements that make ``table`` append-only; migrations use them too."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for verb in ("update", "delete")
        ]
    return [
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    ]


def _is_unique_violation(error: IntegrityError) -> bool:
    return getattr(error.orig, "sqlstate", None) == "23505" or "UNIQUE constraint failed" in str(error.orig)


def init_app(app: Flask, url: str) -> None:
    """Bind the session to ``url`` and tune the engine."""
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    options: dict[str, Any] = {"pool_pre_ping": True, "pool_size": 20, "max_overflow": 20}
    options["json_serializer"] = partial(json.dumps, separators=(",", ":"))  # large records: no blanks
    if url.startswith("sqlite"):
        options["connect_args"] = {"timeout": 15, "isolation_level": None}
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    with app.app_context():
        if url.startswith("sqlite"):
            _tune_sqlite(db.engine, "OFF" if app.testing else "FULL")


def _tune_sqlite(engine: Engine, synchronous: str) -> None:
    """Set what every connection needs; only tests, which lose nothing, do not wait for the disk."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        for pragma in (
            "journal_mode=WAL",
            "foreign_keys=ON",
            f"synchronous={synchronous}",
            "busy_timeout=15000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("immediate", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
