"""Use cases of budgets: funds, programmes, and the only way in which money moves."""

from uuid import UUID

from sqlalchemy import select

from portal.budgets import queries, rules
from portal.budgets.models import Account, FundSource, Movement, Posting, Programme
from portal.budgets.policies import may_appropriate, may_enter_funds, may_keep_programme
from portal.budgets.values import AccountKey, AccountKind, FundKind, Line, MovementKind, ProgrammeKind
from portal.core import audit, clock
from portal.core.db import add, check_version, db, get, use_case
from portal.core.errors import Invalid, problem
from portal.core.money import Money
from portal.core.policy import Actor, require
from portal.core.text import N_


@use_case
def create_fund_source(*, actor: Actor, unit_id: UUID, name: str, kind: FundKind, restriction: str) -> FundSource:  # fmt: skip
    """Enter money with a purpose; ``restriction`` says in words what it may be spent on."""
    if not name.strip():
        raise Invalid(problem(N_("Please give a name."), field="name"))
    row = FundSource(unit_id=unit_id, name=name.strip(), kind=kind, restriction=restriction.strip(), created_at=clock.now())  # fmt: skip
    require(may_enter_funds, actor, row)
    add(row)
    audit.record("fund_source.create", row, actor, name=row.name, kind=kind)
    return row


@use_case
def create_programme(
    *, actor: Actor, unit_id: UUID, name: str, kind: ProgrammeKind, year: int, description: str, fund_source_id: UUID
) -> Programme:  # fmt: skip
    """Create a yearly programme that draws on one fund source of its unit or of one above. Raises ``Invalid``."""
    row = Programme(
        unit_id=unit_id, name=name.strip(), kind=kind, year=year, description=description.strip(), fund_source_id=fund_source_id,
        created_at=clock.now(), created_by=actor.user_id,
    )  # fmt: skip
    require(may_keep_programme, actor, row)
    _check_programme(row)
    add(row)
    audit.record("programme.create", row, actor, name=row.name, year=year)
    return row


@use_case
def update_programme(
    *, actor: Actor, programme_id: UUID, version: int | None, name: str, kind: ProgrammeKind, year: int, description: str,
    fund_source_id: UUID,
) -> Programme:  # fmt: skip
    """Change a programme. Its fund source stays once money was appropriated. Raises ``Invalid`` and ``Stale``."""
    row = get(Programme, programme_id, lock=True)
    require(may_keep_programme, actor, row)
    check_version(row, version)
    if fund_source_id != row.fund_source_id and queries.has_money(programme_id):
        raise Invalid(
            problem(N_("Money of the present fund source was appropriated already; the fund source stays."), field="fund_source_id")
        )  # fmt: skip
    new = {
        "name": name.strip(), "kind": kind, "year": year, "description": description.strip(), "fund_source_id": fund_source_id,
    }  # fmt: skip
    changed = {key: [getattr(row, key), value] for key, value in new.items() if getattr(row, key) != value}
    for key, value in new.items():
        setattr(row, key, value)
    _check_programme(row)
    if changed:
        audit.record("programme.update", row, actor, **changed)
    return row


def _check_programme(row: Programme) -> None:
    with db.session.no_autoflush:
        usable = get(FundSource, row.fund_source_id).unit_id in queries.with_units_above({row.unit_id})
    problems = []
    if not row.name:
        problems.append(problem(N_("Please give a name."), field="name"))
    if not rules.FIRST_YEAR <= row.year <= rules.LAST_YEAR:
        problems.append(
            problem(N_("Please give a year from %(first)s to %(last)s."), field="year", first=rules.FIRST_YEAR, last=rules.LAST_YEAR)
        )  # fmt: skip
    if not usable:
        problems.append(
            problem(
                N_("This fund source belongs neither to the unit nor to one above it."),
                field="fund_source_id",
            )
        )
    if problems:
        raise Invalid(*problems)


