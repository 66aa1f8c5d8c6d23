"""Pages of proposals: write, submit, take back, check a receipt, open, read."""

from portal.bids.views import (
    attachments,
    budget,
    inside,
    opening,
    opinions,
    pages,
    partners,
    receipts,
    rehearsal,
    uploads,
    writing,
)
from portal.bids.views.blueprint import bp
from portal.core.text import N_
from portal.core.web import navigation
from portal.parties.values import ORGANISATION

navigation(N_("My proposals"), "bids.index", *sorted(ORGANISATION), rank=20)

__all__ = [
    "bp",
    "attachments",
    "budget",
    "inside",
    "opening",
    "opinions",
    "pages",
    "partners",
    "receipts",
    "rehearsal",
    "uploads",
    "writing",
]
