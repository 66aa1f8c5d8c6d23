"""Lists of calls and of templates, searched, filtered and sorted in the database."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import selectinload

from portal.core import search
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.money import Money, parse_yuan
from portal.core.policy import Actor, can
from portal.parties.models import Unit
from portal.parties.values import STAFF, Role, UnitLevel
from portal.tenders.models import (
    CallTemplate,
    Tender,
)
from portal.tenders.policies import may_draft_tender
from portal.tenders.values import DaysLeft, TenderStatus


def open_at(at: datetime) -> ColumnElement[bool]:
    """The SQL twin of ``rules.is_open``."""
    return and_(Tender.status == TenderStatus.ACTIVE, Tender.published_at <= at, at < Tender.deadline_at)


def list_public(filters: Mapping[str, str], now: datetime) -> Select[Tender]:
    """The statement of the public list.

    Filters: ``q``, ``field``, ``area`` (as the call names it), ``street`` (also finds calls for the whole district),
    ``least`` and ``most`` (budget in yuan), ``left`` (``DaysLeft``), ``open``.
    """
    statement = select(Tender).where(Tender.published_at.is_not(None))
    if sought := filters.get("q", "").strip():
        statement = statement.where(Tender.id.in_(search.matching(Tender.__tablename__, sought)))
    for name in ("field", "area"):
        if filters.get(name):
            statement = statement.where(getattr(Tender, name) == filters[name])
    if street := filters.get("street", "").strip():
        statement = statement.where(or_(Tender.area.contains(street, autoescape=True), ~_names_a_street()))
    if (least := _yuan(filters.get("least"))) is not None:
        statement = statement.where(Tender.budget >= least)
    if (most := _yuan(filters.get("most"))) is not None:
        statement = statement.where(Tender.budget <= most)
    if filters.get("left") in set(DaysLeft):
        statement = statement.where(open_at(now), _left(DaysLeft(filters["left"]), now))
    if filters.get("open"):
        statement = statement.where(open_at(now))
    return statement


def _names_a_street() -> ColumnElement[bool]:
    """Whether a call is for certain streets; without one it is for everybody's."""
    return exists().where(Unit.level == UnitLevel.STREET, Tender.area.contains(Unit.name))


def _left(wanted: DaysLeft, now: datetime) -> ColumnElement[bool]:
    limit = now + timedelta(days=wanted.days)
    return Tender.deadline_at <= limit if wanted.is_closing else Tender.deadline_at >= limit


@search.source(Tender.__tablename__)
def searchable() -> Iterator[tuple[UUID, list[str]]]:
    """The words by which each published call is found; drafts are never indexed."""
    statement = select(Tender).where(Tender.published_at.is_not(None)).options(selectinload(Tender.lots))
    for tender in db.session.scalars(statement):
        yield tender.id, words_of(tender)


def words_of(tender: Tender) -> list[str]:
    """Number, title, what is wanted, field, area, and the lots of a call."""
    lots = [text for lot in tender.lots for text in (lot.title, lot.description)]
    return [tender.number, tender.title, tender.field, tender.area, tender.description, *lots]


def list_desk(actor: Actor, filters: Mapping[str, str]) -> Select[Tender]:
    """The statement of the staff list: the calls of the actor's units, by ``q`` and ``status``."""
    statement = select(Tender)
    if not actor.is_system:
        statement = statement.where(Tender.unit_id.in_(actor.scopes(*STAFF)))
    if filters.get("status") in set(TenderStatus):
        statement = statement.where(Tender.status == TenderStatus(filters["status"]))
    else:
        statement = statement.where(Tender.status != TenderStatus.DISCARDED)
    return _search(statement, filters)


def list_earlier(actor: Actor, filters: Mapping[str, str]) -> Select[Tender]:
    """The calls that a new one may be made from: published ones, and all of the actor's units; by ``q``."""
    mine = Tender.unit_id.in_(actor.scopes(Role.PROGRAMME_OFFICER))
    known = (mine & (Tender.status != TenderStatus.DISCARDED)) | Tender.published_at.is_not(None)
    return _search(select(Tender).where(known), filters)


def templates(actor: Actor) -> list[CallTemplate]:
    """The templates of the units for which the actor drafts calls, by title."""
    statement = select(CallTemplate).where(
        CallTemplate.unit_id.in_(actor.scopes(Role.PROGRAMME_OFFICER)), CallTemplate.retired_at.is_(None)
    )
    return list(db.session.scalars(statement.order_by(CallTemplate.title, CallTemplate.id)))


def get_template(actor: Actor, template_id: UUID) -> CallTemplate:
    """A template still offered. Raises ``NotFound`` when the actor does not draft calls for its unit."""
    template = db.session.get(CallTemplate, template_id)
    if template is None or template.retired_at is not None or not can(may_draft_tender, actor, template):
        raise NotFound()
    return template


def _search(statement: Select[Tender], filters: Mapping[str, str]) -> Select[Tender]:
    sought = filters.get("q", "").strip()
    if not sought:
        return statement
    return statement.where(
        Tender.title.icontains(sought, autoescape=True) | Tender.number.icontains(sought, autoescape=True)
    )


def _yuan(text: str | None) -> Money | None:
    try:
        return parse_yuan(text) if text else None
    except ValueError:
        return None


def public_fields() -> list[str]:
    """The fields of service of published calls, for the filter."""
    statement = select(Tender.field).where(Tender.published_at.is_not(None)).distinct()
    return list(db.session.scalars(statement.order_by(Tender.field)))


def streets() -> list[str]:
    """The names of all streets, for the filter."""
    statement = select(Unit.name).where(Unit.level == UnitLevel.STREET)
    return list(db.session.scalars(statement.order_by(Unit.name)))


def waiting_for(actor: Actor) -> list[Tender]:
    """Calls that wait for this person's next step: drafts of their officer, submitted or approved ones of an approver."""
    mine = and_(Tender.status == TenderStatus.DRAFT, Tender.drafted_by == actor.user_id)
    to_decide = and_(
        Tender.status.in_([TenderStatus.SUBMITTED, TenderStatus.APPROVED]),
        Tender.unit_id.in_(actor.scopes(Role.PROGRAMME_APPROVER)),
        Tender.drafted_by != actor.user_id,
    )
    return list(db.session.scalars(select(Tender).where(mine | to_decide).order_by(Tender.created_at)))


def closing_soon(now: datetime, within: timedelta) -> list[Tender]:
    """Open calls whose deadline lies within the given time."""
    statement = select(Tender).where(open_at(now), Tender.deadline_at <= now + within)
    return list(db.session.scalars(statement.order_by(Tender.deadline_at)))
