"""Who checks eligibility."""

from portal.bids.policies import READERS, OfUnit
from portal.core.policy import Actor, rule
from portal.core.text import N_
from portal.parties.values import Role


@rule(N_("Programme officers of the buyer check eligibility."))
def may_check(actor: Actor, tender: OfUnit) -> bool:
    """Decide pass or fail of an opened proposal."""
    return actor.has(Role.PROGRAMME_OFFICER, tender.unit_id)


@rule(N_("Officers, approvers and supervisors of the buyer see the eligibility check."))
def may_see_checks(actor: Actor, tender: OfUnit) -> bool:
    """See which proposals were admitted, and why not."""
    return any(actor.has(role, tender.unit_id) for role in READERS)
