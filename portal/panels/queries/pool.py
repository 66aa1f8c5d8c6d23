"""Reads of the expert pool."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.models import User
from portal.accounts.values import UserStatus
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.lists import Page, paginate
from portal.core.policy import Actor
from portal.panels.models import Expert, ExpertApplication, ExpertSpecialty, Seat
from portal.panels.values import ExpertGroup, SeatStatus
from portal.parties import queries as parties
from portal.parties.models import Party, RoleGrant, Unit
from portal.parties.values import ORGANISATION, STAFF, Role
from portal.tenders.models import Tender


def expert_for_update(expert_id: UUID) -> Expert:
    """The entry with its specialties, locked. Raises ``NotFound``."""
    statement = select(Expert).where(Expert.id == expert_id).options(selectinload(Expert.fields))
    if (expert := db.session.scalars(statement.with_for_update()).first()) is None:
        raise NotFound()
    return expert


def list_experts(actor: Actor, args: Mapping[str, str]) -> Page[Expert]:
    """Experts of the officer's units; filters ``q`` (name, employer), ``group``, ``specialty``, ``active``."""
    statement = (
        select(Expert)
        .join(Expert.user)
        .options(joinedload(Expert.user), selectinload(Expert.fields))
        .where(Expert.unit_id.in_(actor.scopes(Role.PROGRAMME_OFFICER)), Expert.representative.is_(False))
    )
    if args.get("group") in set(ExpertGroup):
        statement = statement.where(Expert.group == ExpertGroup(args["group"]))
    if args.get("specialty"):
        named = select(ExpertSpecialty.expert_id).where(ExpertSpecialty.name == args["specialty"])
        statement = statement.where(Expert.id.in_(named))
    if args.get("active") in {"yes", "no"}:
        statement = statement.where(Expert.active.is_(args["active"] == "yes"))
    if sought := args.get("q", "").strip():
        statement = statement.where(
            or_(User.name.icontains(sought, autoescape=True), Expert.employer.icontains(sought, autoescape=True))
        )  # fmt: skip
    sorts = {
        "name": User.name,
        "group": Expert.group,
        "since": Expert.entered_at,
    }
    return paginate(statement, args, sorts=sorts, default="name")


def specialties(actor: Actor) -> list[str]:
    """The specialties that occur in the officer's pool."""
    statement = (
        select(ExpertSpecialty.name)
        .join(Expert, Expert.id == ExpertSpecialty.expert_id)
        .where(Expert.unit_id.in_(actor.scopes(Role.PROGRAMME_OFFICER)))
    )
    return list(db.session.scalars(statement.distinct().order_by(ExpertSpecialty.name)))


def all_experts(actor: Actor) -> list[Expert]:
    """Everybody in the officer's pools, by name, for a spreadsheet."""
    mine = Expert.unit_id.in_(actor.scopes(Role.PROGRAMME_OFFICER))
    statement = _experts().join(Expert.user).where(mine, Expert.representative.is_(False))
    return list(db.session.scalars(statement.order_by(User.name, Expert.id)))


def application_of(email: str) -> ExpertApplication | None:
    """What is known about somebody who is not in the pool yet."""
    return db.session.scalars(select(ExpertApplication).where(ExpertApplication.email == email)).first()


def expert_unit(actor: Actor) -> UUID:
    """The unit for which somebody was invited as an expert. Raises ``NotFound``."""
    statement = select(RoleGrant.scope_id).where(
        RoleGrant.user_id == actor.user_id, RoleGrant.role == Role.EXPERT, RoleGrant.ended_at.is_(None)
    )
    found = db.session.scalars(statement.order_by(RoleGrant.granted_at)).first()
    if found is None:
        raise NotFound()
    return found


def reliability(expert_ids: Collection[UUID]) -> dict[UUID, dict[SeatStatus, int]]:
    """How often each of these accepted, declined, did not answer or was recused (one query)."""
    rows = db.session.execute(
        select(Seat.expert_id, Seat.status, func.count())
        .where(Seat.expert_id.in_(expert_ids), Seat.status != SeatStatus.STANDBY)
        .group_by(Seat.expert_id, Seat.status)
    )
    found: dict[UUID, dict[SeatStatus, int]] = defaultdict(dict)
    for expert_id, status, count in rows:
        found[expert_id][status] = count
    return found


