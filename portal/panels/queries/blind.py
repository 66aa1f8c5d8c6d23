"""Blind review: until the panel is closed its experts know proposals by number only."""

import hmac
from uuid import UUID

from sqlalchemy import select

from portal.bids.models import Bid
from portal.bids.values import OPENED
from portal.core.db import db
from portal.core.keys import server_key
from portal.panels.models import Panel
from portal.panels.values import PanelStatus


def is_blind(panel: Panel) -> bool:
    """Whether the call is read without names and the panel, loaded with its call, still works."""
    return bool(panel.tender.scheme.get("blind")) and panel.status != PanelStatus.CLOSED


def applicant_numbers(tender_id: UUID) -> dict[UUID, int]:
    """A number from 1 for each opened proposal of a call (one query).

    Their order comes from a key of the server, so that neither names nor ids nor the time of handing in lead to
    them; a proposal that is excluded leaves the others their numbers.
    """
    ids = db.session.scalars(select(Bid.id).where(Bid.tender_id == tender_id, Bid.status.in_(OPENED)))
    return {bid_id: number for number, bid_id in enumerate(sorted(ids, key=_place), start=1)}


def _place(bid_id: UUID) -> bytes:
    return hmac.digest(server_key("draw"), b"applicant " + bid_id.bytes, "sha256")
