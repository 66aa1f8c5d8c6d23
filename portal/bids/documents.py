"""Plain values for the papers of proposals: receipt, own copy, opening minutes."""

from datetime import datetime
from typing import Any

import segno

from portal.accounts import queries as people
from portal.bids import queries, rules
from portal.bids.models import Bid, BidVersion, Opening
from portal.bids.rules import exact
from portal.bids.values import GivenOpinion, ProposalContent, ShownDraft
from portal.core.clock import local
from portal.core.money import Money
from portal.tenders.models import Tender
from portal.tenders.values import HolderRole


def receipt(bid: Bid, version: BidVersion) -> dict[str, Any]:
    """What a receipt certifies: number, time, digest, call, organisation; nothing of the content."""
    return {
        "number": version.receipt_number, "digest": version.receipt_digest, "received_at": exact(version.received_at),
        "tender": f"{bid.tender.number} {bid.tender.title}", "lot": bid.lot.title, "organisation": bid.party.name,
        "code": bid.party.code, "version": version.number,
    }  # fmt: skip


def own_copy(bid: Bid, version: BidVersion, content: ProposalContent) -> dict[str, Any]:
    """The whole proposal for its own organisation, with the facts of its receipt."""
    heads = {head.code: head.title for head in queries.heads(bid.tender_id)}
    return {
        **receipt(bid, version), "content": content, "answers": queries.answered(bid.tender, content), "heads": heads,
        "papers": queries.papers(bid.tender),
    }  # fmt: skip


def stamp_page(bid: Bid, content: ProposalContent, address: str) -> dict[str, Any]:
    """The page to be signed and sealed: what it stands for, its version, and where the photo of it goes."""
    return {
        "tender": f"{bid.tender.number} {bid.tender.title}", "lot": bid.lot.title, "organisation": bid.party.name,
        "code": bid.party.code, "legal_representative": bid.party.legal_representative, "content": content,
        "version": rules.version_code(content), "address": address, "qr": segno.make(address, error="m").svg_data_uri(scale=3, border=0),
    }  # fmt: skip


def opinion(shown: ShownDraft, given: GivenOpinion, photo: str, at: datetime) -> dict[str, Any]:
    """The paper of an outsider's opinion: on what, what, by whom; ``photo`` is a data address."""
    return {"shown": shown, "given": given, "photo": photo, "at": f"{local(at):%Y-%m-%d %H:%M}"}


def minutes(tender: Tender, opening: Opening) -> dict[str, Any]:
    """The minutes of an opening: who, when, by which keys, how many for each lot, receipts, digests and quotes."""
    names = people.names([opening.officer_id, opening.supervisor_id])
    lots = queries.lots(tender.id)
    recovery = queries.recovery_of(tender.id)
    entries = [
        {**entry, "quote": None if entry["quote"] is None else Money(entry["quote"])}
        for entry in opening.entries
    ]
    return {
        "number": tender.number, "tender": tender.title, "deadline": f"{local(tender.deadline_at):%Y-%m-%d %H:%M}" if tender.deadline_at else "",
        "opened_at": exact(opening.opened_at), "minimum": tender.minimum_bids, "entries": entries,
        "officer": names[opening.officer_id], "supervisor": names[opening.supervisor_id],
        "recovery": recovery and {**recovery, "missing": HolderRole(recovery["missing"])},
        "counts": [(lot.title, opening.counts.get(str(lot.id), 0)) for lot in lots],
    }  # fmt: skip