def declarations_to_chase(before: datetime) -> list[Expert]:
    """Active experts whose declarations were last confirmed ``before`` and who were not reminded since."""
    statement = _experts().where(
        Expert.active,
        Expert.reminded_at.is_(None),
        or_(Expert.declared_at.is_(None), Expert.declared_at < before),
    )
    return list(db.session.scalars(statement.order_by(Expert.id)))


def pool_units(actor: Actor) -> list[Unit]:
    """The units whose pool the officer keeps."""
    return parties.units(actor.scopes(Role.PROGRAMME_OFFICER))


def not_in_pool(actor: Actor) -> list[User]:
    """People who hold the expert's role in the officer's units but have no entry in the pool yet."""
    statement = (
        select(User)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .outerjoin(Expert, Expert.user_id == User.id)
        .where(
            RoleGrant.role == Role.EXPERT, RoleGrant.ended_at.is_(None), Expert.id.is_(None),
            User.status == UserStatus.ACTIVE, RoleGrant.scope_id.in_(actor.scopes(Role.PROGRAMME_OFFICER)),
        )
        .group_by(User.id)
        .order_by(User.name)
    )  # fmt: skip
    return list(db.session.scalars(statement))


def get_expert(actor: Actor, expert_id: UUID) -> Expert:
    """An expert of the officer's pool. Raises ``NotFound`` for others."""
    expert = db.session.scalars(_experts().where(Expert.id == expert_id)).first()
    if expert is None or expert.representative or expert.unit_id not in actor.scopes(Role.PROGRAMME_OFFICER):
        raise NotFound()
    return expert


def own_expert(actor: Actor) -> Expert | None:
    """The actor's own entry in the pool."""
    return db.session.scalars(_experts().where(Expert.user_id == actor.user_id)).first()


def expert_of(user_id: UUID) -> Expert | None:
    """The entry of a person, in the pool or beside it."""
    return db.session.scalars(_experts().where(Expert.user_id == user_id)).first()


def pool_for(tender: Tender) -> list[Expert]:
    """Everybody in the pools of the call's unit and of those above it, suspended ones too."""
    above = [UUID(part) for part in parties.unit(tender.unit_id).path.strip("/").split("/")]
    statement = _experts().where(Expert.unit_id.in_(above), Expert.representative.is_(False))
    return list(db.session.scalars(statement.order_by(Expert.id)))


def buyer_staff(tender: Tender) -> set[UUID]:
    """The users who work for the buyer of the call or for a unit above it."""
    above = [UUID(part) for part in parties.unit(tender.unit_id).path.strip("/").split("/")]
    return set(
        db.session.scalars(
            select(RoleGrant.user_id).where(
                RoleGrant.role.in_(STAFF), RoleGrant.scope_id.in_(above), RoleGrant.ended_at.is_(None)
            )
        )
    )


def members_of(party_ids: Collection[UUID]) -> dict[UUID, list[User]]:
    """The people who hold a role in each of the organisations (one query)."""
    rows = db.session.execute(
        select(RoleGrant.scope_id, User)
        .join(User, User.id == RoleGrant.user_id)
        .where(
            RoleGrant.scope_id.in_(party_ids), RoleGrant.role.in_(ORGANISATION), RoleGrant.ended_at.is_(None)
        )
    )
    found: dict[UUID, list[User]] = defaultdict(list)
    for party_id, user in rows:
        found[party_id].append(user)
    return found


def hubs_of(parties: Iterable[Party]) -> dict[UUID, list[Party]]:
    """The hub organisations through which these work, by organisation (one query)."""
    through = {party.id: party.hub_id for party in parties if party.hub_id is not None}
    rows = db.session.scalars(select(Party).where(Party.id.in_(set(through.values()))))
    hubs = {hub.id: hub for hub in rows}
    return {party_id: [hubs[hub_id]] for party_id, hub_id in through.items()}


def _experts() -> Select[Expert]:
    return select(Expert).options(joinedload(Expert.user, innerjoin=True), selectinload(Expert.fields))
