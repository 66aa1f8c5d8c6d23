"""Pure rules of payments: when an instalment may be requested, what a payment and a voucher need."""

from collections.abc import Sequence
from datetime import date

from portal.core.errors import Problem, problem
from portal.core.money import Money
from portal.core.text import N_
from portal.payments.values import ConditionFacts, HeadBudget, Voucher
from portal.tenders.values import InstalmentCondition

SELF_MANAGED_BP = 1_000
"""A head may go over its budget by this share (basis points) before a change needs approval (domain.md 10.4)."""


def unmet_conditions(facts: ConditionFacts) -> list[Problem]:
    """What stands between an instalment and its request, in words; empty when nothing does."""
    found = []
    if not facts.contract_active:
        found.append(problem(N_("The contract is not in force.")))
    if facts.condition == InstalmentCondition.MILESTONE_MET and not facts.milestone_met:
        found.append(problem(N_("The milestone “%(title)s” is not accepted yet."), title=facts.milestone))
    if facts.condition == InstalmentCondition.EVALUATION_PASSED and facts.evaluation_passed is None:
        found.append(problem(N_("The final evaluation is not finished yet.")))
    if facts.condition == InstalmentCondition.EVALUATION_PASSED and facts.evaluation_passed is False:
        found.append(problem(N_("The final evaluation was not passed.")))
    if not facts.has_bank_account:
        found.append(problem(N_("The organisation has not entered its bank account yet.")))
    elif not facts.account_verified:
        found.append(problem(N_("Two officers have not verified the bank account yet.")))
    return found


def check_payment(reference: str, paid_on: date, approved_on: date, today: date) -> list[Problem]:
    """Problems of a payment record: a bank reference, and a day between the approval and today (Beijing)."""
    found = []
    if not reference.strip():
        found.append(problem(N_("Please give the bank's reference."), field="reference"))
    if paid_on > today:
        found.append(problem(N_("The payment cannot lie in the future."), field="paid_on"))
    if paid_on < approved_on:
        found.append(
            problem(
                N_("The payment cannot be earlier than its approval on %(day)s."),
                field="paid_on", day=approved_on,
            )
        )  # fmt: skip
    return found


def check_spending(
    voucher: Voucher, *, heads: Sequence[HeadBudget], paid: Money, starts_on: date, today: date
) -> list[Problem]:
    """Problems of a voucher: its day, its head, and money that is not there.

    All spending together stays within what was paid, and a head within its budget plus the self-managed share.
    """
    found = []
    if not starts_on <= voucher.spent_on <= today:
        found.append(
            problem(
                N_("The day must lie between the start of the project (%(start)s) and today."),
                field="spent_on", start=starts_on,
            )
        )  # fmt: skip
    if voucher.amount <= Money.ZERO:
        found.append(problem(N_("The amount must be above zero."), field="amount"))
    spent = sum((head.spent for head in heads), Money.ZERO)
    if spent + voucher.amount > paid:
        found.append(
            problem(
                N_("Only %(left)s of the money paid is left; more than was paid cannot be spent."),
                field="amount", left=paid - spent,
            )
        )  # fmt: skip
    head = next((head for head in heads if head.code == voucher.head_code), None)
    if head is None:
        found.append(problem(N_("This head is not in the contract's budget."), field="head_code"))
    elif head.spent + voucher.amount > head_limit(head):
        found.append(
            problem(
                N_("“%(head)s” may spend %(limit)s at most (budget plus 10%%); more needs an approved change first."),
                field="amount", head=head.title, limit=head_limit(head),
            )
        )  # fmt: skip
    return found


def head_limit(head: HeadBudget) -> Money:
    """The most that a head may spend without an approved change: its budget plus the self-managed share."""
    return head.budget + head.budget.portion(SELF_MANAGED_BP)
