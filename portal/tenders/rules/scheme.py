"""Is a scheme one that can be published? Every check says what is wrong in words."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from portal.core.errors import Problem, problem
from portal.core.proofs import digest, plain, spell
from portal.core.text import N_
from portal.tenders.rules.numbers import to_decimals
from portal.tenders.values.scheme import (
    BASIS,
    DRAW,
    QUOTE,
    RESERVED_CODES,
    TECHNICAL,
    AggregationMethod,
    AggregationPer,
    Criterion,
    CriterionKind,
    FactMethod,
    PriceMethod,
    Scheme,
    StageBy,
)

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}")
MAXIMUM_DECIMALS = 6


def scheme_digest(scheme: Scheme) -> str:
    """Return the SHA-256 of the scheme's canonical JSON: what is frozen when the call is published."""
    return digest(plain(scheme))


def check_scheme(scheme: Scheme) -> list[Problem]:
    """Return every reason why the scheme must not be published; an empty list means that it may."""
    return [
        *_check_criteria(scheme),
        *_check_totals(scheme),
        *_check_price(scheme),
        *_check_aggregation(scheme),
        *_check_rounding(scheme),
        *_check_ties(scheme),
        *_check_stages(scheme),
        *_check_bonus(scheme),
        *_check_cut(scheme),
    ]


def check_seats(scheme: Scheme, seats: Mapping[str, int]) -> list[Problem]:
    """Return what is wrong with the number of experts per group (one key ``""`` where there are no groups)."""
    if not scheme.of_kind(CriterionKind.SUBJECTIVE):
        return []
    least = scheme.aggregation.minimum_marks
    groups = [group.group for group in scheme.groups]
    counts = {group: seats.get(group, 0) for group in groups} if groups else {"": sum(seats.values())}
    problems = [
        problem(N_("Group %(group)s has no weight in the scheme."), field="groups", group=group)
        for group in sorted(seats.keys() - counts.keys())
        if groups
    ]
    problems += [
        problem(
            N_("The aggregation needs at least %(least)s experts in each group; %(group)s has %(count)s.")
            if groups
            else N_("The aggregation needs at least %(least)s experts; there are %(count)s."),
            field="groups",
            least=least,
            group=group,
            count=count,
        )
        for group, count in counts.items()
        if count < least
    ]
    return problems


def _check_criteria(scheme: Scheme) -> Iterable[Problem]:
    if not scheme.criteria:
        yield problem(N_("Add at least one criterion."), field="criteria")
    for code, times in Counter(criterion.code for criterion in scheme.criteria).items():
        if times > 1:
            yield problem(N_("Code %(code)s is used more than once."), field="criteria", code=code)
    for criterion in scheme.criteria:
        yield from _check_criterion(criterion)
        yield from _check_fact(criterion)
        yield from _check_bands(criterion)


def _check_criterion(criterion: Criterion) -> Iterable[Problem]:
    code = criterion.code
    if not _CODE.fullmatch(code) or code in RESERVED_CODES:
        yield problem(
            N_(
                "“%(code)s” cannot be a code: use letters, digits, dot, dash or underscore, and no reserved word."
            ),
            field="criteria",
            code=code,
        )
    if not criterion.title.strip():
        yield problem(N_("Criterion %(code)s needs a title."), field="criteria", code=code)
    if not (_positive(criterion.maximum) and _positive(criterion.top)):
        yield problem(N_("The maximum of %(code)s must be above zero."), field="criteria", code=code)
    elif not _positive(criterion.step) or Fraction(criterion.top) % Fraction(criterion.step):
        yield problem(
            N_("The maximum of %(code)s must be a multiple of its step."), field="criteria", code=code
        )
    if any(
        _places(number) > MAXIMUM_DECIMALS for number in (criterion.maximum, criterion.top, criterion.step)
    ):
        yield problem(
            N_("Numbers of %(code)s may have at most %(most)s decimals."),
            field="criteria",
            code=code,
            most=MAXIMUM_DECIMALS,
        )
    if criterion.stage > 1 and (criterion.fact or criterion.kind in _FIRST_STAGE_ONLY):
        yield problem(
            N_("%(code)s belongs to the first stage: prices, facts, bonus and deductions are taken once."),
            field="criteria",
            code=code,
        )


_FIRST_STAGE_ONLY = (CriterionKind.PRICE, CriterionKind.BONUS, CriterionKind.PENALTY)