@use_case
def appropriate(*, actor: Actor, programme_id: UUID, amount: Money, reference: str, memo: str) -> Movement:
    """Put ``amount`` of its fund source at the programme's disposal; ``reference`` is the number of the paper.

    The same paper with the same amount again returns the first movement and changes nothing. Raises ``Invalid``.
    """
    programme = get(Programme, programme_id, lock=True)
    fund_source = get(FundSource, programme.fund_source_id, lock=True)
    require(may_appropriate, actor, fund_source)
    line = Line(
        AccountKey(AccountKind.EXTERNAL, fund_source.id, fund_source.id),
        AccountKey(AccountKind.AVAILABLE, fund_source.id, programme_id),
        amount,
    )
    is_new = queries.find_movement(reference.strip()) is None
    movement = post(
        actor=actor, kind=MovementKind.APPROPRIATE, reference=reference.strip(), memo=memo.strip(), lines=[line]
    )  # fmt: skip
    if is_new:
        audit.record("programme.appropriate", programme, actor, amount=amount, reference=movement.reference)
    return movement


@use_case
def post(*, actor: Actor, kind: MovementKind, reference: str, memo: str, lines: list[Line]) -> Movement:
    """Post a movement: all lines or none. The use case that calls has checked who may.

    ``reference`` names the business fact: posting it again with the same lines returns the first movement, with
    other lines it is refused. Movements of one fund source wait for each other. Raises ``Invalid`` for a way that
    money does not go and for an account that holds too little.
    """
    for fund_source_id in sorted({line.source.fund_source_id for line in lines}):
        get(FundSource, fund_source_id, lock=True)
    earlier = queries.find_movement(reference)
    if earlier is not None:
        if earlier.kind == kind and rules.same_lines(queries.lines_of(earlier.id), lines):
            return earlier
        raise Invalid(
            problem(N_("The reference %(reference)s was used for another movement."), field="reference", reference=reference)
        )  # fmt: skip
    keys = {key for line in lines for key in (line.source, line.target)}
    problems = rules.check_movement(kind, lines, queries.account_balances(keys))
    if not reference.strip():
        problems.append(problem(N_("Please give a reference."), field="reference"))
    if problems:
        raise Invalid(*problems)
    movement = add(
        Movement(kind=kind, reference=reference, memo=memo, at=clock.now(), actor_id=actor.user_id, actor_name=actor.name)
    )  # fmt: skip
    accounts: dict[AccountKey, Account] = {}
    for line in lines:
        source = accounts.setdefault(line.source, _account(line.source, None))
        accounts.setdefault(line.target, _account(line.target, source))
        add(
            Posting(movement_id=movement.id, source_id=accounts[line.source].id, target_id=accounts[line.target].id, amount=line.amount)
        )  # fmt: skip
    for account in accounts.values():
        db.session.expire(account)  # the trigger changed its balance
    return movement


def _account(key: AccountKey, comes_from: Account | None) -> Account:
    """The account of ``key``, opened when it is new; money stays in the programme that it was appropriated for."""
    programme_id = _programme_of(key, comes_from)
    found = db.session.scalars(
        select(Account).where(
            Account.kind == key.kind,
            Account.fund_source_id == key.fund_source_id,
            Account.subject_id == key.subject_id,
        )
    ).first()
    leaves = found is not None and comes_from is not None and found.programme_id != programme_id
    if leaves or (key.kind in rules.HELD_BY_PROGRAMME and programme_id not in {None, key.subject_id}):
        raise Invalid(problem(N_("Money stays in its programme; it cannot go to another.")))
    return found or add(
        Account(kind=key.kind, fund_source_id=key.fund_source_id, subject_id=key.subject_id, programme_id=programme_id)
    )  # fmt: skip


def _programme_of(key: AccountKey, comes_from: Account | None) -> UUID | None:
    if comes_from is None:
        return None
    return key.subject_id if comes_from.kind == AccountKind.EXTERNAL else comes_from.programme_id


def _move(
    actor: Actor, kind: MovementKind, reference: str, memo: str, fund_source_id: UUID, amount: Money,
    source: tuple[AccountKind, UUID], target: tuple[AccountKind, UUID],
) -> Movement:  # fmt: skip
    line = Line(
        AccountKey(source[0], fund_source_id, source[1]),
        AccountKey(target[0], fund_source_id, target[1]),
        amount,
    )
    return post(actor=actor, kind=kind, reference=reference, memo=memo, lines=[line])


