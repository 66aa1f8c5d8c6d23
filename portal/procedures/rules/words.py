"""A procedure in a few sentences for somebody who has never run one."""

from portal.core.errors import Problem, problem
from portal.core.text import N_
from portal.procedures.rules.checks import yuan
from portal.procedures.values import Figure, Procedure

PURPOSES = {
    "open_tender": N_("Anybody who qualifies may bid. The rule for large budgets."),
    "competitive_consultation": N_(
        "A panel talks with every bidder about the work, takes final offers and scores them. Usual for services whose details cannot be fixed beforehand."
    ),
    "single_source": N_("Only one provider can do the work. Why is publicised first, then the terms are negotiated."),
    "comparison": N_("For budgets below the threshold of public procurement: several offers are compared."),
    "venture_contest": N_(
        "Organisations propose projects that answer residents' needs, with a fixed budget. Experts and, where the call says so, the public choose."
    ),
    "small_task": N_("A small task of a community that an organisation takes on, without a contest of prices."),
}  # fmt: skip

_COUNTED = (
    ("budget_maximum", N_("Budget up to %(money)s.")),
    ("open_tender_from", N_("From a budget of %(money)s an open tender is the rule.")),
    ("submission", N_("Proposals: at least %(n)s %(unit)s from the call to the deadline.")),
    ("minimum_bids", N_("At least %(n)s proposals for a lot; with fewer, nothing is opened.")),
    ("panel_minimum", N_("A panel of at least %(n)s members, always an odd number.")),
    ("result_notice", N_("The result is in public notice for at least %(n)s %(unit)s.")),
    ("contract", N_("The contract follows within %(n)s %(unit)s.")),
)


def in_short(procedure: Procedure) -> list[Problem]:
    """What one has to know first: for which budgets, how long, how many, and what the price counts."""
    found = [_sentence(text, procedure.figures[name]) for name, text in _COUNTED if name in procedure.figures]
    if procedure.price_weight is None:
        return [*found, problem(N_("The price is fixed and brings no points."))]
    low, high = (figure.value for figure in procedure.price_weight)
    return [*found, problem(N_("The price brings %(low)s to %(high)s of 100 points."), low=low, high=high)]


def _sentence(text: str, figure: Figure) -> Problem:
    if figure.unit == "CNY":
        return problem(text, money=yuan(figure))
    return problem(text, n=figure.value, unit=figure.unit)
