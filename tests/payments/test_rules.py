from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.money import Money
from portal.payments import rules
from portal.payments.values import ConditionFacts, HeadBudget, Totals, Voucher
from portal.tenders.values import InstalmentCondition as Condition
from portal.tenders.values import Requirement

SIGNED, MILESTONE = Requirement(Condition.CONTRACT_SIGNED), Requirement(Condition.MILESTONE_MET)
EVALUATED = Requirement(Condition.EVALUATION_PASSED)
FOUR_STARS, HALF_SPENT = Requirement(Condition.STARS_REACHED, 4), Requirement(Condition.MONEY_SPENT, 5000)
TOO_FEW_STARS = "The final evaluation gave %(stars)s stars; this instalment needs %(least)s."
TOO_LITTLE_SPENT = (
    "%(spent)s of the %(paid)s paid so far is spent and recorded; at least %(share)s percent is needed."
)
DAY = date(2026, 6, 1)


@given(st.integers(1, 10**12), st.lists(st.integers(1, 10_000), min_size=1, max_size=12))
def test_instalments_add_up_to_the_contract_amount_and_stay_within_a_fen(amount, shares):
    parts = Money(amount).share(shares)
    assert sum(parts, Money.ZERO) == Money(amount)
    assert all(part >= Money.ZERO for part in parts)
    total = sum(shares)
    assert all(abs(p.fen * total - amount * s) < total for p, s in zip(parts, shares, strict=True))


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (ConditionFacts((SIGNED,), True), []),
        (ConditionFacts((SIGNED,), False), ["The contract is not in force."]),
        (ConditionFacts((MILESTONE,), True, "中期报告", True), []),
        (ConditionFacts((MILESTONE,), True, "中期报告"), ["The milestone “%(title)s” is not accepted yet."]),
        (ConditionFacts((EVALUATED,), True), ["The final evaluation is not finished yet."]),
        (ConditionFacts((EVALUATED,), True, evaluation_passed=False), ["The final evaluation was not passed."]),
        (ConditionFacts((EVALUATED,), True, evaluation_passed=True), []),
        (ConditionFacts((FOUR_STARS,), True), ["The final evaluation is not finished yet."]),
        (ConditionFacts((FOUR_STARS,), True, evaluation_passed=True, stars=3), [TOO_FEW_STARS]),
        (ConditionFacts((FOUR_STARS,), True, evaluation_passed=True, stars=4), []),
        (ConditionFacts((HALF_SPENT,), True), [TOO_LITTLE_SPENT]),
        (ConditionFacts((HALF_SPENT,), True, paid=Money(1001), spent=Money(500)), [TOO_LITTLE_SPENT]),
        (ConditionFacts((HALF_SPENT,), True, paid=Money(1001), spent=Money(501)), []),
        (
            ConditionFacts((MILESTONE, FOUR_STARS, HALF_SPENT), False, "中期报告", evaluation_passed=True, stars=1, paid=Money(2), has_bank_account=False),
            ["The contract is not in force.", "The milestone “%(title)s” is not accepted yet.", TOO_FEW_STARS, TOO_LITTLE_SPENT, "The organisation has not entered its bank account yet."],
        ),
        (ConditionFacts((SIGNED,), True, has_bank_account=False), ["The organisation has not entered its bank account yet."]),
        (ConditionFacts((SIGNED,), True, account_verified=False), ["Two officers have not verified the bank account yet."]),
    ],
)  # fmt: skip
def test_every_unmet_condition_is_listed_in_words(facts, words):
    assert [problem.message for problem in rules.unmet_conditions(facts)] == words


@pytest.mark.parametrize(
    ("reference", "paid_on", "fields"),
    [
        ("B1", DAY, []),
        (" ", DAY, ["reference"]),
        ("B1", date(2026, 6, 2), ["paid_on"]),
        ("B1", date(2026, 5, 30), ["paid_on"]),
        ("B1", date(2026, 5, 31), []),
    ],
)
def test_a_payment_lies_between_its_approval_and_today(reference, paid_on, fields):
    found = rules.check_payment(reference, paid_on, date(2026, 5, 31), DAY)
    assert [problem.field for problem in found] == fields


def spending(amount, *, head="a", day=DAY, spent=0, budget=10_000, paid=20_000):
    heads = [
        HeadBudget("a", "活动费", Money(budget), Money(spent)),
        HeadBudget("b", "管理费", Money(50_000), Money(0)),
    ]
    voucher = Voucher(head, day, "商店", "1", Money(amount))
    found = rules.check_spending(
        voucher, heads=heads, paid=Money(paid), starts_on=date(2026, 5, 1), today=DAY
    )
    return [problem.field for problem in found]


def test_spending_stays_within_what_was_paid():
    assert spending(20_000, head="b") == []
    assert spending(20_001, head="b") == ["amount"]
    assert spending(15_001, head="b", spent=5_000) == ["amount"]


def test_a_head_may_go_over_by_the_self_managed_share():
    assert spending(11_000) == []
    assert spending(11_001) == ["amount"]


def test_day_head_and_amount_are_checked():
    assert spending(1, day=date(2026, 6, 2)) == ["spent_on"]
    assert spending(1, day=date(2026, 4, 30)) == ["spent_on"]
    assert spending(1, head="x") == ["head_code"]
    assert spending(0) == ["amount"]


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_rates_are_whole_basis_points_and_nothing_divides_by_zero(paid, spent):
    totals = Totals(Money(10**9), Money(paid), Money(spent))
    assert totals.rate_bp == (spent * 10_000 // paid if paid else 0)
    assert totals.unspent.fen == paid - spent
