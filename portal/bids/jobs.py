"""Reactions of proposals: receipt, minutes, news for the people concerned. Only ids and receipt facts, no content."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.accounts import queries as people
from portal.bids import documents, queries, services
from portal.bids.models import Bid, BidVersion
from portal.bids.services import pages, uploads
from portal.bids.values import BidStatus
from portal.core import pictures
from portal.core.db import db, get
from portal.core.documents import render_pdf
from portal.core.jobs import handles, periodic
from portal.core.mail import notify
from portal.core.policy import Actor
from portal.parties import queries as parties
from portal.tenders.models import Tender

SYSTEM = Actor.system("bids")


def _receipt(bid_id: str, version_id: str) -> bytes:
    bid, version = queries.get_bid(SYSTEM, UUID(bid_id)), get(BidVersion, UUID(version_id))
    return render_pdf("bid_receipt.html", **documents.receipt(bid, version))


@handles("bid.submitted", prepare=_receipt)
def make_receipt(pdf: bytes, bid_id: str, version_id: str) -> None:
    services.attach_receipt(version_id=UUID(version_id), pdf=pdf)


@handles("bid.submitted")
def confirm_submission(bid_id: str, version_id: str) -> None:
    bid, version = queries.get_bid(SYSTEM, UUID(bid_id)), get(BidVersion, UUID(version_id))
    _tell(bid, "bid_submitted", receipt=documents.receipt(bid, version))


@handles("bid.approval_asked")
def tell_approvers(bid_id: str) -> None:
    bid = queries.get_bid(SYSTEM, UUID(bid_id))
    link = f"/bids/{bid.id}/draft"
    notify(
        people.recipients(queries.approvers(bid)), "bid_approval_asked", link=link, bid=bid, tender=bid.tender
    )


@handles("bid.opinion_given")
def tell_of_opinion(bid_id: str) -> None:
    bid = queries.get_bid(SYSTEM, UUID(bid_id))
    link = f"/bids/{bid.id}/edit/files"
    recipients = people.recipients(parties.members(bid.party_id))
    notify(recipients, "bid_opinion_given", link=link, bid=bid, tender=bid.tender)


@handles("bid.partner_confirmed")
def tell_of_partner(bid_id: str) -> None:
    bid = queries.get_bid(SYSTEM, UUID(bid_id))
    link = f"/bids/{bid.id}/partners"
    recipients = people.recipients(parties.members(bid.party_id))
    notify(recipients, "bid_partner_confirmed", link=link, bid=bid, tender=bid.tender)


@handles("bid.withdrawn")
def confirm_withdrawal(bid_id: str) -> None:
    _tell(queries.get_bid(SYSTEM, UUID(bid_id)), "bid_withdrawn")


@handles("bid.reopened")
def confirm_reopening(bid_id: str) -> None:
    _tell(queries.get_bid(SYSTEM, UUID(bid_id)), "bid_reopened")


def _minutes(tender_id: str) -> bytes:
    tender, opening = get(Tender, UUID(tender_id)), queries.opening_of(UUID(tender_id))
    assert opening is not None, "the message is written together with the opening"  # noqa: S101
    return render_pdf("opening_minutes.html", **documents.minutes(tender, opening))


@handles("bids.opened", prepare=_minutes)
def make_minutes(pdf: bytes, tender_id: str) -> None:
    services.attach_minutes(tender_id=UUID(tender_id), pdf=pdf)


@handles("bids.opened")
def tell_bidders(tender_id: str) -> None:
    for bid in queries.bids_at_opening(UUID(tender_id)):
        _tell(bid, "bid_unopened" if bid.status == BidStatus.UNOPENED else "bid_opened")


@handles("bids.opened")
def tell_partners(tender_id: str) -> None:
    """Whoever applied together with others hears of the opening, too."""
    opened = queries.opened_bids(UUID(tender_id))
    for bid_id, beside in queries.participants(opened).items():
        bid = next(one for one in opened if one.id == bid_id)
        members = {user for party in beside for user in parties.members(party.id)}
        if members:
            link = f"/tenders/{bid.tender_id}"
            notify(people.recipients(members), "bid_partner_opened", link=link, bid=bid, tender=bid.tender)


@handles("tender.corrected")
def tell_correction(tender_id: str, notice_id: str) -> None:
    """Whoever prepares or handed in a proposal hears of a correction; the list itself is told to nobody."""
    tender = get(Tender, UUID(tender_id))
    applying = db.session.scalars(
        select(Bid.party_id).where(
            Bid.tender_id == tender.id, Bid.status.in_([BidStatus.DRAFT, BidStatus.SEALED])
        )
    )
    members = {user for party_id in applying for user in parties.members(party_id)}
    notify(people.recipients(members), "tender_corrected", link=f"/notices/{notice_id}", tender=tender)


@periodic("bids.uploads", every=timedelta(hours=1))
def drop_old_uploads() -> None:
    uploads.drop_old_uploads()


@handles("bids.opened")
def ask_for_pages(tender_id: str) -> None:
    pages.ask_for_pages(tender_id=UUID(tender_id))


def _draw(bid_id: str, part: str) -> pictures.Drawn | None:
    bid = queries.get_bid(SYSTEM, UUID(bid_id))
    if queries.page_images(bid, part):
        return None
    content, _name, media_type = queries.read_file(bid, part)
    return pictures.draw(content, media_type)


@handles("attachment.opened", prepare=_draw)
def keep_pages(drawn: pictures.Drawn | None, bid_id: str, part: str) -> None:
    if drawn is not None:
        pages.keep_pages(bid_id=UUID(bid_id), part=part, drawn=drawn)


def _tell(bid: Bid, template: str, **context: Any) -> None:
    recipients = people.recipients(parties.members(bid.party_id))
    notify(recipients, template, link=f"/bids/{bid.id}", bid=bid, tender=bid.tender, **context)
