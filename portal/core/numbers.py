"""Numbers that people read: one gapless count for each series, taken inside the use case."""

from uuid import uuid4

from sqlalchemy import Uuid, bindparam, text, update
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model, db


class Counter(Model):
    """The last number given out in a series such as ``GG-2026``."""

    __tablename__ = "counter"

    series: Mapped[str] = mapped_column(unique=True)
    last: Mapped[int] = mapped_column(default=0)


_FIRST = text(
    "INSERT INTO counter (id, series, last) VALUES (:id, :series, 0) ON CONFLICT (series) DO NOTHING"
).bindparams(bindparam("id", type_=Uuid()))


def next_number(series: str) -> int:
    """The next number of ``series``, from 1; a use case that fails gives it back.

    Use cases that take a number of the same series wait for each other until the commit.
    """
    db.session.execute(_FIRST, {"id": uuid4(), "series": series})
    taken = update(Counter).where(Counter.series == series).values(last=Counter.last + 1)
    number: int | None = db.session.scalar(
        taken.returning(Counter.last), execution_options={"synchronize_session": False}
    )
    assert number is not None  # noqa: S101 - the row was made above
    return number
