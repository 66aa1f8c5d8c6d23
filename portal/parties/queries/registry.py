"""Reads of parties: units, grants, organisations."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, literal, or_, select, union_all
from sqlalchemy.sql.elements import ColumnElement

from portal.accounts.models import User
from portal.accounts.values import UserStatus
from portal.core import clock
from portal.core.db import db, get
from portal.core.errors import NotFound
from portal.core.lists import Page, paginate
from portal.core.policy import Actor, Grant, can, register_grants_loader
from portal.core.sheets import MAX_ROWS
from portal.parties.models import Deputy, Invitation, Party, RoleGrant, TrackEntry, Unit
from portal.parties.policies import may_change_role, may_read_party
from portal.parties.queries.deputies import in_force
from portal.parties.values import ORGANISATION, PartyKind, PartyStatus, Person, Role, Seat, UnitLevel


@dataclass(frozen=True)
class Held:
    """A role that a person holds, with the name of the unit or organisation."""

    user_id: UUID
    user_name: str
    email: str
    role: Role
    scope_id: UUID
    scope_name: str
    granted_at: datetime


# --- grants


def load_grants(user_id: UUID) -> set[Grant]:
    """All grants of a person; a role held in a unit is repeated for every unit below it (two queries).

    Roles in which the person stands in for somebody come last: where the person holds the role too, it is the own one.
    """
    held = db.session.execute(
        union_all(
            select(RoleGrant.role, RoleGrant.scope_id, literal("")).where(
                RoleGrant.user_id == user_id, RoleGrant.ended_at.is_(None)
            ),
            select(Deputy.role, Deputy.scope_id, User.name)
            .join(User, User.id == Deputy.holder_id)
            .where(Deputy.deputy_id == user_id, in_force(clock.today())),
        )
    ).all()
    below = _units_below({scope for _role, scope, _for in held}) if held else {}
    grants: set[Grant] = set()
    for role, scope, instead_of in sorted(held, key=lambda row: bool(row[2])):
        reached = (scope, *below.get(scope, ()))
        grants |= {Grant(role, place, instead_of) for place in reached} - grants
    return grants


def _units_below(scopes: set[UUID]) -> dict[UUID, list[UUID]]:
    """For each unit among ``scopes`` the units of its subtree."""
    found: dict[UUID, list[UUID]] = {scope: [] for scope in scopes}
    for unit_id, path in db.session.execute(select(Unit.id, Unit.path)):
        for part in path.strip("/").split("/"):
            if UUID(part) in found:
                found[UUID(part)].append(unit_id)
    return found


register_grants_loader(load_grants)


def holders(role: Role, unit_id: UUID) -> list[UUID]:
    """The active people who hold ``role`` in the unit or in one above it, or stand in there, in order of their names."""
    above = [UUID(part) for part in unit(unit_id).path.strip("/").split("/")]
    stand_in = select(Deputy.deputy_id).where(
        Deputy.role == role, Deputy.scope_id.in_(above), in_force(clock.today())
    )
    own = select(RoleGrant.user_id).where(
        RoleGrant.role == role, RoleGrant.scope_id.in_(above), RoleGrant.ended_at.is_(None)
    )
    return list(
        db.session.scalars(
            select(User.id)
            .where(User.status == UserStatus.ACTIVE, or_(User.id.in_(own), User.id.in_(stand_in)))
            .order_by(User.name, User.id)
        )
    )


def members(party_id: UUID) -> list[UUID]:
    """The active people who hold any role in the organisation, in order of their names."""
    return list(
        db.session.scalars(_active_holders(RoleGrant.role.in_(ORGANISATION), RoleGrant.scope_id == party_id))
    )


def _active_holders(*conditions: ColumnElement[bool]) -> Select[UUID]:
    return (
        select(User.id)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(RoleGrant.ended_at.is_(None), User.status == UserStatus.ACTIVE, *conditions)
        .group_by(User.id)
        .order_by(User.name, User.id)
    )


def roles_held(*, user_ids: Iterable[UUID] | None = None, scope_id: UUID | None = None) -> list[Held]:
    """The roles held now by these people, or in this unit or organisation (one query)."""
    statement = (
        select(RoleGrant, User.name, User.email, func.coalesce(Unit.name, Party.name))
        .join(User, User.id == RoleGrant.user_id)
        .outerjoin(Unit, Unit.id == RoleGrant.scope_id)
        .outerjoin(Party, Party.id == RoleGrant.scope_id)
        .where(RoleGrant.ended_at.is_(None))
        .order_by(User.name, RoleGrant.granted_at)
    )
    if user_ids is not None:
        statement = statement.where(RoleGrant.user_id.in_(list(user_ids)))
    if scope_id is not None:
        statement = statement.where(RoleGrant.scope_id == scope_id)
    return [
        Held(row.user_id, name, email, row.role, row.scope_id, scope or "", row.granted_at)
        for row, name, email, scope in db.session.execute(statement)
    ]


# --- units


def unit(unit_id: UUID) -> Unit:
    """One unit. Raises ``NotFound``."""
    return get(Unit, unit_id)


def units(among: Iterable[UUID] | None = None) -> list[Unit]:
    """All units, or those ``among`` the ids, each behind the one above it."""
    statement = select(Unit) if among is None else select(Unit).where(Unit.id.in_(list(among)))
    found = {row.path: row for row in db.session.scalars(statement)}
    names = {row.id: row.name for row in found.values()}

    def place(row: Unit) -> list[str]:
        return [names.get(UUID(part), "") + part for part in row.path.strip("/").split("/")]

    return sorted(found.values(), key=place)


def districts() -> list[Unit]:
    """The units that verify organisations; where there is no district, the top of the tree."""
    found = list(db.session.scalars(select(Unit).where(Unit.level == UnitLevel.DISTRICT).order_by(Unit.name)))
    return found or list(db.session.scalars(select(Unit).where(Unit.parent_id.is_(None)).order_by(Unit.name)))


def scope_name(scope_id: UUID) -> str:
    """The name of a unit or organisation. Raises ``NotFound``."""
    found = db.session.get(Unit, scope_id) or db.session.get(Party, scope_id)
    if found is None:
        raise NotFound()
    return found.name


# --- people


def list_people(actor: Actor, args: Mapping[str, str]) -> Page[User]:
    """People with a role, now or earlier, in the administrator's units or their organisations.

    Filters: ``q`` (name or address), ``role``, ``status``.
    """
    theirs = actor.scopes(Role.ADMINISTRATOR)
    organisations = select(Party.id).where(Party.unit_id.in_(theirs))
    held = select(RoleGrant.user_id).where(
        or_(RoleGrant.scope_id.in_(theirs), RoleGrant.scope_id.in_(organisations))
    )
    if args.get("role") in set(Role):
        held = held.where(RoleGrant.role == Role(args["role"]), RoleGrant.ended_at.is_(None))
    statement = select(User).where(User.id.in_(held))
    if args.get("status") in set(UserStatus):
        statement = statement.where(User.status == UserStatus(args["status"]))
    if args.get("q", "").strip():
        sought = args["q"].strip()
        statement = statement.where(
            or_(User.name.icontains(sought, autoescape=True), User.email.icontains(sought, autoescape=True))
        )
    return paginate(
        statement,
        args,
        sorts={"name": User.name, "email": User.email, "created_at": User.created_at},
        default="name",
    )


def person(user_id: UUID) -> Person:
    """The person with all units that are concerned; an organisation counts as the district that verified it."""
    scopes = set(db.session.scalars(select(RoleGrant.scope_id).where(RoleGrant.user_id == user_id)))
    own = set(db.session.scalars(select(Unit.id).where(Unit.id.in_(scopes))))
    through = set(db.session.scalars(select(Party.unit_id).where(Party.id.in_(scopes))))
    return Person(user_id, frozenset(own | through))


def get_person(actor: Actor, user_id: UUID) -> tuple[User, Person]:
    """A person of the administrator's list. Raises ``NotFound`` for everybody else."""
    user, found = get(User, user_id), person(user_id)
    if not found.unit_ids & actor.scopes(Role.ADMINISTRATOR):
        raise NotFound()
    return user, found


