"""Reads of the pool, the draw and the seats."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.models import User
from portal.accounts.values import UserStatus
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.lists import Page, paginate
from portal.core.policy import Actor
from portal.panels.models import Expert, Panel, Seat
from portal.panels.policies import READERS
from portal.panels.values import ExpertGroup, SeatStatus
from portal.parties import queries as parties
from portal.parties.models import RoleGrant, Unit
from portal.parties.values import ORGANISATION, STAFF, Role
from portal.tenders.models import Tender

# --- the pool


def list_experts(actor: Actor, args: Mapping[str, str]) -> Page[Expert]:
    """Experts of the officer's units; filters ``q`` (name, employer), ``group``, ``specialty``, ``active``."""
    statement = (
        select(Expert)
        .join(Expert.user)
        .options(joinedload(Expert.user))
        .where(Expert.unit_id.in_(actor.scopes(Role.PROGRAMME_OFFICER)))
    )
    if args.get("group") in set(ExpertGroup):
        statement = statement.where(Expert.group == ExpertGroup(args["group"]))
    if args.get("specialty"):
        statement = statement.where(Expert.specialty == args["specialty"])
    if args.get("active") in {"yes", "no"}:
        statement = statement.where(Expert.active.is_(args["active"] == "yes"))
    if sought := args.get("q", "").strip():
        statement = statement.where(
            or_(User.name.icontains(sought, autoescape=True), Expert.employer.icontains(sought, autoescape=True))
        )  # fmt: skip
    sorts = {
        "name": User.name,
        "group": Expert.group,
        "specialty": Expert.specialty,
        "since": Expert.entered_at,
    }
    return paginate(statement, args, sorts=sorts, default="name")


def specialties(actor: Actor) -> list[str]:
    """The specialties that occur in the officer's pool."""
    statement = select(Expert.specialty).where(Expert.unit_id.in_(actor.scopes(Role.PROGRAMME_OFFICER)))
    return list(db.session.scalars(statement.distinct().order_by(Expert.specialty)))


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
    if expert is None or expert.unit_id not in actor.scopes(Role.PROGRAMME_OFFICER):
        raise NotFound()
    return expert


def own_expert(actor: Actor) -> Expert | None:
    """The actor's own entry in the pool."""
    return db.session.scalars(_experts().where(Expert.user_id == actor.user_id)).first()


def pool_for(tender: Tender) -> list[Expert]:
    """Everybody in the pools of the call's unit and of those above it, suspended ones too."""
    above = [UUID(part) for part in parties.unit(tender.unit_id).path.strip("/").split("/")]
    return list(db.session.scalars(_experts().where(Expert.unit_id.in_(above)).order_by(Expert.id)))


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


def _experts() -> Select[Expert]:
    return select(Expert).options(joinedload(Expert.user, innerjoin=True))


# --- panels


def get_tender(actor: Actor, tender_id: UUID) -> Tender:
    """An opened call of a unit in which the actor is officer, approver or supervisor, else ``NotFound``."""
    tender = db.session.get(Tender, tender_id)
    if tender is None or tender.opened_at is None:
        raise NotFound()
    if not actor.is_system and tender.unit_id not in actor.scopes(*READERS):
        raise NotFound()
    return tender


def list_opened(actor: Actor, args: Mapping[str, str]) -> Page[tuple[Tender, Panel | None]]:
    """Opened calls of the actor's units with their panels, if there are any."""
    statement: Select[*tuple[Any, ...]] = (
        select(Tender, Panel)
        .outerjoin(Panel, Panel.tender_id == Tender.id)
        .where(Tender.opened_at.is_not(None), Tender.unit_id.in_(actor.scopes(*READERS)))
    )
    sorts = {"number": Tender.number, "title": Tender.title, "opened_at": Tender.opened_at}
    return paginate(statement, args, sorts=sorts, default="-opened_at", scalars=False)


def panel_of(tender_id: UUID) -> Panel | None:
    """The panel of a call with its call, seats, experts and their names (three queries at most)."""
    return db.session.scalars(_panels().where(Panel.tender_id == tender_id)).first()


def get_panel(actor: Actor, panel_id: UUID) -> Panel:
    """A panel of the actor's units with call, seats and names. Raises ``NotFound`` for everybody else."""
    panel = db.session.scalars(_panels().where(Panel.id == panel_id)).first()
    if panel is None or not (actor.is_system or panel.tender.unit_id in actor.scopes(*READERS)):
        raise NotFound()
    return panel


