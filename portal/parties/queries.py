"""Reads of parties: units, grants, organisations."""

from uuid import UUID

from sqlalchemy import select

from portal.core.db import db
from portal.core.policy import Grant
from portal.parties.models import RoleGrant, Unit


def load_grants(user_id: UUID) -> set[Grant]:
    """All grants of a person; a role held in a unit is repeated for every unit below it (two queries)."""
    held = db.session.execute(
        select(RoleGrant.role, RoleGrant.scope_id).where(
            RoleGrant.user_id == user_id, RoleGrant.ended_at.is_(None)
        )
    ).all()
    grants = {Grant(role, scope_id) for role, scope_id in held}
    if not held:
        return grants
    below = _units_below({scope for _role, scope in held})
    return grants | {Grant(role, unit) for role, scope in held for unit in below.get(scope, ())}


def _units_below(scopes: set[UUID]) -> dict[UUID, list[UUID]]:
    """For each unit among ``scopes`` the units of its subtree."""
    found: dict[UUID, list[UUID]] = {scope: [] for scope in scopes}
    for unit_id, path in db.session.execute(select(Unit.id, Unit.path)):
        for part in path.strip("/").split("/"):
            if UUID(part) in found:
                found[UUID(part)].append(unit_id)
    return found
