"""How every question for tasks is asked."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Select

from portal.core import clock
from portal.core.db import db
from portal.home.values import Task, TaskKind

AT_MOST = 20


def ask(kind: TaskKind, statement: Select[*tuple[Any, ...]]) -> list[Task]:
    """Run a statement of (id, name) or (id, name, due) and make a task of each row; a due day lasts to its end."""
    rows = db.session.execute(statement.limit(AT_MOST))
    return [Task(kind, row[0], row[1], instant(row[2]) if len(row) > 2 else None) for row in rows]


def instant(due: date | datetime | None) -> datetime | None:
    """When a task is due: the moment that is named, or the end of the day in Beijing."""
    return due if due is None or isinstance(due, datetime) else clock.at(due, 23, 59)
