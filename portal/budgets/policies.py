"""Who may work with funds and programmes."""

from typing import Protocol
from uuid import UUID

from portal.core.policy import Actor, rule
from portal.core.text import N_
from portal.parties.values import STAFF, Role


class InUnit(Protocol):
    """Anything that belongs to a unit."""

    @property
    def unit_id(self) -> UUID: ...


@rule(N_("Staff of the unit may see its programmes."))
def may_see_programme(actor: Actor, subject: InUnit) -> bool:
    return any(actor.has(role, subject.unit_id) for role in STAFF)


@rule(N_("Programme officers and finance officers of the unit may enter its funds."))
def may_enter_funds(actor: Actor, subject: InUnit) -> bool:
    return actor.has(Role.PROGRAMME_OFFICER, subject.unit_id) or actor.has(
        Role.FINANCE_OFFICER, subject.unit_id
    )


@rule(N_("Programme officers of the unit may create programmes."))
def may_create_programme(actor: Actor, subject: InUnit) -> bool:
    return actor.has(Role.PROGRAMME_OFFICER, subject.unit_id)
