"""Conditions of a call: in words, lawful or not, and answered for one organisation."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from portal.core.errors import Problem, problem
from portal.core.text import N_
from portal.parties.values import PartyKind
from portal.procedures.values import Procedure
from portal.tenders.values import Answer, ConditionDraft, ConditionKind, PartyFacts, TenderDraft, Verdict

K, YES, NO, UNKNOWN = ConditionKind, Verdict.YES, Verdict.NO, Verdict.UNKNOWN

FIELDS = {
    K.ORGANISATION_KINDS: "kinds", K.ASSESSMENT_GRADE: "grade", K.YEARS_SINCE_FOUNDING: "years",
    K.ANNUAL_INSPECTION: "inspections", K.NO_BAN: "no_ban", K.SELF_RAISED_SHARE: "self_raised",
    K.PROPOSALS_PER_ORGANISATION: "proposals", K.LOTS_PER_ORGANISATION: "lots_each",
    K.PARTY_ORGANISATION: "party_organisation", K.TEXT: "texts",
}  # fmt: skip
_RANGES = {
    K.ASSESSMENT_GRADE: (1, 5), K.YEARS_SINCE_FOUNDING: (1, 30), K.ANNUAL_INSPECTION: (1, 5),
    K.SELF_RAISED_SHARE: (1, 9_000), K.PROPOSALS_PER_ORGANISATION: (1, 30), K.LOTS_PER_ORGANISATION: (1, 30),
}  # fmt: skip
_INSPECTED_BY = (6, 30)
_NO_PROVIDERS = (PartyKind.ORGAN, PartyKind.OTHER, PartyKind.COMMUNITY)
"""Buyers, and groups on file only, which are no legal persons and apply through a hub."""


def usual_conditions(procedure: Procedure) -> tuple[ConditionDraft, ...]:
    """What a new call asks of everybody: a lawful provider without a ban; where no price competes, a social organisation."""
    providers = [kind for kind in PartyKind if kind not in _NO_PROVIDERS]
    if procedure.price_weight is None:
        providers = [kind for kind in providers if kind.is_social_organisation]
    return (ConditionDraft(K.ORGANISATION_KINDS, kinds=tuple(providers)), ConditionDraft(K.NO_BAN))


def sentences(condition: ConditionDraft) -> list[Problem]:
    """The condition as the call states it: one sentence, or one for each kind of organisation admitted."""
    number = condition.number or 0
    match condition.kind:
        case K.ORGANISATION_KINDS:
            return [problem(N_("Admitted: %(kind)s."), kind=kind) for kind in condition.kinds]
        case K.ASSESSMENT_GRADE:
            return [problem(N_("Assessment grade %(grade)sA or higher, still valid."), grade=number)]
        case K.YEARS_SINCE_FOUNDING:
            return [problem(N_("Registered for at least %(years)s years."), years=number)]
        case K.ANNUAL_INSPECTION:
            return [problem(N_("The last %(n)s annual inspections were passed."), n=number)]
        case K.NO_BAN:
            return [Problem(N_("No ban or entry in the list of serious offenders is running."))]
        case K.SELF_RAISED_SHARE:
            return [problem(N_("At least %(share)s percent of the project is paid from own funds."), share=_percent(number))]  # fmt: skip
        case K.PROPOSALS_PER_ORGANISATION:
            return [problem(N_("One organisation hands in at most %(n)s proposals in this call."), n=number)]
        case K.LOTS_PER_ORGANISATION:
            return [problem(N_("One organisation applies for at most %(n)s lots."), n=number)]
        case K.PARTY_ORGANISATION:
            return [Problem(N_("With equal results, an organisation with a sound party organisation comes first. This excludes nobody."))]  # fmt: skip
        case K.TEXT:
            return [problem(N_("%(text)s"), text=condition.text)]


def check_conditions(values: TenderDraft) -> list[Problem]:
    """Every condition says something sensible, each kind once, and nobody is admitted whom the law excludes.

    State organs buy and do not provide: 《政府购买服务管理办法》（财政部令第102号）第六条、第八条.
    """
    found = []
    for kind, times in Counter(c.kind for c in values.conditions).items():
        if times > 1 and kind is not K.TEXT:
            found.append(problem(N_("“%(kind)s” is stated twice."), field=FIELDS[kind], kind=kind))
    for condition in values.conditions:
        name = FIELDS[condition.kind]
        low, high = _RANGES.get(condition.kind, (0, 0))
        if high and not (condition.number is not None and low <= condition.number <= high):
            found.append(
                problem(
                    N_("“%(kind)s” must lie between %(low)s and %(high)s."),
                    field=name, kind=condition.kind, low=_shown(condition.kind, low), high=_shown(condition.kind, high),
                )
            )  # fmt: skip
        if condition.kind is K.ORGANISATION_KINDS and not condition.kinds:
            found.append(problem(N_("Choose at least one kind of organisation."), field=name))
        if PartyKind.ORGAN in condition.kinds:
            found.append(
                problem(
                    N_("State organs cannot provide the services that the government buys (%(source)s)."),
                    field=name, source="《政府购买服务管理办法》（财政部令第102号）第六条、第八条",
                )
            )  # fmt: skip
        if condition.kind is K.TEXT and not condition.text.strip():
            found.append(problem(N_("A further condition has no text."), field=name))
    return found


def check(conditions: Iterable[ConditionDraft], facts: PartyFacts) -> list[Answer]:
    """Answer every condition for one organisation, in their order; a preference never excludes."""
    return [_answer(condition, facts) for condition in conditions]


def _answer(condition: ConditionDraft, facts: PartyFacts) -> Answer:
    number = condition.number or 0
    match condition.kind:
        case K.ORGANISATION_KINDS:
            found = _kind(condition, facts)
        case K.ASSESSMENT_GRADE:
            found = _grade(number, facts.grade)
        case K.YEARS_SINCE_FOUNDING:
            found = _years(number, facts)
        case K.ANNUAL_INSPECTION:
            found = _inspections(number, facts)
        case K.NO_BAN:
            found = _ban(facts)
        case K.SELF_RAISED_SHARE:
            found = _share(number, facts.self_raised_bp)
        case K.PROPOSALS_PER_ORGANISATION:
            found = _at_most(
                number, facts.proposals, N_("This would be proposal no. %(has)s of at most %(most)s.")
            )
        case K.LOTS_PER_ORGANISATION:
            found = _at_most(number, facts.lots, N_("This would be lot no. %(has)s of at most %(most)s."))
        case K.PARTY_ORGANISATION:
            found = _party_organisation(facts.has_party_organisation)
        case K.TEXT:
            found = UNKNOWN, Problem(N_("Nobody can tell this from data; the eligibility check reads your papers."))  # fmt: skip
    return Answer(condition, *found)


_Found = tuple[Verdict, Problem]


def _kind(condition: ConditionDraft, facts: PartyFacts) -> _Found:
    verdict = YES if facts.kind in condition.kinds else NO
    return verdict, problem(N_("Your organisation is registered as: %(kind)s."), kind=facts.kind)


def _grade(least: int, grade: int | None) -> _Found:
    if grade is None:
        return UNKNOWN, Problem(N_("Your profile does not say yet which assessment grade you hold."))
    if grade == 0:
        return NO, Problem(N_("Your organisation holds no valid assessment grade."))
    return (
        YES if grade >= least else NO,
        problem(N_("Your organisation holds grade %(grade)sA."), grade=grade),
    )


def _years(least: int, facts: PartyFacts) -> _Found:
    if facts.founded_on is None:
        return UNKNOWN, Problem(N_("Your profile does not say yet when your organisation was founded."))
    reached = _anniversary(facts.founded_on, least)
    return (
        YES if reached <= facts.on else NO,
        problem(
            N_("Founded on %(founded)s; %(years)s years are reached on %(reached)s."),
            founded=facts.founded_on, years=least, reached=reached,
        ),
    )  # fmt: skip


def _anniversary(founded: date, years: int) -> date:
    """The day on which so many years are full; for the 29th of February the last day of the month (Civil Code 202)."""
    last = (
        28 if (founded.month, founded.day) == (2, 29) and not _is_leap(founded.year + years) else founded.day
    )
    return founded.replace(year=founded.year + years, day=last)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def due_inspections(on: date, count: int, founded_on: date | None) -> list[int]:
    """The last ``count`` years whose annual inspection is over on the day ``on``, newest first.

    A year is inspected until the end of June of the next one; years before the founding are left out.
    """
    newest = on.year - 1 if (on.month, on.day) > _INSPECTED_BY else on.year - 2
    first = founded_on.year if founded_on else 0
    return [year for year in range(newest, newest - count, -1) if year >= first]


def _inspections(count: int, facts: PartyFacts) -> _Found:
    due = due_inspections(facts.on, count, facts.founded_on)
    failed = [year for year in due if facts.inspections.get(year) is False]
    unknown = [year for year in due if year not in facts.inspections]
    if failed:
        return NO, problem(N_("The annual inspection of %(year)s was not passed."), year=failed[0])
    if unknown:
        return UNKNOWN, problem(
            N_("Your profile does not show the annual inspection of %(year)s yet."), year=unknown[0]
        )
    return YES, Problem(N_("All annual inspections that are asked for were passed."))


def _ban(facts: PartyFacts) -> _Found:
    if facts.banned is None:
        return UNKNOWN, Problem(N_("Whether a ban is running has not been looked up yet."))
    if facts.banned:
        return NO, problem(N_("A ban is running: %(ban)s"), ban=facts.ban)
    return YES, Problem(N_("No ban is running."))


def _share(least: int, share: int | None) -> _Found:
    if share is None:
        return UNKNOWN, Problem(N_("Shows once the budget of the proposal is written."))
    return YES if share >= least else NO, problem(
        N_("Own funds pay %(share)s percent of the project."), share=_percent(share)
    )


def _at_most(most: int, has: int | None, text: str) -> _Found:
    if has is None:
        return UNKNOWN, Problem(N_("Shows once a proposal is begun."))
    return YES if has <= most else NO, problem(text, has=has, most=most)


def _party_organisation(has: bool | None) -> _Found:
    if has is None:
        return UNKNOWN, Problem(N_("Your profile does not say yet whether there is a party organisation."))
    if has:
        return YES, Problem(N_("A party organisation is on file; it counts when all else is equal."))
    return NO, Problem(N_("No party organisation is on file. You may apply all the same."))


def _percent(basis_points: int) -> str:
    return f"{(Decimal(basis_points) / 100).normalize():f}"


def _shown(kind: ConditionKind, number: int) -> str:
    return _percent(number) if kind is K.SELF_RAISED_SHARE else str(number)
