"""News of awards to those concerned."""

from uuid import UUID

from portal.accounts.queries import recipients
from portal.awards import queries, rules, services
from portal.awards.models import Award
from portal.awards.values import AwardStatus
from portal.core import clock
from portal.core.calendar import end_of_day
from portal.core.db import get
from portal.core.jobs import handles
from portal.core.mail import notify
from portal.core.policy import Actor
from portal.notices import queries as notices
from portal.parties.queries import holders, members
from portal.parties.values import Role
from portal.tenders.models import Tender


@handles("calendar.changed")
def recount(first: str, last: str) -> None:
    """A day off that was not known before may move the end of a public notice."""
    services.recount_notices(actor=Actor.system("calendar"))


@handles("award.recounted")
def tell_new_end(tender_id: str, notice_id: str) -> None:
    """Bidders and officers learn until when the result can be challenged now."""
    tender = get(Tender, UUID(tender_id))
    bidders = [user for c in queries.case(tender).candidates for user in members(c.party_id)]
    paper = notices.get_notice(UUID(notice_id))
    notify(
        recipients([*bidders, *holders(Role.PROGRAMME_OFFICER, tender.unit_id)]), "award_notice_moved", link=f"/notices/{paper.id}",
        tender=tender.title, number=tender.number, ends_on=paper.last_day, object_until=queries.challenge_until(tender.id),
    )  # fmt: skip


@handles("award.decided")
def tell_bidders(tender_id: str, reason: str) -> None:
    """Every ranked bidder learns the result with its own score and rank (Order 87 art. 69)."""
    tender = get(Tender, UUID(tender_id))
    case = queries.case(tender)
    chosen = {a.bid_id: a for a in case.awards if a.status == AwardStatus.PENDING}
    lots = {lot.lot_id: lot.title for lot in case.lots}
    ends_on, object_until = max(a.notice_ends_on for a in chosen.values()), queries.challenge_until(tender.id)
    for c in case.candidates:
        award = chosen.get(c.bid_id)
        if c.held and not award:
            continue  # an earlier decision, told then
        outcome = rules.not_chosen(c, list(chosen), case.candidates)
        notify(
            recipients(members(c.party_id)), "award_chosen" if award else "award_not_chosen",
            link=f"/awards/results/{tender.id}", tender=tender.title, number=tender.number, lot=lots[c.lot_id],
            rank=c.rank, score=c.total, ends_on=ends_on, object_until=object_until, amount=award.amount if award else None, outcome=outcome,
            why=None if award else rules.why_not(c, list(chosen), case.candidates, reason),
        )  # fmt: skip


@handles("awards.confirmed")
def tell_not_awarded(tender_id: str, bids: str) -> None:
    """Who was ranked and is not among the final awards learns so, once, with the reason and what can still be done."""
    tender, final = get(Tender, UUID(tender_id)), {UUID(bid_id) for bid_id in bids.split()}
    case = queries.case(tender)
    lots = {lot.lot_id: lot.title for lot in case.lots}
    until = queries.challenge_until(tender.id)
    settled = {a.lot_id for a in case.awards if a.bid_id in final}
    for c in case.candidates:
        if c.lot_id not in settled or c.held or c.cancelled:
            continue
        notify(
            recipients(members(c.party_id)), "award_final_not_chosen", link=f"/awards/results/{tender.id}", tender=tender.title,
            number=tender.number, lot=lots[c.lot_id], rank=c.rank, score=c.total, why=case.why_not(c),
            object_until=until if until and clock.now() < end_of_day(until) else None,
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
