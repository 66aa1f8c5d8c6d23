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
