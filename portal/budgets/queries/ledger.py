"""Reads of funds, programmes and the ledger."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, literal, or_, select, type_coerce
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement

from portal.budgets.models import Account, FundSource, Movement, Posting, Programme
from portal.budgets.policies import READERS, may_see_programme
from portal.budgets.values import AccountKey, AccountKind, FundKind, Line, MovementKind, ProgrammeKind
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.lists import Page, paginate
from portal.core.money import Money
from portal.core.policy import Actor, can
from portal.core.types import MoneyType
from portal.notices.models import Notice
from portal.notices.values import NoticeKind
from portal.parties import queries as parties
from portal.parties.models import Unit

Balances = dict[AccountKind, Money]


@dataclass(frozen=True)
class Entry:
    """One posting as the ledger shows it, with the movement it belongs to and both accounts."""

    movement: Movement
    source: Account
    target: Account
    amount: Money


# --- programmes


def get_programme(actor: Actor, programme_id: UUID) -> Programme:
    """A programme of one of the actor's units. Raises ``NotFound``."""
    programme = db.session.get(Programme, programme_id)
    if programme is None or not can(may_see_programme, actor, programme):
        raise NotFound()
    return programme


def public_programme(programme_id: UUID) -> Programme:
    """A programme as the public knows it. Raises ``NotFound`` until money was appropriated."""
    programme = db.session.get(Programme, programme_id)
    if programme is None or not has_money(programme_id):
        raise NotFound()
    return programme


def list_programmes(actor: Actor) -> list[Programme]:
    """The programmes of the actor's units, newest year first."""
    return list(db.session.scalars(_seen_by(actor).order_by(Programme.year.desc(), Programme.name)))


def page_of_programmes(actor: Actor, args: Mapping[str, str], **options: Any) -> Page[Any]:
    """Programmes of the actor's units with unit name and fund source; filters as in ``public_programmes``."""
    return _page(_seen_by(actor), args, **options)


def public_programmes(args: Mapping[str, str], **options: Any) -> Page[Any]:
    """Programmes with money, for everybody: rows of programme, unit name, fund source.

    Filters: ``q`` (part of the name), ``year``, ``kind``, ``fund`` (kind of fund), ``unit``.
    """
    with_money = exists().where(Account.programme_id == Programme.id)
    return _page(select(Programme).where(with_money), args, **options)


def _seen_by(actor: Actor) -> Select[Programme]:
    statement = select(Programme)
    return statement if actor.is_system else statement.where(Programme.unit_id.in_(actor.scopes(*READERS)))


def _page(statement: Select[Any], args: Mapping[str, str], **options: Any) -> Page[Any]:
    statement = (
        statement.add_columns(Unit.name, FundSource)
        .join(Unit, Unit.id == Programme.unit_id)
        .join(FundSource, FundSource.id == Programme.fund_source_id)
    )
    if sought := args.get("q", "").strip():
        statement = statement.where(Programme.name.icontains(sought, autoescape=True))
    if args.get("year", "").isdecimal():
        statement = statement.where(Programme.year == int(args["year"][:4]))
    if args.get("kind") in set(ProgrammeKind):
        statement = statement.where(Programme.kind == ProgrammeKind(args["kind"]))
    if args.get("fund") in set(FundKind):
        statement = statement.where(FundSource.kind == FundKind(args["fund"]))
    if args.get("unit"):
        statement = statement.where(Unit.name == args["unit"])
    sorts = {"name": Programme.name, "year": Programme.year, "unit": Unit.name, "fund": FundSource.name}
    return paginate(statement, args, sorts=sorts, default="-year", scalars=False, **options)


def has_money(programme_id: UUID) -> bool:
    """Whether money was ever appropriated to the programme."""
    return bool(db.session.scalar(select(exists().where(Account.programme_id == programme_id))))


