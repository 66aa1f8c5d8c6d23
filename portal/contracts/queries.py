"""Reads of contracts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select

from portal.awards.models import Award
from portal.awards.values import AwardStatus
from portal.contracts.models import Contract, ContractLine, Signature
from portal.contracts.policies import READERS, may_read_contract
from portal.contracts.values import ContractStatus, PlannedPart, PlannedStep, Side
from portal.core.db import db, get
from portal.core.errors import NotFound
from portal.core.files import StoredFile
from portal.core.lists import Page, paginate
from portal.core.money import Money
from portal.core.papers import official
from portal.core.policy import Actor, can
from portal.parties.models import Party, Unit
from portal.parties.values import ORGANISATION, Role
from portal.tenders.models import PlannedInstalment, PlannedMilestone, Tender
from portal.tenders.rules import requirement_in_words

SIGNED = (ContractStatus.ACTIVE, ContractStatus.TERMINATED)


@dataclass(frozen=True)
class Parties:
    """Names of both sides of a contract."""

    buyer: str
    supplier: str


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The SQL twin of ``may_read_contract``, for lists of contracts and of what belongs to them."""
    return or_(
        Contract.unit_id.in_(actor.scopes(*READERS)), Contract.party_id.in_(actor.scopes(*ORGANISATION))
    )


def get_contract(actor: Actor, contract_id: UUID) -> Contract:
    """The contract, if the actor may know of it. Raises ``NotFound``."""
    contract = db.session.get(Contract, contract_id)
    if contract is None or not can(may_read_contract, actor, contract):
        raise NotFound()
    return contract


def list_contracts(actor: Actor, args: Mapping[str, str]) -> Page[Any]:
    """Rows (contract, organisation, unit) that the actor may see, filtered by ``q`` and ``status``."""
    return _paged(_named().where(visible_to(actor)), args)


def list_public_contracts(args: Mapping[str, str]) -> Page[Any]:
    """Rows (contract, organisation, unit) of the contracts that both sides have signed."""
    return _paged(_named().where(Contract.status.in_(SIGNED)), args)


def _named() -> Any:  # a select of three columns
    return (
        select(Contract, Party.name.label("party_name"), Unit.name.label("unit_name"))
        .join(Party, Party.id == Contract.party_id)
        .join(Unit, Unit.id == Contract.unit_id)
    )


def _paged(statement: Any, args: Mapping[str, str]) -> Page[Any]:
    words = args.get("q", "").strip()
    if words:
        like = f"%{words}%"
        statement = statement.where(
            or_(Contract.number.ilike(like), Contract.title.ilike(like), Party.name.ilike(like))
        )
    if args.get("status") in set(ContractStatus):
        statement = statement.where(Contract.status == args["status"])
    sorts = {
        "number": Contract.number, "title": Contract.title, "party": Party.name, "amount": Contract.amount,
        "signed": Contract.signed_at, "ends": Contract.ends_on,
    }  # fmt: skip
    return paginate(statement, args, sorts=sorts, default="-number", scalars=False)


def public_contract(contract_id: UUID) -> Contract:
    """A contract that both sides have signed. Raises ``NotFound``."""
    contract = db.session.get(Contract, contract_id)
    if contract is None or contract.status not in SIGNED:
        raise NotFound()
    return contract


def find_by_digest(digest: str) -> Contract | None:
    """The signed contract whose terms, paper or signed paper have this SHA-256 (hex)."""
    files = select(StoredFile.id).where(StoredFile.sha256 == digest)
    statement = select(Contract).where(
        Contract.status.in_(SIGNED),
        or_(Contract.terms_digest == digest, Contract.pdf_id.in_(files), Contract.signed_pdf_id.in_(files)),
    )
    return db.session.scalars(statement).first()


def parties(contract: Contract) -> Parties:
    """Names of both sides (one query)."""
    statement = (
        select(Unit.name, Party.name)
        .select_from(Contract)
        .join(Unit, Unit.id == Contract.unit_id)
        .join(Party, Party.id == Contract.party_id)
        .where(Contract.id == contract.id)
    )
    row = db.session.execute(statement).one()
    return Parties(row[0], row[1])


def lines(contract_id: UUID) -> list[ContractLine]:
    """The budget lines in order."""
    statement = select(ContractLine).where(ContractLine.contract_id == contract_id)
    return list(db.session.scalars(statement.order_by(ContractLine.position)))


def signatures(contract_id: UUID) -> dict[Side, Signature]:
    """Who has signed so far, by side."""
    rows = db.session.scalars(select(Signature).where(Signature.contract_id == contract_id))
    return {row.side: row for row in rows}


def contract_of_award(award_id: UUID) -> Contract | None:
    """The contract that was drawn up from an award."""
    return db.session.scalars(select(Contract).where(Contract.award_id == award_id)).first()


def is_challenged(contract: Contract) -> bool:
    """Whether a challenge to the result behind the contract waits for its answer."""
    return get(Award, contract.award_id).paused


def awards_without_contract(actor: Actor) -> list[tuple[Award, Tender, str]]:
    """Final awards that wait for their contract, with call and organisation, for the actor's units."""
    statement = (
        select(Award, Tender, Party.name)
        .join(Tender, Tender.id == Award.tender_id)
        .join(Party, Party.id == Award.party_id)
        .where(
            Award.status == AwardStatus.ACTIVE,
            Tender.unit_id.in_(actor.scopes(Role.PROGRAMME_OFFICER)),
            ~exists().where(Contract.award_id == Award.id),
        )
        .order_by(Award.active_at, Award.id)
    )
    return [(row[0], row[1], row[2]) for row in db.session.execute(statement)]


def amounts_still_needed(tender_id: UUID) -> list[Money]:
    """Amounts of the call's awards that have not become a signed (or cancelled) contract yet."""
    settled = exists().where(Contract.award_id == Award.id, Contract.status != ContractStatus.PENDING)
    statement = select(Award.amount).where(
        Award.tender_id == tender_id,
        Award.status.in_((AwardStatus.PENDING, AwardStatus.ACTIVE)),
        ~settled,
    )
    return list(db.session.scalars(statement))


def planned_milestones(tender_id: UUID, starts_on: date) -> list[PlannedStep]:
    """The milestones of a call's contracts, counted from the start of the project."""
    statement = select(PlannedMilestone).where(PlannedMilestone.tender_id == tender_id)
    return [
        PlannedStep(step.position, step.title, starts_on + timedelta(days=step.due_days))
        for step in db.session.scalars(statement.order_by(PlannedMilestone.position))
    ]


def planned_instalments(tender_id: UUID, amount: Money) -> list[PlannedPart]:
    """The instalments of a contract over ``amount``: largest remainder, so that they add up to it exactly."""
    statement = select(PlannedInstalment).where(PlannedInstalment.tender_id == tender_id)
    rows = list(db.session.scalars(statement.order_by(PlannedInstalment.position)))
    titles = {step.position: step.title for step in planned_milestones(tender_id, date.min)}
    if not rows:
        return []
    return [
        PlannedPart(row.position, row.share_bp, share, _conditions(row, titles))
        for row, share in zip(rows, amount.share([row.share_bp for row in rows]), strict=True)
    ]


def _conditions(row: PlannedInstalment, titles: Mapping[int, str]) -> str:
    """All conditions in the words of the Chinese paper."""
    sentences = [requirement_in_words(each, titles) for each in row.requirements]
    return "；".join(official(line.message, **line.params).rstrip("。") for line in sentences)
