"""Beginning a proposal: who may, how many of them, and for whom."""

import secrets
from uuid import UUID

from portal.bids import queries, rules
from portal.bids.models import Bid
from portal.bids.policies import may_start
from portal.bids.services.drafting import begin_draft, drop_files, person_of
from portal.bids.services.partners import open_place
from portal.bids.values import BidStatus, Partner, PartnerKind, ProposalContent
from portal.bids.workflow import BID
from portal.core import audit, clock, sealing
from portal.core.db import add, get, use_case
from portal.core.errors import Invalid, Problem, problem
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.parties.models import Party
from portal.parties.values import PartyStatus
from portal.tenders.models import Lot, Tender

VENTURE = "venture_contest"

COUNTED = (BidStatus.DRAFT, BidStatus.SEALED)
"""What counts when a call limits the proposals of one organisation; what was withdrawn does not."""


@use_case
def start_bid(*, actor: Actor, lot_id: UUID, party_id: UUID, hosted_id: UUID | None = None) -> Bid:
    """Begin the proposal of an organisation for a lot, or begin anew after one was withdrawn.

    ``hosted_id`` is a group on file whose hub the organisation is: then the hub applies, signs and answers for it, and
    the group confirms by its own account. Raises ``Invalid`` when the organisation may not take part, or has or would
    have more proposals than the call takes.
    """
    require(may_start, actor, party_id)
    party, lot, now = get(Party, party_id), queries.lot_with_tender(lot_id), clock.now()
    group = get(Party, hosted_id) if hosted_id else None
    tag = queries.tag_of(lot.id, group.id) if group else ""
    earlier = queries.bid_of(lot_id, party_id, tag)
    withdrawn = earlier is not None and earlier.status == BidStatus.WITHDRAWN
    problems = [
        *problems_of_start(party, lot, already=earlier is not None and not withdrawn),
        *_problems_of_group(party, group, lot),
        *queries.over_limits(lot, party.id, tag, COUNTED, earlier.id if earlier else None, field="lot"),
    ]
    if problems:
        raise Invalid(*problems)
    if earlier is not None:
        bid = queries.get_bid_for_update(earlier.id)
        queries.version_of(bid).reopen_wrapped = None
        drop_files(queries.files_of(bid.id, bid.submitted_version))
        BID.apply("restart", bid, actor, now)
    else:
        bid = add(
            Bid(
                tender_id=lot.tender_id, lot_id=lot.id, party_id=party.id, status=BidStatus.DRAFT, created_at=now,
                created_by=person_of(actor), applicant_tag=tag,
            )
        )  # fmt: skip
    begin_draft(bid, actor, ProposalContent(), sealing.new_key())
    if group is not None:
        place = Partner(secrets.token_hex(6), PartnerKind.HOSTED, "", party_id=str(group.id), name=group.name)
        open_place(bid, actor, place)
    if earlier is None:
        audit.record("bid.start", bid, actor)
    return bid


def problems_of_start(party: Party, lot: Lot, *, already: bool) -> list[Problem]:
    """What keeps ``party`` from beginning a proposal for ``lot`` (loaded with its call) now."""
    tender: Tender = lot.tender
    published, deadline = tender.published_at, tender.deadline_at
    return rules.start_problems(
        refused=party.status == PartyStatus.REFUSED,
        suspended=party.status == PartyStatus.SUSPENDED,
        open_now=bool(published and deadline and rules.arrived_in_time(clock.now(), published, deadline)),
        already=already,
        social=party.kind.is_social_organisation,
        venture=tender.procedure == VENTURE,
    )


def _problems_of_group(party: Party, group: Party | None, lot: Lot) -> list[Problem]:
    """Whether the organisation is the hub of the group; alone, whether it takes part elsewhere in the lot already."""
    if group is not None:
        if group not in queries.groups_of([party.id]):
            message = N_("“%(group)s” is no group on file of this organisation.")
            return [problem(message, field="hosted", group=group.name)]
        return []
    if queries.applies_with_others(lot.id, party.id):
        message = N_("This organisation takes part in another proposal for this lot already.")
        return [problem(message, field="party")]
    return []
