"""Confirmation of funds: what finance checks, who may, and when an answer is void."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.budgets import queries, rules, services
from portal.budgets.values import ConfirmationStatus, FundsAnswer, YearShare
from portal.core.db import db
from portal.core.errors import Denied, Invalid, InvalidTransition, Stale
from portal.core.money import Money
from portal.parties.values import Role
from tests.conftest import SYSTEM, actor_of
from tests.factories import ProgrammeFactory, UnitFactory, person

BUDGET = Money(10_000_000)


@pytest.fixture
def case(app):
    class Case:
        unit = UnitFactory()
        programme = ProgrammeFactory(unit_id=unit.id)
        finance = person(Role.FINANCE_OFFICER, unit)
        officer = person(Role.PROGRAMME_OFFICER, unit)
        tender = uuid4()

        def ask(self, amount=BUDGET, actor=None, last_year=2027):
            return services.request_confirmation(
                actor=actor_of(actor or self.officer), tender_id=self.tender, programme_id=self.programme.id, title="为老服务征集",
                amount=amount, first_year=2026, last_year=last_year,
            )  # fmt: skip

        def confirm(self, row, actor=None, **changes):
            values = {
                "reference": "示财社指〔2026〕12号", "economic_class": "50205", "version": None,
                "shares": [YearShare(2026, Money(6_000_000)), YearShare(2027, Money(4_000_000))], **changes,
            }  # fmt: skip
            return services.confirm_funds(
                actor=actor_of(actor or self.finance), confirmation_id=row.id, **values
            )

    found = Case()
    services.appropriate(actor=SYSTEM, programme_id=found.programme.id, amount=BUDGET, reference="p", memo="")
    return found


@given(st.integers(1, 10**10), st.integers(2020, 2030), st.integers(1, 3))
def test_the_proposal_for_the_years_adds_up_to_the_fen(fen, first, years):
    shares = rules.over_years(Money(fen), first, first + years - 1)
    assert [share.year for share in shares] == list(range(first, first + years))
    assert sum((share.amount for share in shares), Money.ZERO) == Money(fen)
    assert rules.check_confirmation("x", "50205", shares, Money(fen)) == []


@pytest.mark.parametrize(
    ("answer", "clear"),
    [
        (None, False),
        (FundsAnswer(ConfirmationStatus.REQUESTED, BUDGET), False),
        (FundsAnswer(ConfirmationStatus.REFUSED, BUDGET, "没有指标"), False),
        (FundsAnswer(ConfirmationStatus.CONFIRMED, BUDGET - Money(1)), False),
        (FundsAnswer(ConfirmationStatus.CONFIRMED, BUDGET), True),
    ],
)
def test_a_call_is_clear_only_with_exactly_its_amount_confirmed(answer, clear):
    assert (rules.check_funds(answer, BUDGET) == []) is clear


@pytest.mark.parametrize(("amount", "first", "last"), [(0, 2026, 2026), (1, 2027, 2026), (1, 2026, 2029)])
def test_a_request_with_a_fault_is_refused(amount, first, last):
    assert rules.check_request(Money(amount), first, last) != []


def test_finance_confirms_and_the_years_are_kept(case):
    row = case.ask()
    assert queries.funds_problems(case.tender, BUDGET) != []
    case.confirm(row)
    assert queries.funds_problems(case.tender, BUDGET) == []
    assert queries.commitments_by_year(case.programme.id) == [
        (2026, Money(6_000_000)),
        (2027, Money(4_000_000)),
    ]
    with pytest.raises(InvalidTransition):
        case.confirm(row)


@pytest.mark.parametrize(
    "changes",
    [
        {"reference": " "}, {"economic_class": "5020"}, {"economic_class": "70205"},
        {"shares": [YearShare(2026, BUDGET)]},
        {"shares": [YearShare(2026, BUDGET), YearShare(2027, Money(1))]},
        {"shares": [YearShare(2026, BUDGET + Money(1)), YearShare(2027, Money(-1))]},
    ],
)  # fmt: skip
def test_a_confirmation_with_a_fault_is_refused_and_changes_nothing(case, changes):
    row = case.ask()
    with pytest.raises(Invalid):
        case.confirm(row, **changes)
    assert queries.confirmation(case.tender).status == ConfirmationStatus.REQUESTED
    assert queries.commitments_by_year(case.programme.id) == []


def test_more_than_the_programme_holds_is_not_confirmed(case):
    row = case.ask(BUDGET + Money(2))
    with pytest.raises(Invalid, match="holds"):
        case.confirm(row, shares=[YearShare(2026, BUDGET), YearShare(2027, Money(2))])


def test_only_finance_of_the_unit_confirms_and_never_an_own_call(case):
    row = case.ask()
    for somebody in (
        case.officer,
        person(Role.FINANCE_OFFICER, UnitFactory()),
        person(Role.CASHIER, case.unit),
    ):
        with pytest.raises(Denied):
            case.confirm(row, actor=somebody)
    both = person(Role.FINANCE_OFFICER, case.unit)
    case.tender = uuid4()
    own = case.ask(actor=both)
    with pytest.raises(Denied):
        case.confirm(own, actor=both)


def test_an_answer_is_void_when_the_call_changes_and_stays_when_it_does_not(case):
    row = case.ask()
    case.confirm(row)
    assert case.ask().status == ConfirmationStatus.CONFIRMED
    case.ask(amount=Money(8_000_000), last_year=2026)
    db.session.rollback()
    again = queries.confirmation(case.tender)
    assert (again.id, again.status, again.decided_at) == (row.id, ConfirmationStatus.REQUESTED, None)
    assert queries.year_shares(row.id) == []
    with pytest.raises(Stale):
        case.confirm(row, version=1, shares=[YearShare(2026, Money(8_000_000))])


def test_a_refusal_says_why_and_can_be_asked_again(case):
    row = case.ask()
    with pytest.raises(Invalid):
        services.refuse_funds(actor=actor_of(case.finance), confirmation_id=row.id, reason=" ")
    services.refuse_funds(actor=actor_of(case.finance), confirmation_id=row.id, reason="没有指标")
    assert "没有指标" in str(queries.funds_problems(case.tender, BUDGET)[0].params)
    assert case.ask().status == ConfirmationStatus.REQUESTED


def test_finance_confirms_in_the_browser(case, sign_in, client, count_queries):
    row = case.ask()
    finance, address = sign_in(case.finance), f"/budgets/confirmations/{row.id}"
    assert "为老服务征集" in finance.get("/budgets/confirmations?status=requested&q=为老").text
    assert "为老服务征集" in finance.get("/work").text
    assert f"{address}/confirm" in finance.get(address).text
    assert f"{address}/confirm" not in sign_in(case.officer).get(address).text
    assert 'value="50000.00"' in finance.get(f"{address}/confirm").text
    sent = {
        "op_id": str(uuid4()), "version": "1", "reference": "示财社指〔2026〕12号", "economic_class": "50205", "shares-0": "60,000",
        "shares-1": "50,000",
    }  # fmt: skip
    refused = finance.post(f"{address}/confirm", data=sent)
    assert refused.status_code == 422
    assert "110,000" in refused.text
    assert "示财社指" in refused.text
    sent |= {"shares-1": "４0,000", "op_id": str(uuid4())}
    for _ in range(2):
        assert finance.post(f"{address}/confirm", data=sent).status_code == 303
    assert "示财社指" in finance.get(address).text
    assert finance.get(f"{address}/confirm").status_code == 409
    assert finance.post(f"{address}/refuse", data={"op_id": str(uuid4()), "reason": "x"}).status_code == 409
    assert client.get(address).status_code == 303
    assert sign_in(person(Role.FINANCE_OFFICER, UnitFactory())).get(address).status_code == 404
    one = count_queries(lambda: finance.get("/budgets/confirmations"))
    for _ in range(2):
        case.tender = uuid4()
        case.ask()
    assert count_queries(lambda: finance.get("/budgets/confirmations")) == one
