"""Reactions of the eligibility check: the letter to the organisation."""

from uuid import UUID

from portal.accounts import queries as people
from portal.bids import queries as bids
from portal.core.jobs import handles
from portal.core.mail import notify
from portal.core.policy import Actor
from portal.parties import queries as parties
from portal.qualification import queries
from portal.qualification.values import CheckResult


@handles("bid.checked")
def tell_organisation(bid_id: str) -> None:
    bid, made = bids.get_bid(Actor.system("qualification"), UUID(bid_id)), queries.check_of(UUID(bid_id))
    assert made is not None, "the message is written together with the check"  # noqa: S101
    template = "bid_admitted" if made.result == CheckResult.PASS else "bid_not_admitted"
    recipients = people.recipients(parties.members(bid.party_id))
    notify(recipients, template, link=f"/bids/{bid.id}", bid=bid, tender=bid.tender, reason=made.reason)
