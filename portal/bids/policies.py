"""Who may write, submit, read and open proposals."""

from typing import Protocol
from uuid import UUID

from portal.bids.models import Bid
from portal.bids.values import OPENED
from portal.core.policy import Actor, rule
from portal.core.text import N_
from portal.parties.values import ORGANISATION, Role

READERS = (Role.PROGRAMME_OFFICER, Role.PROGRAMME_APPROVER, Role.SUPERVISOR)


class OfUnit(Protocol):
    """Something that belongs to a buyer, such as a call."""

    unit_id: UUID


@rule(N_("Owners and drafters of the organisation write its proposals."))
def may_start(actor: Actor, party_id: UUID) -> bool:
    """Begin a proposal for an organisation."""
    return actor.has(Role.ORG_OWNER, party_id) or actor.has(Role.ORG_DRAFTER, party_id)


@rule(N_("Owners bind their organisation to another one's proposal."))
def may_bind(actor: Actor, party_id: UUID) -> bool:
    """Confirm, in the name of an organisation, that it takes part in a proposal that another one leads."""
    return actor.has(Role.ORG_OWNER, party_id)


@rule(N_("Owners and drafters of the organisation write its proposals."))
def may_write(actor: Actor, bid: Bid) -> bool:
    """Edit the draft and its attachments."""
    return may_start(actor, bid.party_id)


@rule(N_("Owners, drafters and approvers of the organisation submit, withdraw and reopen its proposals."))
def may_submit(actor: Actor, bid: Bid) -> bool:
    """Submit, withdraw and reopen."""
    return may_start(actor, bid.party_id) or actor.has(Role.ORG_APPROVER, bid.party_id)


def writers(bid: Bid) -> set[str]:
    """Who wrote in the present draft, by id."""
    last = {str(bid.draft_saved_by)} if bid.draft_saved_by else set()
    return {facts["by"] for facts in (bid.sections or {}).values()} | last


@rule(N_("An owner or approver of the organisation who wrote nothing in the draft approves it."))
def may_approve(actor: Actor, bid: Bid) -> bool:
    """Approve a draft inside the organisation, as the second pair of eyes."""
    holds = actor.has(Role.ORG_OWNER, bid.party_id) or actor.has(Role.ORG_APPROVER, bid.party_id)
    return holds and str(actor.user_id) not in writers(bid)


@rule(N_("Owners of the organisation decide whether its proposals need approval."))
def may_set_approval(actor: Actor, party_id: UUID) -> bool:
    """Switch the internal approval on or off."""
    return actor.has(Role.ORG_OWNER, party_id)


@rule(N_("Members of the organisation see its proposals."))
def may_see_own(actor: Actor, bid: Bid) -> bool:
    """Know that the proposal exists, with its receipts."""
    return any(actor.has(role, bid.party_id) for role in ORGANISATION)


@rule(
    N_(
        "After opening, officers, approvers and supervisors of the buyer read proposals; members read their own."
    )
)
def may_read(actor: Actor, bid: Bid) -> bool:
    """Read the content of an opened proposal (the seats of a panel are the matter of ``panels``)."""
    staff = any(actor.has(role, bid.tender.unit_id) for role in READERS)
    return bid.status in OPENED and (staff or may_see_own(actor, bid))


@rule(N_("Programme officers of the buyer let an attachment be drawn again whose pages are missing."))
def may_redraw(actor: Actor, bid: Bid) -> bool:
    """Repeat the making of page pictures."""
    return bid.status in OPENED and actor.has(Role.PROGRAMME_OFFICER, bid.tender.unit_id)


@rule(N_("Programme officers of the buyer open a call, together with its supervisor."))
def may_open(actor: Actor, tender: OfUnit) -> bool:
    """Open the proposals of a call."""
    return actor.has(Role.PROGRAMME_OFFICER, tender.unit_id)


@rule(N_("Supervisors of the buyer witness an opening."))
def may_witness(actor: Actor, tender: OfUnit) -> bool:
    """Add the second key at an opening."""
    return actor.has(Role.SUPERVISOR, tender.unit_id)


@rule(N_("Officers, approvers and supervisors of the buyer see its openings."))
def may_see_opening(actor: Actor, tender: OfUnit) -> bool:
    """See the ceremony page, the opening list and the minutes."""
    return any(actor.has(role, tender.unit_id) for role in READERS)
