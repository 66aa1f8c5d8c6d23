"""Lists that page, filter and sort in the database; their state is in the address, so it can be shared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from sqlalchemy import Select, func, select

from portal.core.db import db

T = TypeVar("T")
U = TypeVar("U")
PER_PAGE = 20


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list: the items, how many there are in all, and the query arguments that led here."""

    items: Sequence[T]
    total: int
    page: int
    per_page: int
    sort: str
    args: dict[str, str]

    @property
    def pages(self) -> int:
        """Number of pages, at least one."""
        return max(1, -(-self.total // self.per_page))

    def url(self, **changes: Any) -> str:
        """This list's address with some query arguments changed; an empty value drops the argument."""
        merged = {**self.args, **{key: str(value) for key, value in changes.items()}}
        return "?" + urlencode({key: value for key, value in merged.items() if value})

    def showing(self, items: Sequence[U]) -> "Page[U]":
        """The same page of the same list with other items, for example the rows in words."""
        return Page(items, self.total, self.page, self.per_page, self.sort, self.args)


def paginate(
    statement: Select[*tuple[Any, ...]], args: Mapping[str, str], *, sorts: Mapping[str, Any], default: str, scalars: bool = True,
    per_page: int = PER_PAGE,
) -> Page[Any]:  # fmt: skip
    """Run ``statement`` for the page and order that ``args`` ask for (``page``, ``sort``; ``-name`` descends).

    ``sorts`` maps the allowed names to columns; anything else falls back to ``default``. Two queries in all.
    ``scalars=False`` gives rows of several columns.
    """
    plain = {key: value for key, value in args.items() if key != "page" and value}
    total = int(db.session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0)
    last = max(1, -(-total // per_page))
    number = min(max(1, int(args["page"]) if args.get("page", "").isdecimal() else 1), last)
    sort = args.get("sort", default)
    if sort.removeprefix("-") not in sorts:
        sort = default
    column = sorts[sort.removeprefix("-")]
    order = column.desc() if sort.startswith("-") else column.asc()
    primary = statement.column_descriptions[0]["entity"]
    limited = (
        statement.order_by(None).order_by(order, primary.id).limit(per_page).offset((number - 1) * per_page)
    )
    result = db.session.scalars(limited) if scalars else db.session.execute(limited)
    return Page(list(result), total, number, per_page, sort, plain)
