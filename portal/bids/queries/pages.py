"""The pages of opened attachments as pictures, and the key that opens them."""

from sqlalchemy import select

from portal.bids import rules
from portal.bids.models import Bid, FilePages
from portal.core import files, sealing
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.keys import server_key


def opened_key(bid: Bid) -> bytes:
    """The key of an opened proposal, its attachments and their pages; ``NotFound`` before opening."""
    if bid.opened_key is None:
        raise NotFound()
    return sealing.unwrap_with_key(server_key("storage"), bid.opened_key, bid.place.info("storage"))


def page_images(bid: Bid, part: str) -> FilePages | None:
    """The pages of an attachment as pictures; ``None`` as long as they are being made."""
    return all_page_images(bid).get(part)


def all_page_images(bid: Bid) -> dict[str, FilePages]:
    """The pages of every attachment by its part, as far as they are made (one query)."""
    rows = db.session.scalars(select(FilePages).where(FilePages.bid_id == bid.id))
    return {row.part: row for row in rows}


def page_image(bid: Bid, part: str, number: int) -> bytes:
    """One page as WebP, counted from 1. Raises ``NotFound`` before opening and for pages that do not exist."""
    found = page_images(bid, part)
    if found is None or not 1 <= number <= len(found.pages):
        raise NotFound()
    sealed = files.read(found.pages[number - 1]["sha256"])
    return rules.open_file(sealed, opened_key(bid), bid.place, rules.page_part(part, number))
