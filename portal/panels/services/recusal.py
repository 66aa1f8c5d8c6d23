"""What ties an expert to the bidders of a call: facts of both sides, gathered for the rules."""

from uuid import UUID

from portal.accounts.models import User
from portal.bids import queries as bids
from portal.bids.models import Bid
from portal.core import clock
from portal.core.clock import local
from portal.panels import queries, rules
from portal.panels.models import Expert
from portal.panels.values import BidderFacts, Conflict, ExpertFacts, OrganisationTie, TieKind
from portal.parties.models import Party


def _applying(admitted: list[Bid]) -> list[tuple[Bid, Party]]:
    """Every organisation behind the proposals: the leads, and the members of their consortia."""
    beside = bids.participants(admitted)
    return [(bid, party) for bid in admitted for party in (bid.party, *beside[bid.id])]


def bidders_of(admitted: list[Bid]) -> list[BidderFacts]:
    """The organisations behind the admitted proposals with their people, telephone numbers, addresses and hubs."""
    applying = _applying(admitted)
    members = queries.members_of([party.id for _bid, party in applying])
    hubs = queries.hubs_of(party for _bid, party in applying)
    return [
        BidderFacts(
            bid_id=str(bid.id), name=party.name, code=party.code,
            people=(party.legal_representative, party.contact_name, *(u.name for u in members[party.id])),
            phones=(party.contact_phone, *(u.phone for u in members[party.id])),
            addresses=(party.address,),
            hubs=tuple(name for hub in hubs.get(party.id, ()) for name in (hub.name, hub.code)),
        )
        for bid, party in applying
    ]  # fmt: skip


def memberships(admitted: list[Bid]) -> dict[UUID, list[OrganisationTie]]:
    """The bidders and their hubs in which somebody holds a role of this portal: ties that nobody needs to declare."""
    found: dict[UUID, list[OrganisationTie]] = {}
    parties = {party.id: party for _bid, party in _applying(admitted)}
    parties |= {hub.id: hub for hubs in queries.hubs_of(parties.values()).values() for hub in hubs}
    for party_id, users in queries.members_of(list(parties)).items():
        for user in users:
            tie = OrganisationTie(TieKind.MEMBER, parties[party_id].name, parties[party_id].code)
            found.setdefault(user.id, []).append(tie)
    return found


def conflicts_of(
    expert: Expert, user: User, bidders: list[BidderFacts], roles_held: list[OrganisationTie] | tuple[()]
) -> list[Conflict]:
    """What ties an expert to the bidders today, by declarations and by roles held in this portal."""
    today = local(clock.now()).date()
    facts = ExpertFacts(
        expert_id=str(expert.id),
        name=user.name,
        ties=(
            OrganisationTie(TieKind.EMPLOYEE, expert.employer),
            *(OrganisationTie(TieKind.FORMER, name) for name in expert.past_employers),
            *(OrganisationTie(TieKind.INTEREST, name) for name in expert.interests),
            *rules.ties_of(expert.ties),
            *roles_held,
        ),
        phones=(user.phone,) if user.phone else (),
        addresses=(expert.address,) if expert.address else (),
        relatives=tuple(rules.relatives_of(expert.relatives)),
    )  # fmt: skip
    return [found for bidder in bidders for found in rules.conflicts(facts, bidder, on=today)]


def told(conflict: Conflict, admitted: list[Bid]) -> dict[str, str]:
    """A finding as the frozen list keeps it."""
    party = next(bid.party.name for bid in admitted if str(bid.id) == conflict.bid_id)
    return {
        "kind": conflict.kind.value,
        "severity": conflict.severity.value,
        "party": party,
        "evidence": conflict.evidence,
    }
