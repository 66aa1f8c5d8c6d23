"""The settings of scoring in words: what becomes of the marks, one sentence each."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from portal.core.errors import Problem, problem
from portal.core.text import N_
from portal.tenders.rules.facts import fact_rule
from portal.tenders.rules.settings import CallCriterion
from portal.tenders.values import AggregationMethod, AggregationPer, CriterionKind, ExpertGroup, PriceMethod
from portal.tenders.values.scheme import DRAW, QUOTE, TECHNICAL

_TIES = {
    QUOTE: N_("With equal results the lower quote comes first."),
    TECHNICAL: N_("Still equal, the higher technical score comes first."),
    DRAW: N_("What is still equal is decided by a draw that anybody can repeat."),
}


_ROADSHOW = {
    True: N_(
        "Admitted bidders present their projects in a roadshow; who speaks when follows from the draw of the panel."
    ),
    False: N_("There is no roadshow; the panel reads what was submitted."),
}


def in_words(
    settings: Mapping[str, Any], criteria: Iterable[CallCriterion], panel_size: int
) -> list[Problem]:
    """Every setting that matters for this rubric, in the order of work; names of unknown settings are passed over."""
    titles = {c.code: c for c in criteria}
    found = [
        problem(N_("Each of %(size)s members of the panel marks alone."), size=panel_size),
    ]
    if settings.get("blind"):
        found.append(
            Problem(
                N_("Experts read blind: until the panel is closed they see numbers instead of organisations and people, and of the attachments only redacted copies.")
            )
        )  # fmt: skip
    found.append(_aggregation(settings))
    found += [
        problem(
            N_("Group “%(group)s” counts %(share)s percent."), group=ExpertGroup(group), share=_percent(bp)
        )
        for group, bp in settings.get("groups", {}).items()
        if group in set(ExpertGroup)
    ]
    found.append(_price(settings))
    if "roadshow" in settings:
        found.append(Problem(_ROADSHOW[bool(settings["roadshow"])]))
    if any(c.kind is CriterionKind.OBJECTIVE for c in titles.values()):
        found.append(Problem(N_("Objective items have one value for all experts, entered once and confirmed by a second person.")))  # fmt: skip
    for code in settings.get("facts", {}):
        rule = fact_rule(settings, code)
        if code in titles and rule:
            found.append(
                problem(
                    N_("“%(title)s” is computed from what was declared: %(method)s."), title=titles[code].title, method=rule.method
                )
            )  # fmt: skip
    if settings.get("bonus_cap") is not None:
        found.append(problem(N_("Bonuses add at most %(cap)s points."), cap=settings["bonus_cap"]))
    if settings.get("bonus_above_total"):
        found.append(Problem(N_("A bonus may lift the result above 100.")))
    found.append(
        problem(
            N_("Results are rounded at the end to %(n)s decimal places, half up."),
            n=settings.get("decimals", 2),
        )
    )
    for key in settings.get("ties", ()):
        if key in _TIES:
            found.append(Problem(_TIES[key]))
        elif key in titles:
            found.append(problem(N_("Still equal, the higher mark in “%(title)s” comes first."), title=titles[key].title))  # fmt: skip
    return found + _line(settings)


def _aggregation(settings: Mapping[str, Any]) -> Problem:
    whole = settings.get("per") == AggregationPer.TOTAL
    match settings.get("aggregation"):
        case AggregationMethod.TRIMMED:
            dropped = {"high": settings.get("drop_high", 1), "low": settings.get("drop_low", 1)}
            if whole:
                return problem(N_("Of the experts' sums the %(high)s highest and the %(low)s lowest are dropped; the mean of the others counts."), **dropped)  # fmt: skip
            return problem(N_("For each criterion the %(high)s highest and the %(low)s lowest marks are dropped; the mean of the others counts."), **dropped)  # fmt: skip
        case AggregationMethod.MEDIAN:
            return Problem(N_("The median of the experts' sums counts.") if whole else N_("For each criterion the median of all marks counts."))  # fmt: skip
    return Problem(
        N_("The mean of the experts' sums counts.")
        if whole
        else N_("For each criterion the mean of all marks counts.")
    )


def _price(settings: Mapping[str, Any]) -> Problem:
    match settings.get("price", PriceMethod.NONE):
        case PriceMethod.LOWEST_OVER_QUOTE:
            return Problem(N_("Price score = lowest valid quote ÷ quote × maximum. No quote is dropped."))
        case PriceMethod.MEAN_DEVIATION:
            return Problem(N_("The price score falls with the distance from the mean quote."))
        case PriceMethod.LOWEST_WINS:
            return Problem(N_("Among those kept, the lowest quote wins."))
    return Problem(N_("The price is not scored."))


def _line(settings: Mapping[str, Any]) -> list[Problem]:
    found = []
    if settings.get("minimum_total") is not None:
        found.append(
            problem(N_("Below a total of %(minimum)s nothing is awarded."), minimum=settings["minimum_total"])
        )
    if settings.get("minimum_technical") is not None:
        found.append(problem(N_("Below %(minimum)s points from the experts nothing is awarded."), minimum=settings["minimum_technical"]))  # fmt: skip
    if settings.get("per_organisation") is not None:
        found.append(
            problem(
                N_("One organisation gets at most %(n)s awards in a lot."), n=settings["per_organisation"]
            )
        )
    return found


def _percent(basis_points: int) -> str:
    return f"{(Decimal(basis_points) / 100).normalize():f}"