def stages(programme_ids: Iterable[UUID]) -> dict[UUID, Balances]:
    """Where the money of each programme is now, its calls and contracts included (one query)."""
    ids = list(programme_ids)
    rows: Iterable[Any] = db.session.execute(
        select(Account.programme_id, Account.kind, func.sum(Account.balance))
        .where(Account.programme_id.in_(ids))
        .group_by(Account.programme_id, Account.kind)
    )
    found: dict[UUID, Balances] = {key: dict.fromkeys(AccountKind, Money.ZERO) for key in ids}
    for programme_id, kind, balance in rows:
        found[programme_id][kind] = balance
    return found


# --- fund sources


def with_units_above(unit_ids: Iterable[UUID]) -> set[UUID]:
    """These units and every unit above them, whose fund sources they may draw on."""
    return {UUID(part) for unit in parties.units(unit_ids) for part in unit.path.strip("/").split("/")}


def list_fund_sources(actor: Actor, args: Mapping[str, str], **options: Any) -> Page[Any]:
    """Fund sources of the actor's units and of those above: rows of source, unit name, money appropriated.

    Filters: ``q`` (part of the name), ``kind``.
    """
    statement = (
        select(FundSource, Unit.name, _or_nothing(-Account.balance))
        .join(Unit, Unit.id == FundSource.unit_id)
        .outerjoin(
            Account, (Account.fund_source_id == FundSource.id) & (Account.kind == AccountKind.EXTERNAL)
        )
    )
    if not actor.is_system:
        statement = statement.where(FundSource.unit_id.in_(with_units_above(actor.scopes(*READERS))))
    if sought := args.get("q", "").strip():
        statement = statement.where(FundSource.name.icontains(sought, autoescape=True))
    if args.get("kind") in set(FundKind):
        statement = statement.where(FundSource.kind == FundKind(args["kind"]))
    sorts = {"name": FundSource.name, "unit": Unit.name, "created_at": FundSource.created_at}
    return paginate(statement, args, sorts=sorts, default="name", scalars=False, **options)


def usable_fund_sources(unit_ids: Iterable[UUID]) -> list[FundSource]:
    """The fund sources that programmes of these units may draw on, by name."""
    statement = select(FundSource).where(FundSource.unit_id.in_(with_units_above(unit_ids)))
    return list(db.session.scalars(statement.order_by(FundSource.name)))


def get_fund_source(fund_source_id: UUID) -> FundSource:
    """A fund source by id. Raises ``NotFound``."""
    found = db.session.get(FundSource, fund_source_id)
    if found is None:
        raise NotFound()
    return found


def _or_nothing(amount: ColumnElement[Any]) -> ColumnElement[Money]:
    return type_coerce(func.coalesce(amount, literal(0)), MoneyType())


# --- ledger


def balances(subject_id: UUID) -> Balances:
    """What a programme, call or contract holds in each stage; every stage is there, empty ones with zero."""
    rows = db.session.execute(select(Account.kind, Account.balance).where(Account.subject_id == subject_id))
    found: Balances = dict.fromkeys(AccountKind, Money.ZERO)
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


def get_movement(actor: Actor, movement_id: UUID) -> tuple[Movement, list[Entry], Programme]:
    """A movement with its postings and the programme whose money it moved. Raises ``NotFound``."""
    entries = list(_entries(Posting.movement_id == movement_id))
    owner = entries[0].target.programme_id if entries else None
    if owner is None:
        raise NotFound()
    return entries[0].movement, entries, get_programme(actor, owner)


def get_account(actor: Actor, account_id: UUID) -> tuple[Account, Programme]:
    """An account of a programme that the actor may see. Raises ``NotFound``."""
    account = db.session.get(Account, account_id)
    if account is None or account.programme_id is None:
        raise NotFound()
    return account, get_programme(actor, account.programme_id)


def accounts_of(programme_id: UUID) -> list[Account]:
    """The accounts in which a programme's money is or was, by stage."""
    order = list(AccountKind)
    rows = db.session.scalars(select(Account).where(Account.programme_id == programme_id))
    return sorted(
        rows, key=lambda account: (order.index(account.kind), -account.balance.fen, str(account.id))
    )


