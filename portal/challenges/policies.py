"""Who may file, answer and read challenges."""

from uuid import UUID

from portal.challenges.models import Challenge
from portal.core.policy import Actor, rule
from portal.core.text import N_
from portal.parties.values import ORGANISATION, Role

STAFF_READERS = (Role.PROGRAMME_OFFICER, Role.PROGRAMME_APPROVER, Role.SUPERVISOR)


@rule(N_("The owner of an organisation may file and withdraw its challenges."))
def may_file_challenge(actor: Actor, party_id: UUID) -> bool:
    """A challenge binds the organisation."""
    return actor.has(Role.ORG_OWNER, party_id)


@rule(N_("Members of the organisation may read its challenges."))
def may_read_own_challenge(actor: Actor, challenge: Challenge) -> bool:
    """The challenger's side."""
    return any(actor.has(role, challenge.party_id) for role in ORGANISATION)


@rule(N_("Programme officers, approvers and supervisors of the unit may read its challenges."))
def may_read_challenges(actor: Actor, unit_id: UUID) -> bool:
    """The subject is the unit of the call."""
    return any(actor.has(role, unit_id) for role in STAFF_READERS)


@rule(N_("A programme officer of the unit may answer a challenge."))
def may_answer_challenge(actor: Actor, unit_id: UUID) -> bool:
    """The buyer answers (GPL art. 53); the subject is the unit of the call."""
    return actor.has(Role.PROGRAMME_OFFICER, unit_id)
