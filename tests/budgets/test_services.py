"""Funds, programmes and movements: what is posted once, what is refused, what is recorded."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.budgets import queries, services
from portal.budgets.models import Account, Movement, Posting
from portal.budgets.values import AccountKind, FundKind, ProgrammeKind
from portal.core import audit
from portal.core.db import db
from portal.core.errors import Denied, Invalid, Stale
from portal.core.money import Money
from portal.parties.values import Role
from tests.conftest import SYSTEM, actor_of
from tests.factories import FundSourceFactory, ProgrammeFactory, UnitFactory, person


@pytest.fixture
def programme(app):
    return ProgrammeFactory()


def facts(programme, **changes):
    return {
        "name": programme.name, "kind": programme.kind, "year": programme.year, "description": programme.description,
        "fund_source_id": programme.fund_source_id, **changes,
    }  # fmt: skip


def give(programme, fen=100_000, reference="示财社〔2026〕12号"):
    return services.appropriate(
        actor=SYSTEM, programme_id=programme.id, amount=Money(fen), reference=reference, memo="年初预算"
    )  # fmt: skip


def messages(refused) -> list[str]:
    return [p.message for p in refused.value.problems]


# --- fund sources and programmes


def test_an_officer_enters_a_fund_source_of_the_own_unit_only(app):
    unit, other = UnitFactory(), UnitFactory()
    officer = actor_of(person(Role.PROGRAMME_OFFICER, unit))
    fund = services.create_fund_source(
        actor=officer, unit_id=unit.id, name=" 福彩公益金 ", kind=FundKind.LOTTERY, restriction="扶老"
    )
    assert fund.name == "福彩公益金"
    assert [e.action for e in audit.history(fund)] == ["fund_source.create"]
    with pytest.raises(Denied):
        services.create_fund_source(
            actor=officer, unit_id=other.id, name="x", kind=FundKind.LOTTERY, restriction="y"
        )


def test_a_programme_draws_on_a_fund_of_its_unit_or_of_one_above(app):
    district = UnitFactory()
    street, neighbour = UnitFactory(parent=district), UnitFactory(parent=district)
    officer = actor_of(person(Role.PROGRAMME_OFFICER, street))

    def create(fund):
        return services.create_programme(
            actor=officer, unit_id=street.id, name="邻里守望", kind=ProgrammeKind.VENTURE, year=2026, description="",
            fund_source_id=fund.id,
        )  # fmt: skip

    assert create(FundSourceFactory(unit_id=street.id)).version == 1
    assert create(FundSourceFactory(unit_id=district.id)).unit_id == street.id
    with pytest.raises(Invalid) as refused:
        create(FundSourceFactory(unit_id=neighbour.id))
    assert [p.field for p in refused.value.problems] == ["fund_source_id"]


def test_all_that_is_wrong_with_a_programme_is_said_at_once(programme):
    elsewhere = FundSourceFactory()
    with pytest.raises(Invalid) as refused:
        services.update_programme(
            actor=SYSTEM, programme_id=programme.id, version=None,
            **facts(programme, name="  ", year=20266, fund_source_id=elsewhere.id),
        )  # fmt: skip
    assert [p.field for p in refused.value.problems] == ["name", "year", "fund_source_id"]


def test_a_change_is_recorded_with_what_was_before(programme):
    services.update_programme(
        actor=SYSTEM, programme_id=programme.id, version=1, **facts(programme, name="邻里互助公益创投")
    )
    event = audit.history(programme)[-1]
    assert (event.action, event.data) == (
        "programme.update",
        {"name": ["邻里守望公益创投", "邻里互助公益创投"]},
    )


def test_a_stale_page_changes_nothing(programme):
    services.update_programme(
        actor=SYSTEM, programme_id=programme.id, version=1, **facts(programme, name="甲")
    )
    with pytest.raises(Stale):
        services.update_programme(
            actor=SYSTEM, programme_id=programme.id, version=1, **facts(programme, name="乙")
        )
    assert queries.get_programme(SYSTEM, programme.id).name == "甲"


def test_the_fund_source_stays_once_money_was_appropriated(programme):
    before, other = programme.fund_source_id, FundSourceFactory(unit_id=programme.unit_id)
    changed = facts(programme, fund_source_id=other.id)
    services.update_programme(actor=SYSTEM, programme_id=programme.id, version=None, **changed)
    give(programme)
    with pytest.raises(Invalid) as refused:
        services.update_programme(
            actor=SYSTEM, programme_id=programme.id, version=None, **facts(programme, fund_source_id=before)
        )
    assert [p.field for p in refused.value.problems] == ["fund_source_id"]


# --- appropriation


def test_an_appropriation_is_balanced_by_the_outside(programme):
    give(programme)
    assert queries.balances(programme.id)[AccountKind.AVAILABLE] == Money(100_000)
    assert queries.balances(programme.fund_source_id)[AccountKind.EXTERNAL] == Money(-100_000)
    event = audit.history(programme)[-1]
    assert (event.action, event.data) == (
        "programme.appropriate",
        {"amount": {"fen": 100_000}, "reference": "示财社〔2026〕12号"},
    )


def test_the_same_paper_again_changes_nothing(programme):
    first = give(programme)
    again = give(programme, reference=" 示财社〔2026〕12号 ")
    assert again.id == first.id
    assert queries.balances(programme.id)[AccountKind.AVAILABLE] == Money(100_000)
    assert len(audit.history(programme)) == 1
    assert len(db.session.scalars(select(Posting)).all()) == 1


def test_the_same_paper_with_another_amount_is_refused(programme):
    give(programme)
    with pytest.raises(Invalid) as refused:
        give(programme, fen=100_001)
    assert messages(refused) == ["The reference %(reference)s was used for another movement."]
    assert queries.balances(programme.id)[AccountKind.AVAILABLE] == Money(100_000)


@pytest.mark.parametrize(
    ("fen", "reference", "field"), [(0, "a", "amount"), (-5, "a", "amount"), (5, "  ", "reference")]
)
def test_an_appropriation_needs_an_amount_and_a_paper(programme, fen, reference, field):
    with pytest.raises(Invalid) as refused:
        give(programme, fen, reference)
    assert field in [p.field for p in refused.value.problems]
    assert not queries.has_money(programme.id)


def test_only_finance_officers_of_the_fund_s_own_unit_appropriate(app):
    district = UnitFactory()
    street = UnitFactory(parent=district)
    programme = ProgrammeFactory(unit_id=street.id, fund_source_id=FundSourceFactory(unit_id=district.id).id)
    for who in (person(Role.FINANCE_OFFICER, street), person(Role.PROGRAMME_OFFICER, district)):
        with pytest.raises(Denied):
            services.appropriate(
                actor=actor_of(who), programme_id=programme.id, amount=Money(1), reference="1", memo=""
            )
    movement = services.appropriate(
        actor=actor_of(person(Role.FINANCE_OFFICER, district)), programme_id=programme.id, amount=Money(1), reference="1", memo="",
    )  # fmt: skip
    assert movement.kind == "appropriate"


# --- the whole way


def test_money_goes_from_appropriation_to_return_and_never_changes_its_sum(programme):
    fund, tender, contract = programme.fund_source_id, uuid4(), uuid4()
    give(programme, 1000)
    services.reserve(
        actor=SYSTEM, tender_id=tender, programme_id=programme.id, fund_source_id=fund, amount=Money(800)
    )
    services.commit(
        actor=SYSTEM, contract_id=contract, tender_id=tender, fund_source_id=fund, amount=Money(600)
    )
    services.release(
        actor=SYSTEM, from_kind=AccountKind.RESERVED, subject_id=tender, programme_id=programme.id, fund_source_id=fund,
        amount=Money(200), reference="release:1", memo="",
    )  # fmt: skip
    services.make_payable(
        actor=SYSTEM, contract_id=contract, fund_source_id=fund, amount=Money(300), reference="i1"
    )
    services.pay(
        actor=SYSTEM, contract_id=contract, fund_source_id=fund, amount=Money(300), reference="bank-1"
    )
    services.return_money(
        actor=SYSTEM, contract_id=contract, programme_id=programme.id, fund_source_id=fund, amount=Money(50), reference="back-1"
    )  # fmt: skip
    held = queries.stages([programme.id])[programme.id]
    assert {kind: money.fen for kind, money in held.items() if money} == {
        "available": 400, "committed": 300, "paid": 250, "returned": 50,
    }  # fmt: skip


def test_money_of_one_programme_is_not_released_to_another(programme):
    other = ProgrammeFactory(unit_id=programme.unit_id, fund_source_id=programme.fund_source_id)
    fund, tender = programme.fund_source_id, uuid4()
    give(programme, 1000)
    services.reserve(
        actor=SYSTEM, tender_id=tender, programme_id=programme.id, fund_source_id=fund, amount=Money(800)
    )
    for money_there in (False, True):
        if money_there:
            give(other, 10, "another paper")
        with pytest.raises(Invalid) as refused:
            services.release(
                actor=SYSTEM, from_kind=AccountKind.RESERVED, subject_id=tender, programme_id=other.id, fund_source_id=fund,
                amount=Money(1), reference="release:1", memo="",
            )  # fmt: skip
        assert messages(refused) == ["Money stays in its programme; it cannot go to another."]
    assert db.session.scalars(select(Movement).where(Movement.kind == "release")).all() == []


def test_every_account_but_the_outside_one_knows_its_programme(programme):
    give(programme)
    services.reserve(
        actor=SYSTEM, tender_id=uuid4(), programme_id=programme.id, fund_source_id=programme.fund_source_id, amount=Money(1)
    )  # fmt: skip
    owners = {a.kind: a.programme_id for a in db.session.scalars(select(Account))}
    assert owners == {"external": None, "available": programme.id, "reserved": programme.id}
