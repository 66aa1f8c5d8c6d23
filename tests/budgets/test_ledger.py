"""The ledger's promise: nothing from nothing, nothing twice, whoever acts, in whatever order, all at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from portal.budgets import queries, services
from portal.budgets.models import Account, Movement, Posting
from portal.budgets.values import AccountKind
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Invalid
from portal.core.money import Money
from tests.conftest import SYSTEM
from tests.factories import FundSourceFactory, ProgrammeFactory

AMOUNTS = st.integers(min_value=-1, max_value=120)
THREADS = 8


class Ledger(RuleBasedStateMachine):
    """Random business on the real services and a real database, compared with a dictionary after every step."""

    tenders = Bundle("tenders")
    contracts = Bundle("contracts")
    done = Bundle("done")

    def __init__(self) -> None:
        super().__init__()
        self.fund = FundSourceFactory()
        fund = {"unit_id": self.fund.unit_id, "fund_source_id": self.fund.id}
        self.programmes = [ProgrammeFactory(**fund).id for _ in range(2)]
        self.owner: dict[UUID, UUID] = {programme: programme for programme in self.programmes}
        self.expected: dict[tuple[AccountKind, UUID], int] = {}
        self.movements = 0

    def has(self, kind: AccountKind, subject: UUID) -> int:
        return self.expected.get((kind, subject), 0)

    def move(
        self, call: Callable[..., Movement], fen: int, source: tuple[AccountKind, UUID], target: tuple[AccountKind, UUID]
    ):  # fmt: skip
        """Do it, and expect it to be refused exactly when the dictionary says so."""
        possible = fen > 0 and (source[0] == AccountKind.EXTERNAL or self.has(*source) >= fen)
        try:
            call(amount=Money(fen))
        except Invalid:
            assert not possible
            return multiple()
        assert possible
        self.expected[source] = self.has(*source) - fen
        self.expected[target] = self.has(*target) + fen
        self.movements += 1
        return (call, fen)

    def calling(self, service: Callable[..., Movement], **facts: object) -> Callable[..., Movement]:
        facts.setdefault("fund_source_id", self.fund.id)
        return lambda amount: service(actor=SYSTEM, amount=amount, **facts)

    @rule(target=done, which=st.integers(0, 1), fen=AMOUNTS)
    def appropriate(self, which, fen):
        programme = self.programmes[which]
        facts = {"programme_id": programme, "reference": str(uuid4()), "memo": ""}
        return self.move(
            lambda amount: services.appropriate(actor=SYSTEM, amount=amount, **facts), fen,
            (AccountKind.EXTERNAL, self.fund.id), (AccountKind.AVAILABLE, programme),
        )  # fmt: skip

    @rule(target=tenders, which=st.integers(0, 1))
    def call_for_projects(self, which):
        tender = uuid4()
        self.owner[tender] = self.programmes[which]
        return tender

    @rule(target=done, tender=consumes(tenders), fen=AMOUNTS)
    def reserve(self, tender, fen):
        programme = self.owner[tender]
        return self.move(
            self.calling(services.reserve, tender_id=tender, programme_id=programme), fen,
            (AccountKind.AVAILABLE, programme), (AccountKind.RESERVED, tender),
        )  # fmt: skip

    @rule(target=contracts, data=st.data(), fen=AMOUNTS)
    def commit(self, data, fen):
        reserved = sorted((s for k, s in self.expected if k == AccountKind.RESERVED), key=str)
        if not reserved:
            return multiple()
        tender, contract = data.draw(st.sampled_from(reserved)), uuid4()
        self.owner[contract] = self.owner[tender]
        moved = self.move(
            self.calling(services.commit, contract_id=contract, tender_id=tender), fen,
            (AccountKind.RESERVED, tender), (AccountKind.COMMITTED, contract),
        )  # fmt: skip
        return contract if isinstance(moved, tuple) else multiple()

    @rule(target=done, contract=contracts, fen=AMOUNTS)
    def make_payable(self, contract, fen):
        call = self.calling(services.make_payable, contract_id=contract, reference=str(uuid4()))
        return self.move(call, fen, (AccountKind.COMMITTED, contract), (AccountKind.PAYABLE, contract))

    @rule(target=done, contract=contracts, fen=AMOUNTS)
    def pay(self, contract, fen):
        call = self.calling(services.pay, contract_id=contract, reference=str(uuid4()))
        return self.move(call, fen, (AccountKind.PAYABLE, contract), (AccountKind.PAID, contract))

    @rule(target=done, contract=contracts, kind=st.sampled_from(["committed", "payable"]), fen=AMOUNTS)
    def release(self, contract, kind, fen):
        programme, source = self.owner[contract], AccountKind(kind)
        call = self.calling(
            services.release, from_kind=source, subject_id=contract, programme_id=programme, reference=str(uuid4()), memo=""
        )  # fmt: skip
        return self.move(call, fen, (source, contract), (AccountKind.AVAILABLE, programme))

    @rule(target=done, contract=contracts, fen=AMOUNTS)
    def give_back(self, contract, fen):
        programme = self.owner[contract]
        call = self.calling(
            services.return_money, contract_id=contract, programme_id=programme, reference=str(uuid4())
        )
        return self.move(call, fen, (AccountKind.PAID, contract), (AccountKind.RETURNED, programme))

    @rule(movement=done)
    def say_it_again(self, movement):
        """The invariant below sees that nothing changed."""
        call, fen = movement
        call(amount=Money(fen))

    @rule(movement=done, more=st.integers(1, 3))
    def say_it_again_with_another_amount(self, movement, more):
        call, fen = movement
        with pytest.raises(Invalid):
            call(amount=Money(fen + more))

    @invariant()
    def the_books_are_right(self):
        db.session.rollback()
        accounts = db.session.scalars(select(Account).where(Account.fund_source_id == self.fund.id)).all()
        held = {(a.kind, a.subject_id): a.balance.fen for a in accounts}
        assert held == {key: self.expected.get(key, 0) for key in held | self.expected}
        assert sum(held.values()) == 0
        assert all(fen >= 0 for (kind, _subject), fen in held.items() if kind != AccountKind.EXTERNAL)
        assert all(
            a.programme_id == self.owner[a.subject_id] for a in accounts if a.kind != AccountKind.EXTERNAL
        )
        assert queries.unbalanced_accounts() == []
        mine = Posting.target_id.in_([a.id for a in accounts])
        assert db.session.scalar(select(func.count(Posting.id)).where(mine)) == self.movements


def test_random_business_never_breaks_the_books(app):
    examples = max(20, settings().max_examples // 4)
    run_state_machine_as_test(
        Ledger, settings=settings(max_examples=examples, stateful_step_count=30, deadline=None)
    )


# --- all at once (with --database=postgres these run on PostgreSQL)


@pytest.fixture
def programme(app):
    programme = ProgrammeFactory()
    services.appropriate(
        actor=SYSTEM, programme_id=programme.id, amount=Money(1000), reference="paper", memo=""
    )
    return programme


def at_once(app, call: Callable[[int], object]) -> list[object]:
    """Run ``call`` in several threads that start together; what each returned or why it was refused."""
    gate = Barrier(THREADS)

    def run(number: int) -> object:
        with app.app_context():
            gate.wait()
            try:
                return call(number)
            except Invalid as refused:
                return refused

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def total(kind: AccountKind) -> Money:
    db.session.rollback()
    return db.session.scalar(select(func.sum(Account.balance)).where(Account.kind == kind)) or Money.ZERO


def test_the_last_money_is_reserved_once(app, programme):
    """Eight calls want 300 of 1000 at the same moment: three get it, five hear why not."""
    facts = {"programme_id": programme.id, "fund_source_id": programme.fund_source_id}

    def reserve(_number):
        return services.reserve(actor=SYSTEM, tender_id=uuid4(), amount=Money(300), **facts)

    results = at_once(app, reserve)
    assert sum(isinstance(result, Movement) for result in results) == 3
    refused = [result for result in results if isinstance(result, Invalid)]
    assert {p.message for r in refused for p in r.problems} == {
        "“%(account)s” holds %(has)s only; %(wanted)s are needed."
    }
    assert total(AccountKind.RESERVED) == Money(900)
    assert total(AccountKind.AVAILABLE) == Money(100)


def test_the_same_payment_sent_by_all_at_once_is_made_once(app, programme):
    fund, tender, contract = programme.fund_source_id, uuid4(), uuid4()
    services.reserve(
        actor=SYSTEM, tender_id=tender, programme_id=programme.id, fund_source_id=fund, amount=Money(1000)
    )
    services.commit(
        actor=SYSTEM, contract_id=contract, tender_id=tender, fund_source_id=fund, amount=Money(1000)
    )
    services.make_payable(
        actor=SYSTEM, contract_id=contract, fund_source_id=fund, amount=Money(1000), reference="i1"
    )

    def pay(_number):
        return services.pay(
            actor=SYSTEM, contract_id=contract, fund_source_id=fund, amount=Money(100), reference="bank-1"
        )

    results = at_once(app, pay)
    assert len({result.id for result in results}) == 1
    assert total(AccountKind.PAID) == Money(100)
    assert total(AccountKind.PAYABLE) == Money(900)


def test_the_last_money_is_paid_once_under_different_references(app, programme):
    fund, tender, contract = programme.fund_source_id, uuid4(), uuid4()
    services.reserve(
        actor=SYSTEM, tender_id=tender, programme_id=programme.id, fund_source_id=fund, amount=Money(500)
    )
    services.commit(
        actor=SYSTEM, contract_id=contract, tender_id=tender, fund_source_id=fund, amount=Money(500)
    )
    services.make_payable(
        actor=SYSTEM, contract_id=contract, fund_source_id=fund, amount=Money(500), reference="i1"
    )

    def pay(number):
        return services.pay(
            actor=SYSTEM,
            contract_id=contract,
            fund_source_id=fund,
            amount=Money(500),
            reference=f"bank-{number}",
        )

    results = at_once(app, pay)
    assert sum(isinstance(result, Movement) for result in results) == 1
    assert (total(AccountKind.PAID), total(AccountKind.PAYABLE)) == (Money(500), Money(0))


# --- past the services


def raw_posting(source: Account, target: Account, fen: int) -> None:
    movement, posting = uuid4(), uuid4()
    with db.engine.begin() as connection:
        connection.execute(
            Movement.__table__.insert().values(
                id=movement, kind="reserve", reference=str(movement), memo="", at=clock.now(), actor_name="x"
            )
        )  # fmt: skip
        connection.execute(
            Posting.__table__.insert().values(
                id=posting, movement_id=movement, source_id=source.id, target_id=target.id, amount=Money(fen)
            )
        )


def account(kind: AccountKind) -> Account:
    return db.session.scalars(select(Account).where(Account.kind == kind)).one()


@pytest.fixture
def accounts(app, programme):
    services.reserve(
        actor=SYSTEM, tender_id=uuid4(), programme_id=programme.id, fund_source_id=programme.fund_source_id, amount=Money(400)
    )  # fmt: skip
    pair = account(AccountKind.AVAILABLE), account(AccountKind.RESERVED)
    db.session.expunge_all()
    db.session.rollback()
    return pair


def test_sql_that_overdraws_an_account_is_refused_by_the_database(accounts):
    available, reserved = accounts
    with pytest.raises(DBAPIError, match="never_negative"):
        raw_posting(available, reserved, 601)
    assert (total(AccountKind.AVAILABLE), total(AccountKind.RESERVED)) == (Money(600), Money(400))
    db.session.rollback()
    raw_posting(available, reserved, 600)
    assert (total(AccountKind.AVAILABLE), total(AccountKind.RESERVED)) == (Money(0), Money(1000))


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE account SET balance = -1 WHERE kind = 'available'", "never_negative"),
        ("UPDATE posting SET amount = 1", "append-only"),
        ("DELETE FROM posting", "append-only"),
        ("UPDATE movement SET memo = 'x'", "append-only"),
        ("DELETE FROM movement", "append-only"),
        ("UPDATE account SET programme_id = NULL WHERE kind = 'available'", "money_of_a_programme"),
    ],
)
def test_sql_that_rewrites_history_is_refused_by_the_database(accounts, statement, reason):
    with pytest.raises(DBAPIError, match=reason), db.engine.begin() as connection:
        connection.execute(text(statement))


def test_a_negative_posting_is_refused_by_the_database(accounts):
    with pytest.raises(DBAPIError, match="amount_above_zero"):
        raw_posting(*accounts, -1)


def test_a_balance_changed_by_hand_is_found(app, accounts):
    runner = app.test_cli_runner()
    fine = runner.invoke(args=["ledger", "check"])
    assert (fine.exit_code, fine.output) == (0, "Every balance is the sum of its postings.\n")
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE account SET balance = balance + 500 WHERE kind = 'available'"))
    found = runner.invoke(args=["ledger", "check"])
    assert found.exit_code == 1
    assert "balance 11.00, postings 6.00" in found.output
