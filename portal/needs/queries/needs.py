"""Reads of needs: the desk's list, the public list, one need, and what became of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select

from portal.core import search
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.lists import Page, paginate
from portal.core.policy import Actor, can
from portal.needs.models import Need, NeedRound
from portal.needs.policies import READERS, may_read_need
from portal.needs.queries.places import subtree
from portal.needs.rules import code_hash
from portal.needs.values import ANSWERED, NeedChannel, NeedStatus, ServiceField
from portal.parties.models import Unit

DESK_TEXTS, PUBLIC_TEXTS = (
    "need",
    "need_public",
)  # kinds of the search: what residents wrote is for the desk only
SORTS: dict[str, Any] = {
    "received_at": Need.received_at, "priority": Need.priority, "voices": Need.voices, "number": Need.number,
}  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """What became of a need: the need that speaks for it (itself, or the one it was merged into) and its place."""

    need: Need
    kept: Need
    unit: Unit


def get_need(actor: Actor, need_id: UUID) -> Need:
    """A need of one of the actor's units. Raises ``NotFound``."""
    need = db.session.get(Need, need_id)
    if need is None or not can(may_read_need, actor, need):
        raise NotFound()
    return need


def list_needs(actor: Actor, args: Mapping[str, str], **options: Any) -> Page[Any]:
    """The desk's list: rows of need and place name. Merged needs only show when asked for.

    Filters: ``q``, ``place`` (a unit with all below it), ``field``, ``status``, ``channel``.
    """
    statement = _rows().where(Need.unit_id.in_(actor.scopes(*READERS)))
    if args.get("status") not in set(NeedStatus):
        statement = statement.where(Need.status != NeedStatus.MERGED)
    if args.get("channel") in set(NeedChannel):
        statement = statement.where(Need.channel == NeedChannel(args["channel"]))
    if args.get("status") in set(NeedStatus):
        statement = statement.where(Need.status == NeedStatus(args["status"]))
    statement = _filtered(statement, args, DESK_TEXTS)
    return paginate(statement, args, sorts=SORTS, default="-received_at", scalars=False, **options)


def public_needs(args: Mapping[str, str]) -> Page[Any]:
    """Answered needs for everybody: rows of need and place name.

    Filters: ``q`` (public wording or number), ``place``, ``field``, ``status``.
    """
    wanted = args.get("status", "")
    shown = [NeedStatus(wanted)] if wanted in set(ANSWERED) else list(ANSWERED)
    statement = _filtered(_rows().where(Need.status.in_(shown)), args, PUBLIC_TEXTS)
    sorts = {"answered_at": Need.answered_at, "voices": Need.voices, "number": Need.number}
    return paginate(statement, args, sorts=sorts, default="-answered_at", scalars=False)


def _rows() -> Select[*tuple[Any, ...]]:
    return select(Need, Unit.name).join(Unit, Unit.id == Need.unit_id)


def _filtered(
    statement: Select[*tuple[Any, ...]], args: Mapping[str, str], texts: str
) -> Select[*tuple[Any, ...]]:
    if args.get("field") in set(ServiceField):
        statement = statement.where(Need.field == ServiceField(args["field"]))
    if args.get("place"):
        below = subtree(args["place"])
        statement = statement.where(Need.unit_id.in_(below) if below is not None else Need.id.is_(None))
    if sought := args.get("q", "").strip():
        matches = Need.id.in_(search.matching(texts, sought))
        statement = statement.where(or_(Need.number == sought.upper(), matches))
    return statement


def public_need(need_id: UUID) -> Need:
    """A need that was answered. Raises ``NotFound`` before that, and for one that was merged."""
    need = db.session.get(Need, need_id)
    if need is None or need.status not in ANSWERED:
        raise NotFound()
    return need


def by_code(code: str) -> Outcome:
    """What became of the need with this receipt code. Raises ``NotFound``."""
    need = db.session.scalars(select(Need).where(Need.code_hash == code_hash(code))).first()
    if need is None:
        raise NotFound()
    kept = db.session.get(Need, need.merged_into_id) if need.merged_into_id else need
    unit = db.session.get(Unit, need.unit_id)
    assert kept is not None  # noqa: S101 - a foreign key
    assert unit is not None  # noqa: S101 - a foreign key
    return Outcome(need, kept, unit)


def by_number(actor: Actor, number: str) -> Need | None:
    """The need with this number, if the actor may read it."""
    need = db.session.scalars(select(Need).where(Need.number == number.strip().upper())).first()
    return need if need is not None and can(may_read_need, actor, need) else None


def similar(actor: Actor, need: Need, at_most: int = 8) -> list[Need]:
    """Needs of the same field and place that may say the same, those with most voices first."""
    return list(
        db.session.scalars(
            select(Need)
            .where(
                Need.unit_id == need.unit_id, Need.field == need.field, Need.id != need.id,
                Need.status.in_((NeedStatus.RECEIVED, NeedStatus.ACCEPTED)),
                Need.unit_id.in_(actor.scopes(*READERS)),
            )
            .order_by(Need.voices.desc(), Need.received_at.desc())
            .limit(at_most)
        )
    )  # fmt: skip


def merged_into(need_id: UUID) -> list[Need]:
    """The needs for which this one speaks."""
    statement = select(Need).where(Need.merged_into_id == need_id).order_by(Need.received_at).limit(100)
    return list(db.session.scalars(statement))


def round_of(need: Need) -> NeedRound | None:
    """The round of collection that brought the need up."""
    return db.session.get(NeedRound, need.round_id) if need.round_id else None


def contacts_to_forget(before: datetime) -> list[UUID]:
    """Needs answered before ``before`` that still hold a contact or a photo."""
    holds = or_(Need.contact_name != "", Need.contact_phone != "")
    return list(db.session.scalars(select(Need.id).where(Need.answered_at < before, holds).limit(1000)))


@search.source(DESK_TEXTS)
def _texts() -> Iterable[search.Text]:
    rows = db.session.execute(select(Need.id, Need.text, Need.summary))
    return [(need_id, (text, summary)) for need_id, text, summary in rows]


@search.source(PUBLIC_TEXTS)
def _public_texts() -> Iterable[search.Text]:
    rows = db.session.execute(select(Need.id, Need.summary).where(Need.status.in_(ANSWERED)))
    return [(need_id, (summary,)) for need_id, summary in rows]
