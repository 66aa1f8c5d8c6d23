"""Pure rules of payments: when an instalment may be requested, what a payment and a voucher need."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from portal.core.errors import Problem, problem
from portal.core.money import Money
from portal.core.text import N_
from portal.payments.values import ConditionFacts, HeadBudget, Voucher
from portal.tenders.values import InstalmentCondition as Condition
from portal.tenders.values import Requirement

WHOLE_BP = 10_000
SELF_MANAGED_BP = 1_000
"""A head may go over its budget by this share (basis points) before a change needs approval (domain.md 10.4)."""


def unmet_conditions(facts: ConditionFacts) -> list[Problem]:
    """What stands between an instalment and its request, in words; empty when nothing does."""
    found = unmet_requirements(facts)
    if not facts.contract_active:
        found.insert(0, problem(N_("The contract is not in force.")))
    if not facts.has_bank_account:
        found.append(problem(N_("The organisation has not entered its bank account yet.")))
    elif not facts.account_verified:
        found.append(problem(N_("Two officers have not verified the bank account yet.")))
    return found


def unmet_requirements(facts: ConditionFacts) -> list[Problem]:
    """Which conditions of the call an instalment still waits for, one sentence each."""
    return [why for each in facts.requirements if (why := _unmet(each, facts))]


def _unmet(requirement: Requirement, facts: ConditionFacts) -> Problem | None:
    number = requirement.number or 0
    match requirement.kind:
        case Condition.MILESTONE_MET if not facts.milestone_met:
            return problem(N_("The milestone “%(title)s” is not accepted yet."), title=facts.milestone)
        case Condition.EVALUATION_PASSED | Condition.STARS_REACHED if facts.evaluation_passed is None:
            return problem(N_("The final evaluation is not finished yet."))
        case Condition.EVALUATION_PASSED if facts.evaluation_passed is False:
            return problem(N_("The final evaluation was not passed."))
        case Condition.STARS_REACHED if (facts.stars or 0) < number:
            return problem(
                N_("The final evaluation gave %(stars)s stars; this instalment needs %(least)s."),
                stars=facts.stars or 0, least=number,
            )  # fmt: skip
        case Condition.MONEY_SPENT if facts.spent.fen * WHOLE_BP < facts.paid.fen * number or not facts.paid:
            return problem(
                N_("%(spent)s of the %(paid)s paid so far is spent and recorded; at least %(share)s percent is needed."),
                spent=facts.spent, paid=facts.paid, share=f"{Decimal(number) / 100:f}",
            )  # fmt: skip
    return None


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
