"""Reads of notices; all of them are public."""

from collections.abc import Iterator, Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select

from portal.core import clock, search
from portal.core.calendar import end_of_day
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.files import StoredFile
from portal.notices import rules
from portal.notices.models import Notice, NoticeFile
from portal.notices.values import NoticeKind
from portal.parties.models import Unit

YEARS = range(2000, 2101)


def get_notice(notice_id: UUID) -> Notice:
    """A published notice. Raises ``NotFound``."""
    notice = db.session.get(Notice, notice_id)
    if notice is None:
        raise NotFound()
    return notice


def pdf_of(notice_id: UUID) -> StoredFile | None:
    """The PDF of a notice, or ``None`` while the job has not made it."""
    return db.session.scalars(
        select(StoredFile)
        .join(NoticeFile, NoticeFile.file_id == StoredFile.id)
        .where(NoticeFile.notice_id == notice_id)
    ).first()


def list_notices(filters: Mapping[str, str]) -> Select[Notice]:
    """The statement of the public list: ``kind``, ``unit``, days ``from`` and ``until`` in Beijing, and ``q``.

    ``q`` are words of the whole paper or its number; what is no unit or day is passed over.
    """
    statement = select(Notice)
    if (unit := _uuid(filters.get("unit", ""))) is not None:
        statement = statement.where(Notice.unit_id == unit)
    if (first := _day(filters.get("from", ""))) is not None:
        statement = statement.where(Notice.published_at >= clock.at(first))
    if (last := _day(filters.get("until", ""))) is not None:
        statement = statement.where(Notice.published_at < end_of_day(last))
    if filters.get("kind") in set(NoticeKind):
        statement = statement.where(Notice.kind == NoticeKind(filters["kind"]))
    if sought := filters.get("q", "").strip():
        statement = statement.where(Notice.id.in_(search.matching(Notice.__tablename__, sought)))
    return statement


def units() -> list[tuple[UUID, str]]:
    """The units that have published, by name, for the filter."""
    rows = db.session.execute(
        select(Unit.id, Unit.name).where(Unit.id.in_(select(Notice.unit_id))).order_by(Unit.name)
    )
    return [(row[0], row[1]) for row in rows]


def corrections_of(notice_id: UUID) -> list[Notice]:
    """The papers that correct this one, oldest first."""
    statement = (
        select(Notice).where(Notice.corrects_id == notice_id).order_by(Notice.published_at, Notice.number)
    )
    return list(db.session.scalars(statement))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None


@search.source(Notice.__tablename__)
def searchable() -> Iterator[tuple[UUID, list[str]]]:
    """The words by which each notice is found."""
    for notice in db.session.scalars(select(Notice)):
        yield notice.id, words_of(notice)


def words_of(notice: Notice) -> list[str]:
    """Number, title and the whole text of a notice."""
    return [notice.number, notice.title, *rules.texts(notice.content)]


def latest(limit: int = 30) -> list[Notice]:
    """The newest notices, for the feed and the front page."""
    statement = select(Notice).order_by(Notice.published_at.desc(), Notice.number.desc()).limit(limit)
    return list(db.session.scalars(statement))


def notices_of(tender_id: UUID) -> list[Notice]:
    """All notices of a call, oldest first."""
    statement = (
        select(Notice).where(Notice.tender_id == tender_id).order_by(Notice.published_at, Notice.number)
    )
    return list(db.session.scalars(statement))