# --- invitations


def invitation_by_hash(token_hash: str) -> Invitation:
    """The invitation with this token. Raises ``NotFound``."""
    found = db.session.scalars(select(Invitation).where(Invitation.token_hash == token_hash)).first()
    if found is None:
        raise NotFound()
    return found


def open_invitations(scope_ids: Iterable[UUID]) -> Sequence[Invitation]:
    """Invitations into these units or organisations that wait for an answer, newest first."""
    return db.session.scalars(
        select(Invitation)
        .where(Invitation.scope_id.in_(list(scope_ids)), *_waiting())
        .order_by(Invitation.created_at.desc())
        .limit(50)
    ).all()


def _waiting() -> tuple[ColumnElement[bool], ...]:
    return (
        Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None), Invitation.expires_at > clock.now(),
    )  # fmt: skip


def invitations_to_replace(email: str, role: Role, scope_id: UUID) -> Sequence[Invitation]:
    """Open invitations of the same address to the same role in the same place, locked."""
    same = (Invitation.email == email, Invitation.role == role, Invitation.scope_id == scope_id)
    return db.session.scalars(select(Invitation).where(*same, *_waiting()).with_for_update()).all()


def get_invitation(actor: Actor, invitation_id: UUID, *, lock: bool = False) -> Invitation:
    """An invitation for whoever may give its role; raises ``NotFound`` for anybody else."""
    invitation = get(Invitation, invitation_id, lock=lock)
    if not can(may_change_role, actor, Seat(invitation.role, invitation.scope_id)):
        raise NotFound()
    return invitation


