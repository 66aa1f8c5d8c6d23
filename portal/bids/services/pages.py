"""Pages of opened attachments as pictures, made once by a job and encrypted like the attachments."""

from uuid import UUID

from sqlalchemy import exists, func, select

from portal.bids import queries, rules
from portal.bids.models import Bid, BidFile, FilePages
from portal.bids.policies import may_redraw
from portal.bids.values import OPENED
from portal.core import audit, clock, files, outbox
from portal.core.db import add, db, get, use_case
from portal.core.errors import NotFound
from portal.core.pictures import Drawn
from portal.core.policy import Actor, require
from portal.tenders.models import Tender


@use_case
def ask_for_pages(*, tender_id: UUID) -> None:
    """Announce every attachment of an opened call by itself, so that each fails and is repeated by itself."""
    for bid in queries.opened_bids(tender_id):
        for item in queries.content(bid).attachments:
            outbox.emit("attachment.opened", bid_id=bid.id, part=item.part)


@use_case
def keep_pages(*, bid_id: UUID, part: str, drawn: Drawn) -> FilePages:
    """Keep the pages of an attachment; who comes second finds the first and changes nothing.

    Emits ``attachments.drawn`` with the last of the call, so one after the other.
    """
    bid = get(Bid, bid_id)
    get(Tender, bid.tender_id, lock=True)
    if (made := queries.page_images(bid, part)) is not None:
        return made
    key = queries.opened_key(bid)
    pages = [
        {
            "sha256": files.keep(rules.seal_file(page.data, key, bid.place, rules.page_part(part, number))),
            "width": page.width, "height": page.height,
        }
        for number, page in enumerate(drawn.pages, 1)
    ]  # fmt: skip
    row = add(FilePages(bid_id=bid.id, part=part, pages=pages, problem=drawn.problem, made_at=clock.now()))
    if _missing(bid.tender_id) == 0:
        outbox.emit("attachments.drawn", tender_id=bid.tender_id)
    return row


@use_case
def redraw_pages(*, actor: Actor, bid_id: UUID, part: str) -> None:
    """Draw an attachment again whose pages are missing. Raises ``NotFound`` when nothing is missing."""
    bid = queries.get_bid(actor, bid_id)
    require(may_redraw, actor, bid)
    statement = select(FilePages).where(FilePages.bid_id == bid_id, FilePages.part == part)
    made = db.session.scalars(statement.with_for_update()).first()
    if made is None or made.problem is None:
        raise NotFound()
    db.session.delete(made)
    audit.record("bid.redraw", bid, actor, part=part)
    outbox.emit("attachment.opened", bid_id=bid.id, part=part)


def _missing(tender_id: UUID) -> int:
    """How many attachments of a call's opened proposals have no pages yet."""
    drawn = exists().where(FilePages.bid_id == BidFile.bid_id, FilePages.part == BidFile.part)
    statement = (
        select(func.count())
        .select_from(BidFile)
        .join(Bid, Bid.id == BidFile.bid_id)
        .where(Bid.tender_id == tender_id, Bid.status.in_(OPENED), BidFile.version_number == Bid.submitted_version, ~drawn)
    )  # fmt: skip
    return int(db.session.scalar(statement) or 0)
