"""Reads of deputies: who stands in for whom, in which role, until when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from portal.accounts.models import User
from portal.accounts.values import UserStatus
from portal.core import clock
from portal.core.db import db
from portal.parties.models import Deputy, Party, RoleGrant, Unit
from portal.parties.values import STAFF, Role


@dataclass(frozen=True)
class StandIn:
    """A deputyship in words."""

    id: UUID
    holder_id: UUID
    holder: str
    deputy_id: UUID
    deputy: str
    role: Role
    scope_id: UUID
    scope: str
    from_on: date
    until_on: date


def in_force(on: date) -> ColumnElement[bool]:
    """A deputyship that gives its role on a day: not ended, and the person stood in for still holds it."""
    held = exists().where(
        RoleGrant.user_id == Deputy.holder_id, RoleGrant.role == Deputy.role, RoleGrant.scope_id == Deputy.scope_id,
        RoleGrant.ended_at.is_(None),
    )  # fmt: skip
    return and_(Deputy.ended_at.is_(None), Deputy.from_on <= on, Deputy.until_on >= on, held)


def deputies_of(user_id: UUID) -> list[StandIn]:
    """Where a person stands in or is stood in for, now or soon (one query)."""
    holder, deputy = aliased(User), aliased(User)
    rows = db.session.execute(
        select(Deputy, holder.name, deputy.name, func.coalesce(Unit.name, Party.name))
        .join(holder, holder.id == Deputy.holder_id)
        .join(deputy, deputy.id == Deputy.deputy_id)
        .outerjoin(Unit, Unit.id == Deputy.scope_id)
        .outerjoin(Party, Party.id == Deputy.scope_id)
        .where(
            or_(Deputy.holder_id == user_id, Deputy.deputy_id == user_id),
            Deputy.ended_at.is_(None), Deputy.until_on >= clock.today(),
        )
        .order_by(Deputy.from_on, Deputy.id)
    )  # fmt: skip
    return [
        StandIn(
            row.id, row.holder_id, holder_name, row.deputy_id, deputy_name, row.role, row.scope_id, scope or "", row.from_on, row.until_on
        )
        for row, holder_name, deputy_name, scope in rows
    ]  # fmt: skip


def possible_deputies(unit_ids: Iterable[UUID], but: UUID) -> Sequence[User]:
    """The active people of the staff of these units, by name."""
    staff = select(RoleGrant.user_id).where(
        RoleGrant.scope_id.in_(list(unit_ids)), RoleGrant.role.in_(STAFF), RoleGrant.ended_at.is_(None)
    )
    return db.session.scalars(
        select(User)
        .where(User.id.in_(staff), User.id != but, User.status == UserStatus.ACTIVE)
        .order_by(User.name, User.id)
    ).all()
