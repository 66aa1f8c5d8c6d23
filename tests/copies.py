"""What a thief of the database gets, on either database: to look for what must not be there."""

from collections.abc import Iterator

from sqlalchemy import text

from portal.core.db import Base, db


def rows() -> Iterator[str]:
    """Each stored value of each row, bytes as hexadecimal digits."""
    for table in Base.metadata.sorted_tables:
        for row in db.session.execute(text(f'SELECT * FROM "{table.name}"')):
            yield " ".join(value.hex() if isinstance(value, bytes) else str(value) for value in row)


def database_dump() -> str:
    """Everything in the database as one text."""
    db.session.rollback()
    found = "\n".join(rows())
    db.session.rollback()
    return found
