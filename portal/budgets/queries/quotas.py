"""Reads of standards, quotas and their uses."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased

from portal.budgets.models import FundSource, Quota, QuotaStandard, QuotaUse
from portal.budgets.policies import READERS, may_see_programme
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.lists import Page, paginate
from portal.core.money import Money
from portal.core.policy import Actor, can
from portal.parties.models import Unit
from portal.parties.values import UnitLevel


def communities_of(unit_id: UUID) -> dict[UUID, str]:
    """The communities below a unit, by id, in order of their names."""
    top = db.session.get(Unit, unit_id)
    assert top is not None  # noqa: S101 - a foreign key
    rows = db.session.execute(
        select(Unit.id, Unit.name)
        .where(Unit.path.startswith(top.path), Unit.level == UnitLevel.COMMUNITY)
        .order_by(Unit.name)
    )
    return {unit: name for unit, name in rows}  # noqa: C416 - typed rows


def find_standard(unit_id: UUID, fund_source_id: UUID, year: int) -> QuotaStandard | None:
    """The standard of that unit, source and year."""
    return db.session.scalars(
        select(QuotaStandard).where(
            QuotaStandard.unit_id == unit_id, QuotaStandard.fund_source_id == fund_source_id, QuotaStandard.year == year
        )
    ).first()  # fmt: skip


def get_standard(actor: Actor, standard_id: UUID) -> QuotaStandard:
    """A standard of one of the actor's units. Raises ``NotFound``."""
    found = db.session.get(QuotaStandard, standard_id)
    if found is None or not can(may_see_programme, actor, found):
        raise NotFound()
    return found


def list_standards(actor: Actor) -> Sequence[Any]:
    """The standards of the actor's units: rows of standard, unit name, fund source; newest year first."""
    return db.session.execute(
        select(QuotaStandard, Unit.name, FundSource)
        .join(Unit, Unit.id == QuotaStandard.unit_id)
        .join(FundSource, FundSource.id == QuotaStandard.fund_source_id)
        .where(QuotaStandard.unit_id.in_(actor.scopes(*READERS)))
        .order_by(QuotaStandard.year.desc(), Unit.name)
        .limit(100)
    ).all()


def quotas_by_unit(standard_id: UUID) -> dict[UUID, Quota]:
    """The shares of a standard by community."""
    return {
        quota.unit_id: quota
        for quota in db.session.scalars(select(Quota).where(Quota.standard_id == standard_id))
    }


def list_quotas(standard_id: UUID, args: Mapping[str, str], **options: Any) -> Page[Any]:
    """The shares of a standard: rows of quota, community, and how many projects use it; filter ``q`` (community)."""
    statement = (
        select(Quota, Unit.name, _projects())
        .join(Unit, Unit.id == Quota.unit_id)
        .where(Quota.standard_id == standard_id)
    )
    if sought := args.get("q", "").strip():
        statement = statement.where(Unit.name.icontains(sought, autoescape=True))
    sorts = {"name": Unit.name, "amount": Quota.amount, "used": Quota.used, "households": Quota.households}
    return paginate(statement, args, sorts=sorts, default="name", scalars=False, **options)


def _projects() -> Any:
    """How many uses of a quota stand: what was taken back counts neither way."""
    signed = case((QuotaUse.amount > Money.ZERO, 1), else_=-1)
    return (
        select(func.coalesce(func.sum(signed), 0))
        .where(QuotaUse.quota_id == Quota.id)
        .correlate(Quota)
        .scalar_subquery()
    )


def targets(actor: Actor) -> list[tuple[Any, int, int, int]]:
    """For each standard of the actor's units: its row, communities with a share, those that reached the target, projects."""
    projects = select(Quota.standard_id, _projects().label("projects")).select_from(Quota).subquery()
    standard = aliased(QuotaStandard)
    reached = func.sum(case((projects.c.projects >= standard.target, 1), else_=0))
    rows = db.session.execute(
        select(projects.c.standard_id, func.count(), reached, func.sum(projects.c.projects))
        .join(standard, standard.id == projects.c.standard_id)
        .group_by(projects.c.standard_id)
    )
    counted = {row[0]: (int(row[1]), int(row[2]), int(row[3])) for row in rows}
    return [(row, *counted.get(row[0].id, (0, 0, 0))) for row in list_standards(actor)]


def get_quota(actor: Actor, quota_id: UUID) -> Quota:
    """The share of a community in one of the actor's units. Raises ``NotFound``."""
    found = db.session.get(Quota, quota_id)
    if found is None or not can(may_see_programme, actor, found):
        raise NotFound()
    return found


def uses_of(quota_id: UUID, args: Mapping[str, str]) -> Page[Any]:
    """What was used of a quota, newest first, each with the entry that took it back."""
    back = aliased(QuotaUse)
    statement = (
        select(QuotaUse, back)
        .outerjoin(back, back.reverses_id == QuotaUse.id)
        .where(QuotaUse.quota_id == quota_id)
    )
    sorts = {"at": QuotaUse.at, "amount": QuotaUse.amount}
    return paginate(statement, args, sorts=sorts, default="-at", scalars=False)


def get_use(use_id: UUID) -> QuotaUse:
    """A use of a quota. Raises ``NotFound``."""
    found = db.session.get(QuotaUse, use_id)
    if found is None:
        raise NotFound()
    return found


def find_use(quota_id: UUID, reference: str) -> QuotaUse | None:
    """The use with this reference."""
    return db.session.scalars(
        select(QuotaUse).where(QuotaUse.quota_id == quota_id, QuotaUse.reference == reference)
    ).first()


def reversal_of(use_id: UUID) -> QuotaUse | None:
    """The entry that took a use back."""
    return db.session.scalars(select(QuotaUse).where(QuotaUse.reverses_id == use_id)).first()