# --- organisations


def get_party(actor: Actor, party_id: UUID) -> Party:
    """The full entry of an organisation. Raises ``NotFound`` for outsiders."""
    party = get(Party, party_id)
    if not can(may_read_party, actor, party):
        raise NotFound()
    return party


def public_party(party_id: UUID) -> Party:
    """An organisation as the public knows it. Raises ``NotFound`` until it was verified."""
    party = get(Party, party_id)
    if party.status not in {PartyStatus.VERIFIED, PartyStatus.SUSPENDED}:
        raise NotFound()
    return party


def find_party(code: str) -> Party | None:
    """The organisation with this cleaned credit code."""
    return db.session.scalars(select(Party).where(Party.code == code)).first()


def own_parties(actor: Actor) -> Sequence[Party]:
    """The organisations in which the actor holds a role."""
    ids = actor.scopes(*ORGANISATION)
    return db.session.scalars(select(Party).where(Party.id.in_(ids)).order_by(Party.name)).all()


def list_parties(args: Mapping[str, str]) -> Page[Party]:
    """Verified organisations for the public; filters ``q`` (name or code) and ``kind``."""
    statement = select(Party).where(Party.status == PartyStatus.VERIFIED)
    if args.get("kind") in set(PartyKind):
        statement = statement.where(Party.kind == PartyKind(args["kind"]))
    return paginate(_sought(statement, args), args, sorts={"name": Party.name}, default="name")


def verification_queue(actor: Actor, args: Mapping[str, str]) -> Page[Party]:
    """Organisations of the officer's units; filters ``q`` (name or code) and ``status``."""
    return paginate(
        _of_district(actor, args),
        args,
        sorts={"name": Party.name, "registered_at": Party.registered_at},
        default="registered_at",
    )


def register(actor: Actor, args: Mapping[str, str]) -> Sequence[Party]:
    """The same organisations for a spreadsheet, by name; as many as one spreadsheet takes."""
    return db.session.scalars(_of_district(actor, args).order_by(Party.name, Party.id).limit(MAX_ROWS)).all()


def _of_district(actor: Actor, args: Mapping[str, str]) -> Select[Party]:
    statement = select(Party).where(Party.unit_id.in_(actor.scopes(Role.PROGRAMME_OFFICER)))
    if args.get("status") in set(PartyStatus):
        statement = statement.where(Party.status == PartyStatus(args["status"]))
    return _sought(statement, args)


def _sought(statement: Select[Party], args: Mapping[str, str]) -> Select[Party]:
    sought = args.get("q", "").strip()
    if not sought:
        return statement
    return statement.where(or_(Party.name.icontains(sought, autoescape=True), Party.code == sought.upper()))


def track_record(party_id: UUID) -> Sequence[TrackEntry]:
    """What later stages wrote about the organisation, newest first."""
    return db.session.scalars(
        select(TrackEntry)
        .where(TrackEntry.party_id == party_id)
        .order_by(TrackEntry.at.desc(), TrackEntry.id)
    ).all()


def track_entry(party_id: UUID, kind: str, reference: str) -> TrackEntry | None:
    """The line of this kind about this case, if it was written."""
    return db.session.scalars(
        select(TrackEntry).where(
            TrackEntry.party_id == party_id, TrackEntry.kind == kind, TrackEntry.reference == reference
        )
    ).first()


def latest_stars(party_ids: Iterable[UUID]) -> dict[UUID, int]:
    """The newest star rating of each organisation that has one (one query)."""
    found: dict[UUID, int] = {}
    rows = db.session.execute(
        select(TrackEntry.party_id, TrackEntry.stars)
        .where(TrackEntry.party_id.in_(list(party_ids)), TrackEntry.stars.is_not(None))
        .order_by(TrackEntry.at)
    )
    for party_id, stars in rows:
        found[party_id] = int(stars or 0)
    return found


def roles_by_person(user_ids: Iterable[UUID]) -> dict[UUID, list[Held]]:
    """The roles held now, by person (one query)."""
    found: dict[UUID, list[Held]] = defaultdict(list)
    for held in roles_held(user_ids=user_ids):
        found[held.user_id].append(held)
    return found
