"""Reactions of the eligibility check: letters, requests, and calls that saved searches wait for."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from portal.accounts import queries as people
from portal.bids import queries as bids
from portal.bids.models import Bid
from portal.core.db import get
from portal.core.documents import render_pdf
from portal.core.jobs import handles, periodic
from portal.core.mail import notify
from portal.core.policy import Actor
from portal.parties import queries as parties
from portal.parties.values import Role
from portal.qualification import documents, queries, services
from portal.qualification.models import EligibilityCheck, SavedSearch, Supplement
from portal.qualification.values import CheckResult
from portal.tenders.models import Tender

SYSTEM = Actor.system("qualification")


def _decided(bid_id: str) -> tuple[Bid, EligibilityCheck]:
    bid, made = bids.get_bid(SYSTEM, UUID(bid_id)), queries.check_of(UUID(bid_id))
    assert made is not None, "the message is written together with the check"  # noqa: S101
    return bid, made


def _letter(bid_id: str) -> bytes:
    return render_pdf("eligibility_letter.html", **documents.letter(*_decided(bid_id)))


@handles("bid.checked", prepare=_letter)
def make_letter(pdf: bytes, bid_id: str) -> None:
    services.attach_letter(bid_id=UUID(bid_id), pdf=pdf)


@handles("bid.checked")
def tell_organisation(bid_id: str) -> None:
    bid, made = _decided(bid_id)
    template = "bid_admitted" if made.result == CheckResult.PASS else "bid_not_admitted"
    recipients = people.recipients(parties.members(bid.party_id))
    link = f"/qualification/results/{bid.id}"
    notify(recipients, template, link=link, bid=bid, tender=bid.tender, reason=made.reason)


@handles("bid.check_found")
def ask_for_second_check(bid_id: str) -> None:
    bid, made = _decided(bid_id)
    _tell_deciders(bid, "check_to_confirm", but=made.checked_by)


@handles("bid.check_replied")
def tell_of_reply(bid_id: str) -> None:
    bid, made = _decided(bid_id)
    _tell_deciders(bid, "check_replied", but=made.checked_by)


@handles("bid.reply_answered")
def tell_of_answer(bid_id: str) -> None:
    bid, made = _decided(bid_id)
    recipients = people.recipients(parties.members(bid.party_id))
    notify(recipients, "check_answered", link=f"/qualification/results/{bid.id}", bid=bid, answer=made.answer)


def _tell_deciders(bid: Bid, template: str, *, but: UUID) -> None:
    unit = bid.tender.unit_id
    holders = [
        *parties.holders(Role.PROGRAMME_APPROVER, unit), *parties.holders(Role.PROGRAMME_OFFICER, unit),
    ]  # fmt: skip
    recipients = people.recipients(user for user in holders if user != but)
    notify(recipients, template, link=f"/qualification/bids/{bid.id}", bid=bid)


@handles("supplement.asked")
def tell_of_request(supplement_id: str) -> None:
    row = get(Supplement, UUID(supplement_id))
    bid = bids.get_bid(SYSTEM, row.bid_id)
    recipients = people.recipients(parties.members(bid.party_id))
    notify(recipients, "supplement_asked", link=f"/qualification/supplements/{row.id}", bid=bid, row=row)


@handles("supplement.answered")
def tell_officer(supplement_id: str) -> None:
    row = get(Supplement, UUID(supplement_id))
    bid = bids.get_bid(SYSTEM, row.bid_id)
    notify(
        people.recipients([row.asked_by]),
        "supplement_answered",
        link=f"/qualification/bids/{bid.id}",
        bid=bid,
    )


@handles("tender.published")
def tell_searchers(tender_id: str) -> None:
    """Everybody whose saved search a new call meets hears of it once."""
    tender = get(Tender, UUID(tender_id))
    _tell_of_call(tender, queries.searches_for(tender.id))


@periodic("searches.closing", every=timedelta(days=1))
def tell_of_closing() -> None:
    """Whoever waits for the last days of calls hears of each when they have come."""
    for tender in queries.open_calls():
        _tell_of_call(tender, queries.closing_searches_for(tender.id))


def _tell_of_call(tender: Tender, searches: Iterable[SavedSearch]) -> None:
    told = set[UUID]()
    for search in searches:
        if search.user_id in told:
            continue
        told.add(search.user_id)
        services.note_alert(user_id=search.user_id, tender_id=tender.id)
        recipients = people.recipients([search.user_id])
        notify(recipients, "search_hit", link=f"/tenders/{tender.id}", tender=tender, name=search.name)
