"""Reads of notices; all of them are public."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from sqlalchemy import Select, select

from portal.core import search
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.files import StoredFile
from portal.notices import rules
from portal.notices.models import Notice, NoticeFile
from portal.notices.values import NoticeKind


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
    """The statement of the public list: ``kind`` and ``q`` (words of the whole paper or its number)."""
    statement = select(Notice)
    if filters.get("kind") in set(NoticeKind):
        statement = statement.where(Notice.kind == NoticeKind(filters["kind"]))
    if sought := filters.get("q", "").strip():
        statement = statement.where(Notice.id.in_(search.matching(Notice.__tablename__, sought)))
    return statement


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
