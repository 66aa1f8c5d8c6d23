"""Reads of funds, programmes and the ledger."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from portal.budgets.models import Account, FundSource, Movement, Posting, Programme
from portal.budgets.policies import may_see_programme
from portal.budgets.values import AccountKey, AccountKind, Line
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.money import Money
from portal.core.policy import Actor, can
from portal.parties.values import STAFF


def get_programme(actor: Actor, programme_id: UUID) -> Programme:
    """A programme of one of the actor's units. Raises ``NotFound``."""
    programme = db.session.get(Programme, programme_id)
    if programme is None or not can(may_see_programme, actor, programme):
        raise NotFound()
    return programme


def list_programmes(actor: Actor) -> list[Programme]:
    """The programmes of the actor's units, newest year first."""
    statement = select(Programme).order_by(Programme.year.desc(), Programme.name)
    if not actor.is_system:
        statement = statement.where(Programme.unit_id.in_(actor.scopes(*STAFF)))
    return list(db.session.scalars(statement))


def get_fund_source(fund_source_id: UUID) -> FundSource:
    """A fund source by id. Raises ``NotFound``."""
    found = db.session.get(FundSource, fund_source_id)
    if found is None:
        raise NotFound()
    return found


def balances(subject_id: UUID) -> dict[AccountKind, Money]:
    """What a programme, call or contract holds in each stage; every stage is there, empty ones with zero."""
    rows = db.session.execute(select(Account.kind, Account.balance).where(Account.subject_id == subject_id))
    found = dict.fromkeys(AccountKind, Money.ZERO)
    for kind, balance in rows:
        found[kind] += balance
    return found


def account_balances(keys: Iterable[AccountKey]) -> dict[AccountKey, Money]:
    """The balances of the accounts that exist among ``keys`` (one query)."""
    wanted = set(keys)
    rows = db.session.execute(
        select(Account.kind, Account.fund_source_id, Account.subject_id, Account.balance).where(
            Account.subject_id.in_({key.subject_id for key in wanted})
        )
    )
    found = {AccountKey(kind, fund, subject): balance for kind, fund, subject, balance in rows}
    return {key: balance for key, balance in found.items() if key in wanted}


def find_movement(reference: str) -> Movement | None:
    """The movement with this reference, if it was posted."""
    return db.session.scalars(select(Movement).where(Movement.reference == reference)).first()


def lines_of(movement_id: UUID) -> list[Line]:
    """The lines of a movement as values (one query)."""
    source, target = aliased(Account), aliased(Account)
    rows = db.session.execute(
        select(Posting.amount, source.kind, source.fund_source_id, source.subject_id, target.kind, target.fund_source_id, target.subject_id)
        .join(source, source.id == Posting.source_id)
        .join(target, target.id == Posting.target_id)
        .where(Posting.movement_id == movement_id)
    )  # fmt: skip
    return [Line(AccountKey(*row[1:4]), AccountKey(*row[4:7]), row[0]) for row in rows]