def get_panel_for_update(panel_id: UUID) -> Panel:
    """The panel with its call and seats, locked. Raises ``NotFound``."""
    statement = _panels().where(Panel.id == panel_id).with_for_update(of=Panel)
    panel = db.session.scalars(statement, execution_options={"populate_existing": True}).first()
    if panel is None:
        raise NotFound()
    return panel


def public_panel(tender_id: UUID) -> Panel:
    """The panel of a call as the public may look it up. Raises ``NotFound`` where none is frozen yet."""
    panel = panel_of(tender_id)
    if panel is None:
        raise NotFound()
    return panel


def _panels() -> Select[Panel]:
    seats = selectinload(Panel.seats).joinedload(Seat.expert, innerjoin=True)
    return select(Panel).options(
        joinedload(Panel.tender, innerjoin=True), seats.joinedload(Expert.user, innerjoin=True)
    )


# --- seats


def seats(panel_id: UUID, statuses: Collection[SeatStatus] | None = None) -> list[Seat]:
    """The seats of a panel with experts, in the order of the draw."""
    statement = _seats().where(Seat.panel_id == panel_id).order_by(Seat.position)
    if statuses is not None:
        statement = statement.where(Seat.status.in_(statuses))
    return list(db.session.scalars(statement))


def my_seats(actor: Actor) -> list[Seat]:
    """The seats of the signed-in expert, the newest first; standby places are nobody's business yet."""
    statement = (
        _seats()
        .join(Seat.expert)
        .join(Seat.panel)
        .where(Expert.user_id == actor.user_id, Seat.status != SeatStatus.STANDBY)
        .order_by(Panel.frozen_at.desc())
    )
    return list(db.session.scalars(statement))


def open_invitations(actor: Actor) -> int:
    """How many invitations wait for the expert's answer."""
    statement = (
        select(func.count())
        .select_from(Seat)
        .join(Seat.expert)
        .where(Expert.user_id == actor.user_id, Seat.status == SeatStatus.INVITED)
    )
    return int(db.session.scalar(statement) or 0)


def get_seat(actor: Actor, seat_id: UUID) -> Seat:
    """A seat for its expert (not while on standby) or for the staff who see the panel, else ``NotFound``."""
    seat = db.session.scalars(_seats().where(Seat.id == seat_id)).first()
    if seat is None:
        raise NotFound()
    own = seat.expert.user_id == actor.user_id and seat.status != SeatStatus.STANDBY
    if not (own or actor.is_system or seat.panel.tender.unit_id in actor.scopes(*READERS)):
        raise NotFound()
    return seat


def get_seat_for_update(seat_id: UUID) -> Seat:
    """The seat with expert, panel and call; seat and panel locked, so that it cannot close meanwhile."""
    panel_id = select(Seat.panel_id).where(Seat.id == seat_id).scalar_subquery()
    db.session.scalars(select(Panel).where(Panel.id == panel_id).with_for_update()).first()
    statement = _seats().where(Seat.id == seat_id).with_for_update(of=Seat)
    seat = db.session.scalars(statement, execution_options={"populate_existing": True}).first()
    if seat is None:
        raise NotFound()
    return seat


def next_in_line(panel_id: UUID, group: ExpertGroup) -> Seat | None:
    """The first of the group who is still on standby, locked."""
    statement = (
        select(Seat)
        .where(Seat.panel_id == panel_id, Seat.group == group, Seat.status == SeatStatus.STANDBY)
        .order_by(Seat.position)
        .limit(1)
        .with_for_update()
    )
    return db.session.scalars(statement).first()


_COUNTED = (SeatStatus.ACCEPTED, SeatStatus.INVITED, SeatStatus.STANDBY)


def standing(panel: Panel) -> list[tuple[ExpertGroup, int, int, int, int]]:
    """For each group of the panel: seats, accepted, invited, on standby."""
    rows = []
    for group in ExpertGroup:
        wanted = int(panel.quotas.get(group.value, 0))
        if wanted:
            statuses = [seat.status for seat in panel.seats if seat.group == group]
            accepted, invited, standby = (statuses.count(status) for status in _COUNTED)
            rows.append((group, wanted, accepted, invited, standby))
    return rows


def members_who_scored(panel: Panel) -> Sequence[Seat]:
    """The seats that were accepted and never left."""
    return [seat for seat in panel.seats if seat.status == SeatStatus.ACCEPTED]


def _seats() -> Select[Seat]:
    return select(Seat).options(
        joinedload(Seat.expert, innerjoin=True).joinedload(Expert.user, innerjoin=True),
        joinedload(Seat.panel, innerjoin=True).joinedload(Panel.tender, innerjoin=True),
    )
