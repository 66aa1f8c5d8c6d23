"""Who reports on milestones, and who accepts the reports; the subject is the contract."""

from portal.contracts.models import Contract
from portal.core.policy import Actor, rule
from portal.core.text import N_
from portal.parties.values import Role

REPORTERS = frozenset({Role.ORG_OWNER, Role.ORG_DRAFTER})


@rule(N_("The owner and the drafters of the organisation report on milestones."))
def may_report(actor: Actor, contract: Contract) -> bool:
    """Those who do the work tell about it."""
    return any(actor.has(role, contract.party_id) for role in REPORTERS)


@rule(N_("A programme officer of the unit decides on reports."))
def may_decide_report(actor: Actor, contract: Contract) -> bool:
    """The buyer's side accepts, returns, or declares a milestone not met."""
    return actor.has(Role.PROGRAMME_OFFICER, contract.unit_id)
