"""Reads of the ledger: programme → stages → movements → postings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from portal.budgets.models import Account, FundSource, Movement, Posting, Programme
from portal.budgets.values import AccountKind, MovementKind
from portal.contracts.models import Contract
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.lists import Page, paginate
from portal.core.money import Money
from portal.core.policy import Actor
from portal.payments.policies import LEDGER_READERS
from portal.tenders.models import Tender

STAGES = tuple(kind for kind in AccountKind if kind is not AccountKind.EXTERNAL)


@dataclass(frozen=True)
class Balances:
    """What a programme, call or contract holds in each stage of money."""

    stages: Mapping[AccountKind, Money]

    @property
    def appropriated(self) -> Money:
        """Everything that ever came in and has not left through the outside account."""
        return sum(self.stages.values(), Money.ZERO)

    def at_least(self, kind: AccountKind) -> Money:
        """What has come as far as this stage or further: the bar of a money chart."""
        return sum((self.stages[later] for later in STAGES[STAGES.index(kind) :]), Money.ZERO)


@dataclass(frozen=True)
class PostingRow:
    """One line of a movement in words: an amount left one account and arrived at another."""

    source: AccountKind
    source_name: str
    target: AccountKind
    target_name: str
    amount: Money


def _subject_ids(programme_id: UUID) -> Any:
    """The programme itself, its calls and its contracts, as a subquery of ids."""
    return (
        select(Programme.id)
        .where(Programme.id == programme_id)
        .union_all(
            select(Tender.id).where(Tender.programme_id == programme_id),
            select(Contract.id).where(Contract.programme_id == programme_id),
        )
    )


def programmes(actor: Actor) -> list[tuple[Programme, FundSource, Balances]]:
    """The programmes of the actor's units with fund and balances, newest year first (two queries)."""
    rows = db.session.execute(
        select(Programme, FundSource)
        .join(FundSource, FundSource.id == Programme.fund_source_id)
        .where(Programme.unit_id.in_(actor.scopes(*LEDGER_READERS)))
        .order_by(Programme.year.desc(), Programme.name)
    ).all()
    found = programme_balances(row[0].id for row in rows)
    return [(row[0], row[1], found[row[0].id]) for row in rows]


def programme_balances(programme_ids: Iterable[UUID]) -> dict[UUID, Balances]:
    """Balances by stage of programmes with all their calls and contracts (one query)."""
    ids = list(programme_ids)
    owner = (
        select(Programme.id.label("subject"), Programme.id.label("programme"))
        .union_all(
            select(Tender.id, Tender.programme_id),
            select(Contract.id, Contract.programme_id),
        )
        .subquery()
    )
    sums = db.session.execute(
        select(owner.c.programme, Account.kind, func.sum(Account.balance))
        .join(Account, Account.subject_id == owner.c.subject)
        .where(owner.c.programme.in_(ids), Account.kind.in_(STAGES))
        .group_by(owner.c.programme, Account.kind)
    )
    stages: dict[UUID, dict[AccountKind, Money]] = {key: dict.fromkeys(STAGES, Money.ZERO) for key in ids}
    for programme_id, kind, amount in sums:
        stages[programme_id][kind] = amount
    return {key: Balances(found) for key, found in stages.items()}


def subjects(programme: Programme) -> list[tuple[str, Balances]]:
    """Each account holder of a programme with its balances: the programme, its calls, its contracts."""
    names = _names(programme.id)
    found: dict[UUID, dict[AccountKind, Money]] = {}
    rows = db.session.execute(
        select(Account.subject_id, Account.kind, func.sum(Account.balance))
        .where(Account.subject_id.in_(_subject_ids(programme.id)), Account.kind.in_(STAGES))
        .group_by(Account.subject_id, Account.kind)
    )
    for subject, kind, amount in rows:
        found.setdefault(subject, dict.fromkeys(STAGES, Money.ZERO))[kind] = amount
    return [(name, Balances(found[key])) for key, name in names.items() if key in found]


def _names(programme_id: UUID) -> dict[UUID, str]:
    """What the account holders of a programme are called: the programme first, then calls, then contracts."""
    programme = select(Programme.id, Programme.name).where(Programme.id == programme_id)
    tenders = select(Tender.id, Tender.number, Tender.title).where(Tender.programme_id == programme_id)
    contracts = select(Contract.id, Contract.number, Contract.title).where(
        Contract.programme_id == programme_id
    )
    names = {row[0]: row[1] for row in db.session.execute(programme)}
    names |= {
        key: f"{number} {title}" for key, number, title in db.session.execute(tenders.order_by(Tender.number))
    }
    names |= {
        key: f"{number} {title}"
        for key, number, title in db.session.execute(contracts.order_by(Contract.number))
    }
    return names


def _movements(programme_id: UUID) -> Any:
    """Movements that touch an account of the programme, its calls or its contracts, each with its sum."""
    accounts = select(Account.id).where(Account.subject_id.in_(_subject_ids(programme_id)))
    return (
        select(Movement, func.sum(Posting.amount).label("amount"))
        .join(Posting, Posting.movement_id == Movement.id)
        .where(or_(Posting.source_id.in_(accounts), Posting.target_id.in_(accounts)))
        .group_by(Movement.id)
    )


def list_movements(programme_id: UUID, args: Mapping[str, str], *, per_page: int = 20) -> Page[Any]:
    """Rows (movement, sum) of a programme; filters ``kind`` and ``q`` (reference or memo)."""
    statement = _movements(programme_id)
    if args.get("kind") in set(MovementKind):
        statement = statement.where(Movement.kind == args["kind"])
    words = args.get("q", "").strip()
    if words:
        statement = statement.where(
            or_(Movement.reference.ilike(f"%{words}%"), Movement.memo.ilike(f"%{words}%"))
        )
    sorts = {"at": Movement.at, "amount": func.sum(Posting.amount)}
    return paginate(statement, args, sorts=sorts, default="-at", scalars=False, per_page=per_page)


def get_movement(programme: Programme, movement_id: UUID) -> tuple[Movement, list[PostingRow]]:
    """A movement of the programme with its lines in words. Raises ``NotFound``."""
    row = db.session.execute(_movements(programme.id).where(Movement.id == movement_id)).first()
    if row is None:
        raise NotFound()
    source, target = aliased(Account), aliased(Account)
    names = _names(programme.id)
    lines = db.session.execute(
        select(source.kind, source.subject_id, target.kind, target.subject_id, Posting.amount)
        .select_from(Posting)
        .join(source, source.id == Posting.source_id)
        .join(target, target.id == Posting.target_id)
        .where(Posting.movement_id == movement_id)
        .order_by(Posting.id)
    )
    movement: Movement = row[0]
    return movement, [
        PostingRow(one, names.get(one_id, ""), other, names.get(other_id, ""), amount)
        for one, one_id, other, other_id, amount in lines
    ]
