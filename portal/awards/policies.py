"""Who may decide on awards. The subject is the unit of the call, or the award itself."""

from uuid import UUID

from portal.awards.models import Award
from portal.core.policy import Actor, rule
from portal.core.text import N_
from portal.parties.values import ORGANISATION, Role

READERS = (Role.PROGRAMME_OFFICER, Role.PROGRAMME_APPROVER, Role.FINANCE_OFFICER, Role.SUPERVISOR)


@rule(
    N_(
        "Programme officers, approvers, finance officers and supervisors of the unit may see the decision page."
    )
)
def may_read_decision(actor: Actor, unit_id: UUID) -> bool:
    """Those who prepare, check or watch the decision."""
    return any(actor.has(role, unit_id) for role in READERS)


@rule(N_("A programme officer of the unit may decide on awards."))
def may_decide_awards(actor: Actor, unit_id: UUID) -> bool:
    """The buyer decides within its period (GPR art. 43)."""
    return actor.has(Role.PROGRAMME_OFFICER, unit_id)


@rule(N_("A programme officer of the unit may confirm or cancel awards."))
def may_settle_awards(actor: Actor, unit_id: UUID) -> bool:
    """After the notice, or when a challenge was right."""
    return actor.has(Role.PROGRAMME_OFFICER, unit_id)


@rule(N_("The organisation that was awarded and the staff of the unit may see an award."))
def may_read_award(actor: Actor, award: Award) -> bool:
    """The organisation's side; the unit's side asks ``may_read_decision``."""
    return any(actor.has(role, award.party_id) for role in ORGANISATION)
