"""The papers of an organisation's library, as the attachments page offers them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from portal.bids.models import Bid
from portal.core import clock
from portal.parties import queries as parties
from portal.parties.models import PartyDocument
from portal.parties.values import CertificateKind


@dataclass(frozen=True, slots=True)
class LibraryPaper:
    """A paper that can be attached with one press; ``sha256`` is that of its bytes in the library."""

    id: UUID
    kind: CertificateKind
    title: str
    year: int | None
    expires_on: date | None
    expired: bool
    size: int
    sha256: str


def has_expired(document: PartyDocument, today: date) -> bool:
    """Whether the paper's last day lies behind us."""
    return document.expires_on is not None and document.expires_on < today


def library(bid: Bid) -> list[LibraryPaper]:
    """The papers of the proposal's organisation, those that still count first."""
    today = clock.today()
    found = [
        LibraryPaper(
            row.id, row.kind, row.title, row.year, row.expires_on, has_expired(row, today), stored.size, stored.sha256
        )
        for row, stored in parties.documents(bid.party_id)
    ]  # fmt: skip
    return sorted(found, key=lambda paper: paper.expired)