def list_movements(programme_id: UUID, args: Mapping[str, str], **options: Any) -> Page[Any]:
    """Movements of a programme's money: rows of movement and total. Filters: ``kind``, ``q`` (reference or memo)."""
    mine = select(Account.id).where(Account.programme_id == programme_id)
    statement = (
        select(Movement, func.sum(Posting.amount).label("total"))
        .join(Posting, Posting.movement_id == Movement.id)
        .where(Posting.target_id.in_(mine))
        .group_by(Movement.id)
    )
    if args.get("kind") in set(MovementKind):
        statement = statement.where(Movement.kind == MovementKind(args["kind"]))
    if sought := args.get("q", "").strip():
        statement = statement.where(
            or_(Movement.reference.icontains(sought, autoescape=True), Movement.memo.icontains(sought, autoescape=True))
        )  # fmt: skip
    sorts = {"at": Movement.at, "kind": Movement.kind, "amount": func.sum(Posting.amount)}
    return paginate(statement, args, sorts=sorts, default="-at", scalars=False, **options)


def entries_of(account_id: UUID, args: Mapping[str, str], **options: Any) -> Page[Any]:
    """What went into and out of an account: rows of posting, movement, and the account on the other side."""
    other = aliased(Account)
    statement = (
        select(Posting, Movement, other)
        .join(Movement, Movement.id == Posting.movement_id)
        .join(
            other,
            or_(other.id == Posting.source_id, other.id == Posting.target_id) & (other.id != account_id),
        )
        .where(or_(Posting.source_id == account_id, Posting.target_id == account_id))
    )
    sorts = {"at": Movement.at, "amount": Posting.amount}
    return paginate(statement, args, sorts=sorts, default="-at", scalars=False, **options)


def _entries(*conditions: Any) -> Iterable[Entry]:
    source, target = aliased(Account), aliased(Account)
    rows = db.session.execute(
        select(Movement, source, target, Posting.amount)
        .join(Posting, Posting.movement_id == Movement.id)
        .join(source, source.id == Posting.source_id)
        .join(target, target.id == Posting.target_id)
        .where(*conditions)
        .order_by(Movement.at, Posting.id)
    )
    return [Entry(*row) for row in rows]


def unbalanced_accounts() -> list[tuple[Account, Money]]:
    """Accounts whose balance is not the sum of their postings, with that sum; only tampering makes one."""
    ins = select(Posting.target_id.label("id"), Posting.amount.label("amount"))
    outs = select(Posting.source_id.label("id"), (-Posting.amount).label("amount"))
    both = ins.union_all(outs).subquery()
    total = _or_nothing(func.sum(both.c.amount))
    statement = (
        select(Account, total)
        .outerjoin(both, both.c.id == Account.id)
        .group_by(Account.id)
        .having(total != Account.balance)
    )
    return [(account, expected) for account, expected in db.session.execute(statement)]


def papers(subject_ids: Iterable[UUID]) -> dict[UUID, Notice]:
    """For each call or contract the public notice that announced it, which gives it a name (one query)."""
    ids = set(subject_ids)
    rows = db.session.scalars(
        select(Notice)
        .where(
            or_(
                Notice.tender_id.in_(ids) & (Notice.kind == NoticeKind.CALL),
                Notice.subject_id.in_(ids) & (Notice.kind == NoticeKind.CONTRACT),
            )
        )
        .order_by(Notice.published_at)
    )
    return {n.tender_id if n.kind == NoticeKind.CALL else n.subject_id: n for n in rows}


def calls_of(programme_id: UUID) -> Sequence[Notice]:
    """The notices of the programme's calls, newest first; a published call holds or held reserved money."""
    held = select(Account.subject_id).where(
        Account.programme_id == programme_id, Account.kind == AccountKind.RESERVED
    )
    return db.session.scalars(
        select(Notice)
        .where(Notice.tender_id.in_(held), Notice.kind == NoticeKind.CALL)
        .order_by(Notice.published_at.desc(), Notice.number)
    ).all()
