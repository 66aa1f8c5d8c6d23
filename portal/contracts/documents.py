"""Plain values of the contract paper."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import segno

from portal.contracts import queries
from portal.contracts.models import Contract
from portal.contracts.values import Side
from portal.core.clock import local
from portal.core.config import settings
from portal.core.db import db
from portal.core.documents import render_pdf
from portal.core.errors import NotFound


def verify_address(digest: str) -> str:
    """Where anybody can check a paper with this digest."""
    return f"{settings().base_url}/contracts/verify?{urlencode({'digest': digest})}"


def contract_paper(contract_id: UUID) -> bytes:
    """The PDF of a contract: the frozen terms, and both signatures once they are there."""
    contract = db.session.get(Contract, contract_id)
    if contract is None:
        raise NotFound()
    return render_pdf("contract.html", **paper_context(contract))


def paper_context(contract: Contract) -> dict[str, Any]:
    """What the paper shows besides the terms: signatures with Beijing times, and how to verify them."""
    address = verify_address(contract.terms_digest)
    signed = queries.signatures(contract.id)
    return {
        "number": contract.number,
        "digest": contract.terms_digest,
        "terms": contract.terms,
        "address": address.split("?")[0],
        "qr": segno.make(address, error="m").svg_data_uri(scale=3, border=0),
        "signatures": [
            {
                "role": "甲方（购买主体）" if side is Side.BUYER else "乙方（承接主体）",
                "party": contract.terms["buyer" if side is Side.BUYER else "supplier"]["name"],
                "name": signed[side].name if side in signed else "",
                "at": f"{local(signed[side].signed_at):%Y-%m-%d %H:%M:%S}" if side in signed else "",
                "digest": signed[side].digest if side in signed else "",
            }
            for side in Side
        ],
    }
