"""Who may work with funds and programmes."""

from typing import Protocol
from uuid import UUID

from portal.core.policy import Actor, rule
from portal.core.text import N_
from portal.parties.values import Role


class InUnit(Protocol):
    """Anything that belongs to a unit."""

    @property
    def unit_id(self) -> UUID: ...


READERS = (
    Role.PROGRAMME_OFFICER, Role.PROGRAMME_APPROVER, Role.FINANCE_OFFICER, Role.CASHIER, Role.SUPERVISOR,
)  # fmt: skip


@rule(N_("Programme, finance and supervising staff of the unit see its programmes and their money."))
def may_see_programme(actor: Actor, subject: InUnit) -> bool:
    """Administrators keep accounts and settings; money is not their business."""
    return any(actor.has(role, subject.unit_id) for role in READERS)


@rule(N_("Programme officers and finance officers of the unit may enter its funds."))
def may_enter_funds(actor: Actor, subject: InUnit) -> bool:
    return actor.has(Role.PROGRAMME_OFFICER, subject.unit_id) or actor.has(
        Role.FINANCE_OFFICER, subject.unit_id
    )


@rule(N_("Programme officers of the unit may create and change its programmes."))
def may_keep_programme(actor: Actor, subject: InUnit) -> bool:
    return actor.has(Role.PROGRAMME_OFFICER, subject.unit_id)


@rule(N_("Finance officers of the unit that owns the fund source put its money at a programme's disposal."))
def may_appropriate(actor: Actor, fund_source: InUnit) -> bool:
    """A street that draws on the district's fund cannot help itself."""
    return actor.has(Role.FINANCE_OFFICER, fund_source.unit_id)


class Requested(InUnit, Protocol):
    """A request to confirm funds: where, and who asked."""

    @property
    def requested_by(self) -> UUID | None: ...


@rule(
    N_(
        "Finance officers of the unit confirm the funds of its calls, never of a call that they handed in themselves."
    )
)
def may_confirm_funds(actor: Actor, subject: Requested) -> bool:
    own = actor.user_id is not None and subject.requested_by == actor.user_id
    return actor.has(Role.FINANCE_OFFICER, subject.unit_id) and not own


@rule(N_("Finance officers of the unit set the standards and quotas of its communities."))
def may_set_quota(actor: Actor, subject: InUnit) -> bool:
    return actor.has(Role.FINANCE_OFFICER, subject.unit_id)


@rule(
    N_("Programme officers and finance officers of the unit enter what its communities use of their quotas.")
)
def may_use_quota(actor: Actor, subject: InUnit) -> bool:
    return may_enter_funds(actor, subject)
