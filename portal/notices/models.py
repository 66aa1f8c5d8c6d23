"""Official notices. A published paper never changes; a correction is a new paper."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model, append_only
from portal.core.types import enum_column
from portal.notices.values import NoticeKind


class Notice(Model):
    """Frozen text with its digest. ``content`` is a list of blocks: heading, paragraph, or table of strings.

    ``tender_id`` names the case: the call, or the idea for the two publications that come before any call.
    """

    __tablename__ = "notice"

    number: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[NoticeKind] = enum_column(NoticeKind, index=True)
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"), index=True)
    tender_id: Mapped[UUID] = mapped_column(index=True)
    subject_id: Mapped[UUID] = mapped_column(index=True)
    title: Mapped[str]
    content: Mapped[list[Any]]
    sha256: Mapped[str]
    published_at: Mapped[datetime] = mapped_column(index=True)
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("notice.id"), index=True)


class NoticeFile(Model):
    """The PDF of a notice, made by a job after publication and never replaced."""

    __tablename__ = "notice_file"

    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notice.id"), unique=True)
    file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id"))


append_only(Notice)
append_only(NoticeFile)
