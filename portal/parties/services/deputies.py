"""Use cases: let somebody stand in for another person in a role for some days, and end it (AB posts)."""

from datetime import date
from uuid import UUID

from sqlalchemy import exists, select

from portal.accounts.models import User
from portal.accounts.values import UserStatus
from portal.core import audit, clock, outbox
from portal.core.db import add, db, get, use_case
from portal.core.errors import Invalid, Problem, problem
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.parties import rules
from portal.parties.models import Deputy, RoleGrant
from portal.parties.policies import may_change_role
from portal.parties.services.roles import check_together
from portal.parties.values import Role, Seat


@use_case
def name_deputy(
    *,
    actor: Actor,
    holder_id: UUID,
    deputy_id: UUID,
    role: Role,
    scope_id: UUID,
    from_on: date,
    until_on: date,
) -> Deputy:
    """Let ``deputy_id`` hold the role of ``holder_id`` from the first to the last day; both are told.

    What the deputy does counts as the deputy's own act wherever two people are asked for. Raises ``Invalid`` for
    days out of bounds, a role that the holder has not, or one that the deputy must not hold beside the own ones.
    """
    require(may_change_role, actor, Seat(role, scope_id, deputy_id))
    holder, deputy = get(User, holder_id, lock=True), get(User, deputy_id)
    problems = rules.check_deputy_days(from_on, until_on, clock.today()) + _problems(
        holder, deputy, role, scope_id
    )
    if problems:
        raise Invalid(*problems)
    row = add(
        Deputy(
            holder_id=holder_id, deputy_id=deputy_id, role=role, scope_id=scope_id, from_on=from_on, until_on=until_on,
            named_by=actor.user_id, named_at=clock.now(),
        )
    )  # fmt: skip
    audit.record("user.name_deputy", holder, actor, deputy=deputy.name, role=str(role), until=until_on)
    outbox.emit("deputy.changed", deputy_id=row.id)
    return row


@use_case
def end_deputy(*, actor: Actor, deputy_id: UUID) -> Deputy:
    """End a deputyship before its last day; twice has one effect."""
    row = get(Deputy, deputy_id, lock=True)
    require(may_change_role, actor, Seat(row.role, row.scope_id, row.deputy_id))
    if row.ended_at is None:
        row.ended_at = clock.now()
        names = get(User, row.deputy_id).name
        audit.record("user.end_deputy", get(User, row.holder_id), actor, deputy=names, role=str(row.role))
        outbox.emit("deputy.changed", deputy_id=row.id)
    return row


def _problems(holder: User, deputy: User, role: Role, scope_id: UUID) -> list[Problem]:
    if deputy.id == holder.id or deputy.status != UserStatus.ACTIVE:
        return [problem(N_("Please choose another person with an enabled account."), field="deputy_id")]
    held = db.session.scalar(select(exists().where(
        RoleGrant.user_id == holder.id, RoleGrant.role == role, RoleGrant.scope_id == scope_id, RoleGrant.ended_at.is_(None)
    )))  # fmt: skip
    if not held:
        return [problem(N_("The person does not hold this role there."), field="seat")]
    return check_together(deputy.id, role)
