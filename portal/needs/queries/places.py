"""Reads of places: communities, their grids, and the subtree of a unit."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, func, select
from sqlalchemy.orm import aliased

from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.lists import Page, paginate
from portal.core.policy import Actor
from portal.needs.models import Grid, Need
from portal.needs.policies import DESK
from portal.needs.values import NeedStatus
from portal.parties import queries as parties
from portal.parties.models import Unit
from portal.parties.values import UnitLevel


def community(unit_id: UUID) -> Unit:
    """A community. Raises ``NotFound`` for any other unit."""
    found = db.session.get(Unit, unit_id)
    if found is None or found.level != UnitLevel.COMMUNITY:
        raise NotFound()
    return found


def communities() -> list[tuple[Unit, str]]:
    """All communities with the name of the street above, for the resident who chooses one (one query)."""
    street = aliased(Unit)
    rows = db.session.execute(
        select(Unit, street.name)
        .outerjoin(street, street.id == Unit.parent_id)
        .where(Unit.level == UnitLevel.COMMUNITY)
        .order_by(street.name, Unit.name)
    )
    return [(unit, above or "") for unit, above in rows]


def own_places(actor: Actor, args: Mapping[str, str]) -> Page[tuple[Unit, str, int, int]]:
    """The communities of the desk: unit, street, number of grids, needs that wait for an answer."""
    street = aliased(Unit)
    grid_count = _count(select(func.count(Grid.id)).where(Grid.unit_id == Unit.id))
    waiting = _count(
        select(func.count(Need.id)).where(Need.unit_id == Unit.id, Need.status == NeedStatus.RECEIVED)
    )
    statement = (
        select(Unit, street.name, grid_count, waiting)
        .outerjoin(street, street.id == Unit.parent_id)
        .where(Unit.level == UnitLevel.COMMUNITY, Unit.id.in_(actor.scopes(*DESK)))
    )
    if sought := args.get("q", "").strip():
        statement = statement.where(Unit.name.icontains(sought, autoescape=True))
    sorts = {"name": Unit.name, "street": street.name, "waiting": waiting}
    return paginate(statement, args, sorts=sorts, default="street", scalars=False)


def _count(statement: Select[int]) -> ScalarSelect[int]:
    return statement.correlate(Unit).scalar_subquery()


def grids(unit_id: UUID) -> list[Grid]:
    """The grids of a community by name."""
    return list(db.session.scalars(select(Grid).where(Grid.unit_id == unit_id).order_by(Grid.name)))


def get_grid(actor: Actor, grid_id: UUID) -> Grid:
    """A grid of one of the desk's communities. Raises ``NotFound``."""
    grid = db.session.get(Grid, grid_id)
    if grid is None or grid.unit_id not in actor.scopes(*DESK):
        raise NotFound()
    return grid


def grid_names(unit_id: UUID) -> list[str]:
    """The names of a community's grids."""
    return [grid.name for grid in grids(unit_id)]


def place_choices(scopes: Iterable[UUID]) -> list[tuple[UUID, str]]:
    """Units to choose from, each behind the one above it, indented by its level."""
    chosen = parties.units(scopes)
    highest = min((unit.path.count("/") for unit in chosen), default=0)
    return [(unit.id, "　" * (unit.path.count("/") - highest) + unit.name) for unit in chosen]


def subtree(unit_id: str) -> Select[UUID] | None:
    """The ids of the unit and of all below it, as a statement to filter by; ``None`` for what is no unit."""
    try:
        top = db.session.get(Unit, UUID(unit_id))
    except ValueError:
        return None
    return select(Unit.id).where(Unit.path.startswith(top.path)) if top else None
