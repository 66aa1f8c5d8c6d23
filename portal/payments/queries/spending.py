"""Reads of what organisations spent."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from portal.contracts import queries as contracts
from portal.contracts.models import Contract, ContractLine
from portal.core.db import db, get
from portal.core.errors import NotFound
from portal.core.files import StoredFile
from portal.core.lists import Page, paginate
from portal.core.money import Money
from portal.core.policy import Actor
from portal.payments.models import Spending
from portal.payments.queries.instalments import paid_total
from portal.payments.values import HeadBudget, Totals


def spending_by_head(contract_id: UUID) -> list[HeadBudget]:
    """Budget and spending of each head of a contract, in the order of its budget (two queries)."""
    sums = db.session.execute(
        select(Spending.head_code, func.sum(Spending.amount))
        .where(Spending.contract_id == contract_id)
        .group_by(Spending.head_code)
    )
    spent = {row[0]: row[1] for row in sums}
    rows = db.session.execute(
        select(ContractLine.head_code, func.min(ContractLine.head_title), func.sum(ContractLine.amount))
        .where(ContractLine.contract_id == contract_id)
        .group_by(ContractLine.head_code)
        .order_by(func.min(ContractLine.position))
    )
    return [HeadBudget(code, title, budget, spent.get(code) or Money.ZERO) for code, title, budget in rows]


def spent_total(contract_id: UUID) -> Money:
    """What the organisation spent of a contract's money, by its vouchers."""
    statement = select(func.sum(Spending.amount)).where(Spending.contract_id == contract_id)
    return db.session.scalar(statement) or Money.ZERO


def totals(contract: Contract) -> Totals:
    """Contract sum, paid and spent (two queries)."""
    return Totals(contract.amount, paid_total(contract.id), spent_total(contract.id))


def last_entry(contract_id: UUID, number: str) -> Spending | None:
    """The newest entry under a voucher number of the contract: the voucher itself, or its reversal."""
    statement = select(Spending).where(Spending.contract_id == contract_id, Spending.voucher == number)
    return db.session.scalars(statement.order_by(Spending.entry.desc()).limit(1)).first()


def reversal_of(spending: Spending) -> Spending | None:
    """The entry that took this one back, if there is one."""
    return db.session.scalars(select(Spending).where(Spending.reverses_id == spending.id)).first()


def get_spending(actor: Actor, spending_id: UUID) -> tuple[Spending, Contract]:
    """A voucher and its contract, if the actor may know of it. Raises ``NotFound``."""
    spending = get(Spending, spending_id)
    return spending, contracts.get_contract(actor, spending.contract_id)


def list_spending(contract_id: UUID, args: Mapping[str, str], *, per_page: int = 20) -> Page[Any]:
    """The vouchers of a contract; filter ``head``."""
    statement: Any = select(Spending).where(Spending.contract_id == contract_id)
    if args.get("head"):
        statement = statement.where(Spending.head_code == args["head"])
    sorts = {
        "day": Spending.spent_on,
        "amount": Spending.amount,
        "payee": Spending.payee,
        "voucher": Spending.voucher,
    }
    return paginate(statement, args, sorts=sorts, default="-day", per_page=per_page)


def get_scan(actor: Actor, spending_id: UUID) -> StoredFile:
    """The scan of a voucher, if the actor may know of it. Raises ``NotFound``."""
    row = db.session.execute(
        select(Spending, StoredFile)
        .join(StoredFile, StoredFile.id == Spending.file_id)
        .where(Spending.id == spending_id)
    ).first()
    if row is None:
        raise NotFound()
    contracts.get_contract(actor, row[0].contract_id)
    stored: StoredFile = row[1]
    return stored