def _sum(criteria: Iterable[Criterion]) -> Decimal:
    exact = sum((Fraction(c.maximum) for c in criteria if c.maximum.is_finite()), Fraction())
    return Decimal(spell(to_decimals(exact, MAXIMUM_DECIMALS)))


def _places(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _positive(number: Decimal) -> bool:
    return number.is_finite() and number > 0


def _check_fact(criterion: Criterion) -> Iterable[Problem]:
    rule = criterion.fact
    if rule is None:
        return
    code = criterion.code
    if criterion.kind in (CriterionKind.SUBJECTIVE, CriterionKind.PRICE):
        yield problem(N_("%(code)s cannot be computed from a fact."), field="criteria", code=code)
    if bool(rule.steps) is not (rule.method in (FactMethod.STEPS, FactMethod.RANKS)):
        yield problem(
            N_("%(code)s needs a table of marks exactly when marks go by steps or ranks."),
            field="criteria",
            code=code,
        )
    if len({step.bound for step in rule.steps}) < len(rule.steps):
        yield problem(N_("The table of %(code)s names a bound twice."), field="criteria", code=code)
    if any(not 0 <= step.mark <= criterion.top for step in rule.steps):
        yield problem(
            N_("The table of %(code)s holds a mark outside 0 to its maximum."), field="criteria", code=code
        )


def _check_bands(criterion: Criterion) -> Iterable[Problem]:
    bands = sorted(criterion.bands, key=lambda band: band.lower)
    if any(not 0 <= band.lower <= band.upper <= criterion.top for band in bands):
        yield problem(
            N_("A band of %(code)s lies outside 0 to its maximum."), field="criteria", code=criterion.code
        )
    if any(before.upper >= after.lower for before, after in zip(bands, bands[1:], strict=False)):
        yield problem(N_("The bands of %(code)s overlap."), field="criteria", code=criterion.code)


def _check_totals(scheme: Scheme) -> Iterable[Problem]:
    for number, stage in enumerate(scheme.stages, start=1):
        if stage.by is not StageBy.SCORE:
            continue
        base = _sum(c for c in scheme.criteria if c.kind.in_base and c.stage == number)
        total = scheme.total if stage.total is None else stage.total
        if base != total:
            yield problem(
                N_("The maxima of stage %(stage)s add up to %(sum)s, but the stated total is %(total)s."),
                field="criteria",
                stage=number,
                sum=base,
                total=total,
            )


def _check_price(scheme: Scheme) -> Iterable[Problem]:
    formula, prices = scheme.price, scheme.of_kind(CriterionKind.PRICE)
    scored = formula.method in (PriceMethod.LOWEST_OVER_QUOTE, PriceMethod.MEAN_DEVIATION)
    if scored and len(prices) != 1:
        yield problem(N_("A price formula needs exactly one price criterion."), field="price")
    if not scored and prices:
        yield problem(N_("Without a price formula there can be no price criterion."), field="price")
    divisors = [value for value in (formula.divisor_fen, formula.divisor_bp) if value is not None]
    if formula.method is PriceMethod.MEAN_DEVIATION:
        if len(divisors) != 1 or divisors[0] <= 0:
            yield problem(
                N_("State one divisor above zero for the deviation from the mean quote."), field="price"
            )
    elif divisors:
        yield problem(N_("Only the deviation from the mean quote has a divisor."), field="price")
    by_quote = scheme.stages[-1].by is StageBy.QUOTE if scheme.stages else False
    if (formula.method is PriceMethod.LOWEST_WINS) is not by_quote:
        yield problem(N_("“Lowest quote first” and a last stage by quote belong together."), field="stages")


def _check_aggregation(scheme: Scheme) -> Iterable[Problem]:
    how = scheme.aggregation
    if min(how.drop_high, how.drop_low) < 0:
        yield problem(N_("The number of marks to drop cannot be negative."), field="aggregation")
    trimmed = how.method is AggregationMethod.TRIMMED
    if trimmed and how.drop_high + how.drop_low == 0:
        yield problem(N_("State how many of the highest and lowest marks are dropped."), field="aggregation")
    if not trimmed and how.drop_high + how.drop_low != 0:
        yield problem(N_("Marks are dropped only when the mean is trimmed."), field="aggregation")
    marked = scheme.of_kind(CriterionKind.SUBJECTIVE)
    if how.per is AggregationPer.TOTAL and len({c.technical for c in marked}) > 1:
        yield problem(
            N_("When sums are aggregated, either all criteria marked by experts are technical or none."),
            field="aggregation",
        )
    groups = scheme.groups
    if groups and sum(group.weight_bp for group in groups) != BASIS:
        yield problem(N_("The weights of the groups must add up to 100 percent."), field="groups")
    if any(group.weight_bp <= 0 for group in groups):
        yield problem(N_("Every group needs a weight above zero."), field="groups")
    if len({group.group for group in groups}) < len(groups) or any(not group.group for group in groups):
        yield problem(N_("Every group must be named once."), field="groups")


def _check_rounding(scheme: Scheme) -> Iterable[Problem]:
    if not 0 <= scheme.rounding.decimals <= MAXIMUM_DECIMALS:
        yield problem(
            N_("Round to between 0 and %(most)s decimals."), field="rounding", most=MAXIMUM_DECIMALS
        )


def _check_ties(scheme: Scheme) -> Iterable[Problem]:
    codes = {criterion.code for criterion in scheme.criteria}
    if scheme.aggregation.per is AggregationPer.TOTAL:
        codes -= {criterion.code for criterion in scheme.of_kind(CriterionKind.SUBJECTIVE)}
    if len(set(scheme.ties)) < len(scheme.ties):
        yield problem(N_("A rule for equal scores is named twice."), field="ties")
    if DRAW in scheme.ties[:-1]:
        yield problem(N_("The draw can only be the last rule for equal scores."), field="ties")
    for key in scheme.ties:
        if key not in codes | {QUOTE, TECHNICAL, DRAW}:
            yield problem(
                N_("Equal scores cannot be decided by “%(key)s” in this scheme."), field="ties", key=key
            )
    if TECHNICAL in scheme.ties and not any(criterion.technical for criterion in scheme.criteria):
        yield problem(
            N_("Mark at least one criterion as technical to use the technical score."), field="ties"
        )


def _check_stages(scheme: Scheme) -> Iterable[Problem]:
    stages = scheme.stages
    if not stages or stages[0].by is not StageBy.SCORE:
        yield problem(N_("The first stage must rank by score."), field="stages")
        return
    if stages[-1].keep is not None or any(stage.keep is None or stage.keep < 1 for stage in stages[:-1]):
        yield problem(N_("Every stage but the last states how many bids it keeps."), field="stages")
    if any(stage.by is StageBy.QUOTE for stage in stages[:-1]):
        yield problem(N_("Only the last stage can rank by quote."), field="stages")
    scored = {number for number, stage in enumerate(stages, start=1) if stage.by is StageBy.SCORE}
    for criterion in scheme.criteria:
        if criterion.stage not in scored:
            yield problem(
                N_("Criterion %(code)s belongs to a stage without a score."),
                field="criteria",
                code=criterion.code,
            )


def _check_bonus(scheme: Scheme) -> Iterable[Problem]:
    cap, bonuses = scheme.bonus_cap, scheme.of_kind(CriterionKind.BONUS)
    if (cap is not None or scheme.bonus_above_total) and not bonuses:
        yield problem(N_("There is no bonus criterion to cap."), field="bonus_cap")
    if cap is not None and not _positive(cap):
        yield problem(N_("The cap of the bonus must be above zero."), field="bonus_cap")
    if scheme.bonus_above_total and cap is None:
        yield problem(N_("State the cap up to which a bonus may lift the total."), field="bonus_cap")


def _check_cut(scheme: Scheme) -> Iterable[Problem]:
    cut = scheme.cut
    technical = _sum(c for c in scheme.criteria if c.technical and c.stage == 1)
    if cut.minimum_total is not None and not 0 <= cut.minimum_total <= scheme.total:
        yield problem(N_("The minimum total score must lie between 0 and the total."), field="cut")
    if cut.minimum_technical is not None and not 0 <= cut.minimum_technical <= technical:
        yield problem(
            N_("The minimum technical score must lie between 0 and the sum of the technical criteria."),
            field="cut",
        )
    limits = (cut.envelope_fen, cut.awards, cut.per_organisation, cut.per_sector)
    if any(limit is not None and limit < 1 for limit in limits):
        yield problem(N_("Budget and numbers at the line must be above zero."), field="cut")
    if (cut.partial or cut.pass_over) and cut.envelope_fen is None:
        yield problem(N_("Partial amounts and passing over need a budget at the line."), field="cut")
