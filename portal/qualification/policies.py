"""Who checks eligibility, who confirms it, and who answers for an organisation."""

from dataclasses import dataclass
from uuid import UUID

from portal.bids.policies import READERS, OfUnit
from portal.core.policy import Actor, rule
from portal.core.text import N_
from portal.parties.values import Role


@rule(N_("Programme officers of the buyer check eligibility."))
def may_check(actor: Actor, tender: OfUnit) -> bool:
    """Find pass or fail of an opened proposal."""
    return actor.has(Role.PROGRAMME_OFFICER, tender.unit_id)


@rule(N_("Officers, approvers and supervisors of the buyer see the eligibility check."))
def may_see_checks(actor: Actor, tender: OfUnit) -> bool:
    """See which proposals were admitted, and why not."""
    return any(actor.has(role, tender.unit_id) for role in READERS)


@dataclass(frozen=True)
class SecondCheck:
    """A finding that waits for a second person: the buyer's unit, and who found it."""

    unit_id: UUID
    checked_by: UUID


@rule(N_("An officer or approver of the buyer other than the first one confirms the eligibility check."))
def may_confirm(actor: Actor, check: SecondCheck) -> bool:
    """Nobody confirms an own finding."""
    held = any(actor.has(role, check.unit_id) for role in (Role.PROGRAMME_OFFICER, Role.PROGRAMME_APPROVER))
    return held and actor.user_id != check.checked_by


@rule(N_("Owners and drafters of the organisation hand in what is asked for and reply to the decision."))
def may_answer(actor: Actor, party_id: UUID) -> bool:
    """Others of the organisation read along."""
    return actor.has(Role.ORG_OWNER, party_id) or actor.has(Role.ORG_DRAFTER, party_id)
