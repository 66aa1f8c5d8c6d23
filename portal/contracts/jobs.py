"""Reactions: the contract paper, the signed paper, and the letters to both sides."""

from uuid import UUID

from portal.accounts.queries import recipients
from portal.contracts import queries
from portal.contracts.documents import contract_paper
from portal.contracts.models import Contract
from portal.contracts.values import Side
from portal.core import audit, files
from portal.core.db import db, get
from portal.core.jobs import handles
from portal.core.mail import notify
from portal.core.policy import Actor
from portal.parties import queries as parties
from portal.parties.values import Role

PRINTER = Actor.system("contracts")


def _paper(contract_id: str) -> bytes | None:
    """The unsigned paper; nothing when it exists already."""
    contract = db.session.get(Contract, UUID(contract_id))
    return None if contract is None or contract.pdf_id else contract_paper(UUID(contract_id))


def _signed_paper(contract_id: str) -> bytes | None:
    contract = db.session.get(Contract, UUID(contract_id))
    return None if contract is None or contract.signed_pdf_id else contract_paper(UUID(contract_id))


@handles("contract.drawn_up", prepare=_paper)
def keep_paper(pdf: bytes | None, contract_id: str) -> None:
    """Keep the paper and tell both sides, once, in one transaction."""
    contract = get(Contract, UUID(contract_id), lock=True)
    if pdf is None or contract.pdf_id:
        return
    contract.pdf_id = files.save(
        pdf, name=f"{contract.number} {contract.title}.pdf", media_type="application/pdf"
    ).id
    audit.record("contract.make_paper", contract, PRINTER)
    _tell(contract, "contract_to_sign", f"/contracts/{contract.id}/sign")


@handles("contract.signed", prepare=_signed_paper)
def keep_signed_paper(pdf: bytes | None, contract_id: str) -> None:
    """Keep the paper with both signatures and tell both sides that the contract is in force."""
    contract = get(Contract, UUID(contract_id), lock=True)
    if pdf is None or contract.signed_pdf_id:
        return
    contract.signed_pdf_id = files.save(
        pdf, name=f"{contract.number} {contract.title}（已签署）.pdf", media_type="application/pdf"
    ).id
    audit.record("contract.make_signed_paper", contract, PRINTER)
    _tell(contract, "contract_in_force", f"/contracts/{contract.id}")


@handles("contract.side_signed")
def tell_other_side(contract_id: str, side: str) -> None:
    """Tell the side that has not signed yet that the other one has."""
    contract = get(Contract, UUID(contract_id))
    missing = set(Side) - set(queries.signatures(contract.id))
    if missing:
        _tell(
            contract, "contract_other_signed", f"/contracts/{contract.id}/sign", only=missing, side=Side(side)
        )


@handles("contract.cancelled")
def tell_cancelled(contract_id: str, reason: str) -> None:
    """Tell both sides that the contract will not be signed, and why."""
    _tell(get(Contract, UUID(contract_id)), "contract_cancelled", f"/contracts/{contract_id}", reason=reason)


def _tell(
    contract: Contract, template: str, link: str, *, only: set[Side] | None = None, **context: object
) -> None:
    people = []
    if only is None or Side.BUYER in only:
        people += parties.holders(Role.PROGRAMME_OFFICER, contract.unit_id)
        people += parties.holders(Role.PROGRAMME_APPROVER, contract.unit_id)
    if only is None or Side.SUPPLIER in only:
        people += parties.members(contract.party_id)
    notify(
        recipients(people), template, link=link, number=contract.number, title=contract.title,
        amount=contract.amount, **context,
    )  # fmt: skip
