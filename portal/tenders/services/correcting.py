"""Correct a published call: the paper of the call stays, a new one corrects it, and the deadline moves where it must."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.core import audit, clock, outbox
from portal.core.calendar import end_of_day
from portal.core.db import check_version, db, use_case
from portal.core.errors import Invalid, NotFound, problem
from portal.core.papers import official, written
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.notices import queries as notice_queries
from portal.notices import services as notices
from portal.notices.models import Notice
from portal.notices.values import NoticeKind
from portal.procedures import queries as procedures
from portal.procedures.rules import moved_deadline
from portal.procedures.values import Move
from portal.tenders import queries
from portal.tenders.models import Tender
from portal.tenders.policies import may_decide_tender
from portal.tenders.rules import is_open
from portal.tenders.rules.questions import check_correction


@use_case
def correct_tender(
    *,
    actor: Actor,
    tender_id: UUID,
    version: int | None,
    text: str,
    affects: bool,
    deadline_at: datetime | None,
) -> Notice:
    """Publish a correction of an open call; ``affects`` says that proposals may have to change because of it.

    Then the deadline moves to the first working day that leaves the procedure's whole period (``clarification``),
    unless ``deadline_at`` is later still. Without it the deadline keeps its time of day. Raises ``Invalid`` for a
    deadline that is too early or a day off, and when the call takes no proposals any more. Emits
    ``tender.corrected``.
    """
    tender = queries.full_for_update(tender_id)
    require(may_decide_tender, actor, tender)
    check_version(tender, version)
    now = clock.now()
    old = tender.deadline_at
    if old is None or not is_open(tender, now):
        raise Invalid(problem(N_("A call is corrected while it takes proposals.")))
    calendar = procedures.calendar()
    move = (
        moved_deadline(queries.procedure_of(tender, now), calendar, clock.today(), clock.local(old).date())
        if affects
        else None
    )
    new = deadline_at or _moved(old, move)
    if problems := check_correction(text=text, old=old, new=new, move=move, calendar=calendar):
        raise Invalid(*problems)
    corrected = [n for n in notice_queries.notices_of(tender_id) if n.kind == NoticeKind.CALL]
    if not corrected:
        raise NotFound()
    tender.deadline_at = new
    notice = notices.publish_notice(
        actor=actor, kind=NoticeKind.CORRECTION, unit_id=tender.unit_id, tender_id=tender.id, subject_id=tender.id,
        title=official(N_("%(title)s: correction"), title=tender.title), corrects_id=corrected[0].id,
        content=_paper(tender, corrected[0], text.strip(), old, new, move), first_day=clock.today(), last_day=clock.local(new).date(),
    )  # fmt: skip
    audit.record(
        "tender.correct", tender, actor, notice=notice.number, affects=affects, before=old, deadline_at=new
    )
    outbox.emit("tender.corrected", tender_id=tender.id, notice_id=notice.id)
    return notice


def _moved(old: datetime, move: Move | None) -> datetime:
    """The deadline after the move, at the same time of day."""
    if move is None or not move.moved:
        return old
    local = clock.local(old)
    return clock.at(move.day, local.hour, local.minute)


def _paper(
    tender: Tender, corrected: Notice, text: str, old: datetime, new: datetime, move: Move | None
) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = [
        {"text": official(N_("The notice %(notice)s of the call %(number)s is corrected as follows."), notice=corrected.number, number=tender.number)},
        {"heading": official(N_("What is corrected"))},
        {"text": text},
        {"heading": official(N_("Deadline for proposals"))},
    ]  # fmt: skip
    if new == old:
        return [*blocks, {"text": official(N_("The deadline stays %(deadline)s."), deadline=old)}]
    head = [official(N_("Until now")), official(N_("From now on"))]
    blocks.append({"table": {"head": head, "rows": [[written(old), written(new)]]}})
    if move and move.moved:
        blocks.append({"text": official(N_("Reason: %(source)s"), source=move.figure.source)})
    return blocks


@use_case
def review_deadlines(*, actor: Actor, first: date, last: date) -> list[Tender]:
    """Look at the deadlines of open calls between two days again, after the calendar changed there.

    Each is recorded as confirmed, or as a day off; the latter are returned. A published deadline is never moved
    silently: the approver moves it by a correction.
    """
    calendar, now = procedures.calendar(), clock.now()
    due = Tender.deadline_at.between(clock.at(first), end_of_day(last))
    found = []
    for tender in db.session.scalars(select(Tender).where(queries.open_at(now), due).with_for_update()):
        assert tender.deadline_at is not None, "the statement asks for it"  # noqa: S101
        day = clock.local(tender.deadline_at).date()
        works = calendar.is_working_day(day)
        audit.record(
            "tender.review_deadline", tender, actor, day=day.isoformat(), kind=calendar.kind(day), works=works
        )
        if not works:
            found.append(tender)
    return found
