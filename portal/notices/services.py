"""Use cases of notices: publish a paper and keep its PDF."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.core import audit, clock, files, outbox, search
from portal.core.db import add, db, use_case
from portal.core.errors import Invalid, problem
from portal.core.numbers import next_number
from portal.core.policy import Actor
from portal.core.text import N_
from portal.notices import queries, rules
from portal.notices.models import Notice, NoticeFile
from portal.notices.values import NoticeKind


@use_case
def publish_notice(
    *, actor: Actor, kind: NoticeKind, unit_id: UUID, tender_id: UUID, subject_id: UUID, title: str,
    content: list[dict[str, Any]], first_day: date | None = None, last_day: date | None = None, corrects_id: UUID | None = None,
) -> Notice:  # fmt: skip
    """Publish a paper under the next number of the year (``GG-2026-0001``) and freeze it with its digest.

    ``content`` is a list of blocks (heading, text, table of strings); ``first_day`` and ``last_day`` bound a
    public notice period, both included; ``corrects_id`` names the paper that this one corrects and that stays as
    it is. The use case that calls has checked who may. Raises ``Invalid`` for
    blocks of another shape or a period that ends before it begins. Emits ``notice.published``.
    """
    problems = rules.check_content(content)
    if not title.strip():
        problems.append(problem(N_("Please give a title."), field="title"))
    if first_day and last_day and last_day < first_day:
        problems.append(problem(N_("The notice period ends before it begins."), field="last_day"))
    if problems:
        raise Invalid(*problems)
    now = clock.now()
    series = f"GG-{clock.today().year}"
    number = f"{series}-{next_number(series):04d}"
    sha256 = rules.digest(
        number=number, kind=kind, title=title, content=content, published_at=now, first_day=first_day, last_day=last_day
    )  # fmt: skip
    notice = add(
        Notice(
            number=number, kind=kind, unit_id=unit_id, tender_id=tender_id, subject_id=subject_id, title=title,
            content=content, sha256=sha256, published_at=now, first_day=first_day, last_day=last_day,
            corrects_id=corrects_id,
        )
    )  # fmt: skip
    search.index(Notice.__tablename__, notice.id, *queries.words_of(notice))
    audit.record("notice.publish", notice, actor, number=number, sha256=sha256)
    outbox.emit("notice.published", notice_id=notice.id)
    return notice


@use_case
def keep_pdf(*, actor: Actor, notice_id: UUID, content: bytes, name: str) -> NoticeFile:
    """Keep the PDF of a notice; a second one is thrown away, because a published paper never changes."""
    kept = db.session.scalars(select(NoticeFile).where(NoticeFile.notice_id == notice_id)).first()
    if kept is not None:
        return kept
    stored = files.save(content, name=name, media_type="application/pdf", created_by=actor.user_id)
    return add(NoticeFile(notice_id=notice_id, file_id=stored.id))
