"""Use cases: grow the tree of units, give and end roles, disable people."""

from uuid import UUID

from sqlalchemy import select

from portal.accounts import services as accounts
from portal.accounts.models import User
from portal.accounts.values import UserStatus
from portal.core import audit, clock
from portal.core.db import add, db, get, use_case
from portal.core.errors import Invalid, Problem, problem
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.parties import queries, rules
from portal.parties.models import Party, RoleGrant, Unit
from portal.parties.policies import may_change_person, may_change_role, may_create_unit, may_hand_over
from portal.parties.values import ORGANISATION, Role, Seat, UnitLevel


@use_case
def create_unit(
    *, actor: Actor, name: str, level: UnitLevel, parent_id: UUID | None = None, code: str | None = None
) -> Unit:
    """Add a unit below ``parent_id``; the root (no parent) is made by the system only. Raises ``Invalid``."""
    require(may_create_unit, actor, parent_id)
    parent = get(Unit, parent_id, lock=True) if parent_id else None
    problems = rules.check_level(level, parent.level if parent else None)
    code = (code or "").strip() or None
    if code and db.session.scalars(select(Unit.id).where(Unit.code == code)).first():
        problems.append(problem(N_("Another unit has this code."), field="code"))
    if problems:
        raise Invalid(*problems)
    unit = add(Unit(name=name.strip(), level=level, parent_id=parent_id, path="", code=code))
    unit.path = f"{parent.path if parent else '/'}{unit.id}/"
    audit.record("unit.create", unit, actor, name=unit.name, level=str(level))
    return unit


@use_case
def grant_role(*, actor: Actor, user_id: UUID, role: Role, scope_id: UUID) -> RoleGrant:
    """Give a person a role in a unit or an organisation; the same again changes nothing.

    Raises ``Invalid`` when the role does not belong into that kind of scope or must not be held together with
    another one of the person.
    """
    require(may_change_role, actor, Seat(role, scope_id, user_id))
    user = get(User, user_id, lock=True)
    problems = check_seat(role, scope_id) or check_together(user_id, role)
    if problems:
        raise Invalid(*problems)
    row = _grant_row(user_id, role, scope_id)
    if row is None:
        row = add(RoleGrant(user_id=user_id, role=role, scope_id=scope_id, granted_at=clock.now()))
    elif row.ended_at is not None:
        row.granted_at, row.ended_at = clock.now(), None
    else:
        return row
    audit.record(
        "user.grant_role",
        user,
        actor,
        role=str(role),
        scope=scope_id,
        scope_name=queries.scope_name(scope_id),
    )
    return row


@use_case
def end_role(*, actor: Actor, user_id: UUID, role: Role, scope_id: UUID) -> None:
    """End a role. Raises ``Invalid`` when an organisation would lose its last owner; ended twice has one effect."""
    require(may_change_role, actor, Seat(role, scope_id, user_id))
    user = get(User, user_id, lock=True)
    row = _grant_row(user_id, role, scope_id)
    if row is None or row.ended_at is not None:
        return
    if role == Role.ORG_OWNER:
        get(Party, scope_id, lock=True)
        if [h.user_id for h in queries.roles_held(scope_id=scope_id) if h.role == role] == [user_id]:
            raise Invalid(problem(N_("An organisation needs at least one owner.")))
    row.ended_at = clock.now()
    audit.record(
        "user.end_role", user, actor, role=str(role), scope=scope_id, scope_name=queries.scope_name(scope_id)
    )


@use_case
def hand_over(*, actor: Actor, party_id: UUID, user_id: UUID) -> None:
    """Make another member the owner; the old owner stays as a drafter. Raises ``Invalid`` for somebody who is no member."""
    require(may_hand_over, actor, party_id)
    assert actor.user_id is not None  # noqa: S101 - only a person owns
    party, old = get(Party, party_id, lock=True), actor.user_id
    if user_id == old or user_id not in queries.members(party_id):
        raise Invalid(problem(N_("Please choose another member of the organisation."), field="user_id"))
    system = Actor.system("hand_over")
    grant_role(actor=system, user_id=user_id, role=Role.ORG_OWNER, scope_id=party_id)
    grant_role(actor=system, user_id=old, role=Role.ORG_DRAFTER, scope_id=party_id)
    end_role(actor=system, user_id=old, role=Role.ORG_OWNER, scope_id=party_id)
    audit.record("party.hand_over", party, actor, to=user_id)


@use_case
def leave_party(*, actor: Actor, party_id: UUID) -> None:
    """End all own roles in an organisation. Raises ``Invalid`` for its last owner, who hands over first."""
    party = get(Party, party_id, lock=True)
    held = [h for h in queries.roles_held(scope_id=party_id) if h.user_id == actor.user_id]
    for one in held:
        end_role(actor=Actor.system("leave"), user_id=one.user_id, role=one.role, scope_id=party_id)
    if held:
        audit.record("party.leave", party, actor)


@use_case
def set_person_status(*, actor: Actor, user_id: UUID, status: UserStatus, reason: str) -> User:
    """Disable a person, which ends all sessions at once, or enable again. Raises ``Invalid`` without a reason."""
    require(may_change_person, actor, queries.person(user_id))
    if not reason.strip():
        raise Invalid(problem(N_("Please give a reason."), field="reason"))
    return accounts.set_status(actor=actor, user_id=user_id, status=status, reason=reason.strip())


@use_case
def reset_second_factor(*, actor: Actor, user_id: UUID, reason: str) -> None:
    """Take away the second factor of a person who lost it; all sessions end. Raises ``Invalid`` without a reason."""
    require(may_change_person, actor, queries.person(user_id))
    if not reason.strip():
        raise Invalid(problem(N_("Please give a reason."), field="reason"))
    accounts.reset_factor(actor=actor, user_id=user_id, reason=reason.strip())


def check_seat(role: Role, scope_id: UUID) -> list[Problem]:
    """A role of the units belongs into a unit, a role of organisations into an organisation."""
    kind = Party if role in ORGANISATION else Unit
    if db.session.get(kind, scope_id) is None:
        return [problem(N_("This role cannot be held there."), field="scope_id")]
    return []


def check_together(user_id: UUID, role: Role) -> list[Problem]:
    """Problems of holding ``role`` beside what the person holds already, also in somebody's place."""
    held = {h.role for h in queries.roles_held(user_ids=[user_id])}
    held |= {d.role for d in queries.deputies_of(user_id) if d.deputy_id == user_id}
    return rules.check_roles_together(held, role)


def _grant_row(user_id: UUID, role: Role, scope_id: UUID) -> RoleGrant | None:
    return db.session.scalars(
        select(RoleGrant).where(
            RoleGrant.user_id == user_id, RoleGrant.role == role, RoleGrant.scope_id == scope_id
        )
    ).first()