@use_case
def reserve(
    *, actor: Actor, tender_id: UUID, programme_id: UUID, fund_source_id: UUID, amount: Money, reference: str = "",
) -> Movement:  # fmt: skip
    """Reserve a call's budget when it is published, once per call; later needs of the call name a ``reference``."""
    return _move(
        actor, MovementKind.RESERVE, reference or f"reserve:{tender_id}", N_("Call published"), fund_source_id, amount,
        (AccountKind.AVAILABLE, programme_id), (AccountKind.RESERVED, tender_id),
    )  # fmt: skip


@use_case
def commit(*, actor: Actor, contract_id: UUID, tender_id: UUID, fund_source_id: UUID, amount: Money) -> Movement:  # fmt: skip
    """Commit a contract's amount out of the call's reservation, once per contract."""
    return _move(
        actor, MovementKind.COMMIT, f"commit:{contract_id}", N_("Contract signed"), fund_source_id, amount,
        (AccountKind.RESERVED, tender_id), (AccountKind.COMMITTED, contract_id),
    )  # fmt: skip


@use_case
def make_payable(*, actor: Actor, contract_id: UUID, fund_source_id: UUID, amount: Money, reference: str) -> Movement:  # fmt: skip
    """Approve an instalment: the amount waits for the cashier."""
    return _move(
        actor, MovementKind.APPROVE, reference, N_("Instalment approved"), fund_source_id, amount,
        (AccountKind.COMMITTED, contract_id), (AccountKind.PAYABLE, contract_id),
    )  # fmt: skip


@use_case
def pay(*, actor: Actor, contract_id: UUID, fund_source_id: UUID, amount: Money, reference: str) -> Movement:
    """Pay what was approved; ``reference`` is the bank's, so the same payment is never posted twice."""
    return _move(
        actor, MovementKind.PAY, reference, N_("Instalment paid"), fund_source_id, amount,
        (AccountKind.PAYABLE, contract_id), (AccountKind.PAID, contract_id),
    )  # fmt: skip


@use_case
def make_fees_payable(
    *, actor: Actor, tender_id: UUID, programme_id: UUID, fund_source_id: UUID, amount: Money
) -> Movement:
    """Approve the fees of a call's experts: their sum before tax waits for the cashier, once for each call."""
    return _move(
        actor, MovementKind.FEE, f"fees:{tender_id}", N_("Expert fees"), fund_source_id, amount,
        (AccountKind.AVAILABLE, programme_id), (AccountKind.PAYABLE, tender_id),
    )  # fmt: skip


@use_case
def pay_fees(
    *, actor: Actor, tender_id: UUID, fund_source_id: UUID, net: Money, tax: Money, reference: str
) -> Movement:
    """Pay approved fees: a line for what the experts get and one for the tax withheld; ``reference`` is the bank's."""
    source = AccountKey(AccountKind.PAYABLE, fund_source_id, tender_id)
    target = AccountKey(AccountKind.PAID, fund_source_id, tender_id)
    lines = [Line(source, target, part) for part in (net, tax) if part]
    return post(
        actor=actor, kind=MovementKind.PAY, reference=reference, memo=N_("Expert fees paid"), lines=lines
    )


@use_case
def release(
    *, actor: Actor, from_kind: AccountKind, subject_id: UUID, programme_id: UUID, fund_source_id: UUID, amount: Money,
    reference: str, memo: str,
) -> Movement:  # fmt: skip
    """Give what a call or contract does not need back to the programme."""
    return _move(
        actor, MovementKind.RELEASE, reference, memo, fund_source_id, amount, (from_kind, subject_id),
        (AccountKind.AVAILABLE, programme_id),
    )  # fmt: skip


@use_case
def return_money(
    *, actor: Actor, contract_id: UUID, programme_id: UUID, fund_source_id: UUID, amount: Money, reference: str
) -> Movement:  # fmt: skip
    """Record unspent money that an organisation gave back: from the contract's paid to the programme's returned."""
    return _move(
        actor, MovementKind.RETURN, reference, N_("Unspent money returned"), fund_source_id, amount,
        (AccountKind.PAID, contract_id), (AccountKind.RETURNED, programme_id),
    )  # fmt: skip
