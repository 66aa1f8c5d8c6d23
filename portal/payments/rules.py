"""Pure rules of payments: when an instalment may be requested, what a payment and a voucher need."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from portal.core.errors import Problem, problem
from portal.core.money import Money
from portal.core.text import N_
from portal.payments.values import ConditionFacts, HeadBudget, TaxBand, Voucher
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


# --- fees of experts

_FREE, _FLAT_UP_TO, _SHARE_BP = Money(80_000), Money(400_000), 2_000
WITHHOLDING = (
    TaxBand(Money(2_000_000), 2_000, Money(0)),
    TaxBand(Money(5_000_000), 3_000, Money(200_000)),
    TaxBand(None, 4_000, Money(700_000)),
)
"""Bands of the taxable amount in fen: upper end, rate in basis points, quick deduction.

Withholding table 2 of the Measures for withholding declarations (国家税务总局公告2018年第61号 附件2).
"""


def taxable_fee(gross: Money) -> Money:
    """What of a fee for one review is taxed: 800 yuan are free up to 4,000 yuan, above that 20 % of it.

    Individual Income Tax Law, article 6, and Measures of 2018 no. 61, article 8. Each review is one receipt
    (Implementing Regulations, article 14).
    """
    free = _FREE if gross <= _FLAT_UP_TO else gross.portion(_SHARE_BP)
    return max(Money.ZERO, gross - free)


def withheld_tax(gross: Money) -> Money:
    """The tax that the payer withholds from a fee for one review, half a fen rounded up; ``gross`` is before tax."""
    taxable = taxable_fee(gross)
    band = next(band for band in WITHHOLDING if band.up_to is None or taxable <= band.up_to)
    return taxable.portion(band.rate_bp) - band.quick_deduction


def check_fees(amounts: Sequence[Money]) -> list[Problem]:
    """Problems of proposed fees: none below zero, and not all of them nothing."""
    if any(amount < Money.ZERO for amount in amounts):
        return [problem(N_("A fee cannot be below zero."))]
    if not any(amounts):
        return [problem(N_("At least one fee must be above zero."))]
    return []


_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_SIGNS = "10X98765432"


def is_identity_number(number: str) -> bool:
    """Whether an identity number has 18 signs, the last of which checks the others (GB 11643-1999)."""
    first = number[:17]
    plain = len(number) == 18 and first.isascii() and first.isdecimal()
    return plain and number == make_identity_number(first)


def make_identity_number(first: str) -> str:
    """Complete 17 digits with their check sign, for demo data and tests."""
    total = sum(int(digit) * weight for digit, weight in zip(first, _WEIGHTS, strict=True))
    return first + _CHECK_SIGNS[total % 11]
