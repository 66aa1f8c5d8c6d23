"""News of awards to those concerned."""

from uuid import UUID

from portal.accounts.queries import recipients
from portal.awards import queries, rules
from portal.awards.models import Award
from portal.awards.values import AwardStatus
from portal.core.db import get
from portal.core.jobs import handles
from portal.core.mail import notify
from portal.parties.queries import members
from portal.tenders.models import Tender


@handles("award.decided")
def tell_bidders(tender_id: str, reason: str) -> None:
    """Every ranked bidder learns the result with its own score and rank (Order 87 art. 69)."""
    tender = get(Tender, UUID(tender_id))
    case = queries.case(tender)
    chosen = {a.bid_id: a for a in case.awards if a.status == AwardStatus.PENDING}
    lots = {lot.lot_id: lot.title for lot in case.lots}
    ends_on = max(a.notice_ends_on for a in chosen.values())
    for c in case.candidates:
        award = chosen.get(c.bid_id)
        if c.held and not award:
            continue  # an earlier decision, told then
        notify(
            recipients(members(c.party_id)), "award_chosen" if award else "award_not_chosen",
            link=f"/awards/results/{tender.id}", tender=tender.title, number=tender.number, lot=lots[c.lot_id],
            rank=c.rank, score=c.total, ends_on=ends_on, amount=award.amount if award else None,
            why="" if award else rules.why_not(c, list(chosen), case.candidates, reason),
        )  # fmt: skip


@handles("award.active")
def tell_awarded(award_id: str) -> None:
    award = get(Award, UUID(award_id))
    tender = get(Tender, award.tender_id)
    notify(
        recipients(members(award.party_id)), "award_final", link=f"/awards/results/{tender.id}", tender=tender.title,
        number=tender.number, amount=award.amount,
    )  # fmt: skip


@handles("award.cancelled")
def tell_cancelled(award_id: str, reason: str) -> None:
    award = get(Award, UUID(award_id))
    tender = get(Tender, award.tender_id)
    notify(
        recipients(members(award.party_id)), "award_cancelled", link=f"/awards/results/{tender.id}",
        tender=tender.title, number=tender.number, reason=reason,
    )  # fmt: skip
