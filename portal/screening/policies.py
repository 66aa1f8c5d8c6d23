"""Who sees what proposals have in common, and who notes something beside it."""

from portal.bids.policies import READERS, OfUnit
from portal.core.policy import Actor, rule
from portal.core.text import N_
from portal.parties.values import Role


@rule(N_("Officers, approvers and supervisors of the buyer see what proposals have in common."))
def may_see_screening(actor: Actor, tender: OfUnit) -> bool:
    """See findings with their evidence (what is raised is shown to the panel by ``panels``)."""
    return any(actor.has(role, tender.unit_id) for role in READERS)


@rule(N_("Programme officers of the buyer note beside a finding whether it goes to the panel."))
def may_review_finding(actor: Actor, tender: OfUnit) -> bool:
    """Leave a finding or raise it to the panel, and have a call compared again."""
    return actor.has(Role.PROGRAMME_OFFICER, tender.unit_id)
