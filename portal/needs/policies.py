"""Who may work with needs."""

from typing import Protocol
from uuid import UUID

from portal.core.policy import Actor, rule
from portal.core.text import N_
from portal.parties.values import Role


class InUnit(Protocol):
    """Anything that belongs to a unit."""

    @property
    def unit_id(self) -> UUID: ...


DESK = (Role.PROGRAMME_OFFICER, Role.COMMUNITY_REPRESENTATIVE)
READERS = (*DESK, Role.PROGRAMME_APPROVER, Role.SUPERVISOR)


@rule(N_("Officers, approvers, supervisors and community representatives of the unit read its needs."))
def may_read_need(actor: Actor, subject: InUnit) -> bool:
    return any(actor.has(role, subject.unit_id) for role in READERS)


@rule(N_("Programme officers and community representatives of the unit enter, rate and merge its needs."))
def may_handle_need(actor: Actor, subject: InUnit) -> bool:
    """They also see the contact that a resident left; nobody else does."""
    return any(actor.has(role, subject.unit_id) for role in DESK)


@rule(N_("Programme officers of the unit answer its needs."))
def may_answer_need(actor: Actor, subject: InUnit) -> bool:
    return actor.has(Role.PROGRAMME_OFFICER, subject.unit_id)
