"""Instalments: their shares, and the conditions that each of them waits for."""

from collections.abc import Mapping
from decimal import Decimal

from portal.core.errors import Problem, problem
from portal.core.text import N_
from portal.procedures.values import Procedure
from portal.tenders.rules.scoring import plain
from portal.tenders.values import FundingForm, InstalmentCondition, InstalmentDraft, Requirement, TenderDraft

WHOLE_BP = 10_000
MOST_STARS = 5
VENTURE = "venture_contest"

_Kind = InstalmentCondition
_RESULT = {_Kind.EVALUATION_PASSED, _Kind.STARS_REACHED}
_FIELDS = {
    _Kind.MILESTONE_MET: "milestone_position",
    _Kind.EVALUATION_PASSED: "evaluation",
    _Kind.STARS_REACHED: "evaluation",
    _Kind.MONEY_SPENT: "spent",
    _Kind.CONTRACT_SIGNED: "share",
}


def requirement_in_words(requirement: Requirement, titles: Mapping[int, str]) -> Problem:
    """One condition as a sentence; ``titles`` are those of the milestones by position."""
    number = requirement.number or 0
    match requirement.kind:
        case _Kind.MILESTONE_MET:
            return problem(
                N_("The milestone “%(title)s” is accepted."), title=titles.get(number, str(number))
            )
        case _Kind.EVALUATION_PASSED:
            return Problem(N_("The final evaluation is passed."))
        case _Kind.STARS_REACHED:
            return problem(N_("The final evaluation gives at least %(stars)s stars."), stars=number)
        case _Kind.MONEY_SPENT:
            return problem(
                N_("At least %(share)s percent of the money paid so far is spent and recorded."),
                share=plain(Decimal(number) / 100),
            )
        case _:
            return Problem(N_("Both parties have signed the contract."))


def check_funding(values: TenderDraft) -> list[Problem]:
    """An award rewards a result: an instalment waits for the final evaluation, all of them where nothing else is given (S-08)."""
    if FundingForm.AWARD not in values.funding or not values.instalments:
        return []
    waiting = [bool({each.kind for each in row.requirements} & _RESULT) for row in values.instalments]
    if values.funding == (FundingForm.AWARD,) and not all(waiting):
        message = N_(
            "An award is paid for a result: every instalment must wait for the final evaluation or its stars."
        )
    elif not any(waiting):
        message = N_(
            "An award is paid for a result: at least one instalment must wait for the final evaluation or its stars."
        )
    else:
        return []
    return [Problem(message, "instalments")]


def usual_funding(procedure: Procedure) -> tuple[FundingForm, ...]:
    """A venture contest subsidises the organisations' own projects; the other procedures buy a service."""
    return (FundingForm.SUBSIDY,) if procedure.code == VENTURE else (FundingForm.PURCHASE,)


def check_instalments(values: TenderDraft) -> list[Problem]:
    """Shares add up to exactly 100 percent, and every condition can come true (domain.md section 5)."""
    if not values.instalments:
        return []
    found = []
    for i, instalment in enumerate(values.instalments):
        if instalment.share_bp <= 0:
            found.append(problem(N_("The share must be above zero."), field=f"instalments-{i}-share"))
        found += _check_conditions(i, instalment, len(values.milestones))
    total = sum(instalment.share_bp for instalment in values.instalments)
    if total != WHOLE_BP:
        found.append(
            problem(
                N_("The instalments add up to %(total)s percent; they must add up to exactly 100 percent."),
                field="instalments", total=plain(Decimal(total) / 100),
            )
        )  # fmt: skip
    return found


def _check_conditions(i: int, instalment: InstalmentDraft, milestones: int) -> list[Problem]:
    found = []
    for each in instalment.requirements:
        at, number = f"instalments-{i}-{_FIELDS[each.kind]}", each.number or 0
        if each.kind == _Kind.MILESTONE_MET and not 1 <= number <= milestones:
            found.append(
                problem(N_("Instalment %(n)d waits for a milestone that does not exist."), field=at, n=i + 1)
            )
        if each.kind == _Kind.STARS_REACHED and not 1 <= number <= MOST_STARS:
            found.append(problem(N_("A final evaluation gives 1 to 5 stars."), field=at))
        if each.kind == _Kind.MONEY_SPENT and not 0 < number <= WHOLE_BP:
            found.append(problem(N_("A share lies above 0 and at most at 100 percent."), field=at))
        if each.kind == _Kind.MONEY_SPENT and i == 0:
            found.append(
                problem(N_("Before the first instalment nothing was paid that could be spent."), field=at)
            )
    kinds = [each.kind for each in instalment.requirements]
    if len(set(kinds)) < len(kinds):
        found.append(
            problem(
                N_("Instalment %(n)d names the same condition twice."),
                field=f"instalments-{i}-share",
                n=i + 1,
            )
        )
    return found
