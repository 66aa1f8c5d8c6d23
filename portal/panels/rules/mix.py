"""Is a panel lawfully composed? The numbers are data of the procedure; the defaults name their sources."""

from collections.abc import Callable, Mapping
from datetime import date

from portal.core.errors import Problem, problem
from portal.core.text import N_
from portal.panels.values import MixRule, PanelMethod, PanelMix

_EXPERTS = "财库〔2016〕198号"
_SMALL = "政府采购法 38、40条；财库〔2014〕214号 14条"

MIX_RULES: Mapping[PanelMethod, MixRule] = {
    PanelMethod.TENDER: MixRule(
        5,
        "财政部令第87号 47条",
        large_minimum=7,
        large_from_fen=1_000_000_000,
        earliest_draw=2,
        earliest_source=_EXPERTS,
    ),
    PanelMethod.CONSULTATION: MixRule(3, _SMALL, earliest_draw=2, earliest_source=_EXPERTS),
    PanelMethod.NEGOTIATION: MixRule(3, _SMALL, earliest_draw=2, earliest_source=_EXPERTS),
    PanelMethod.INQUIRY: MixRule(3, _SMALL, earliest_draw=2, earliest_source=_EXPERTS),
    PanelMethod.VENTURE: MixRule(5, "项目征集公告", expert_share=(0, 1), buyer_may_chair=True),
}
"""Defaults for the procedure files (rows 62 to 66); negotiation and inquiry above the open-tender threshold take 5."""


def panel_mix_problems(mix: PanelMix, rule: MixRule) -> list[Problem]:
    """Return what is unlawful about a panel's composition; every problem carries the rule's source."""
    experts, size = sum(mix.experts.values()), mix.size
    minimum = _minimum(mix, rule)
    share, of = rule.expert_share
    problems = []
    if size < minimum:
        problems.append(
            problem(
                N_("The panel needs at least %(minimum)s members; it has %(size)s (%(source)s)."),
                minimum=minimum,
                size=size,
                source=rule.source,
            )
        )
    if rule.odd and size % 2 == 0:
        problems.append(
            problem(
                N_("The number of members must be odd; it is %(size)s (%(source)s)."),
                size=size,
                source=rule.source,
            )
        )
    if experts * of < size * share:
        problems.append(
            problem(
                N_(
                    "At least %(share)s of the members must be experts; there are %(experts)s of %(size)s (%(source)s)."
                ),
                share=f"{share}/{of}",
                experts=experts,
                size=size,
                source=rule.source,
            )
        )
    if mix.buyer_chairs and not rule.buyer_may_chair:
        problems.append(
            problem(
                N_("The buyer's representative may not chair the panel (%(source)s)."), source=rule.source
            )
        )
    problems += [
        problem(
            N_("%(group)s: at least %(least)s members are needed, there are %(count)s (%(source)s)."),
            group=group,
            least=least,
            count=mix.experts.get(group, 0),
            source=rule.source,
        )
        for group, least in rule.group_minimum.items()
        if mix.experts.get(group, 0) < least
    ]
    return problems


def draw_day_problems(
    today: date, review_on: date, rule: MixRule, calendar: Callable[[date, int], date]
) -> list[Problem]:
    """Return why the list cannot be frozen today for a review on ``review_on``.

    ``calendar(day, n)`` is the day n working days before ``day``. The draw is not held earlier than the procedure
    says (row 47: 财库〔2016〕198号, two working days before the review).
    """
    if review_on < today:
        return [problem(N_("The day of the review is past."), field="review_on")]
    if rule.earliest_draw is None or today >= (first := calendar(review_on, rule.earliest_draw)):
        return []
    message = N_(
        "The draw may be held %(days)s working days before the review at the earliest: from %(first)s on (%(source)s)."
    )
    return [
        problem(message, field="review_on", days=rule.earliest_draw, first=first, source=rule.earliest_source)
    ]


def _minimum(mix: PanelMix, rule: MixRule) -> int:
    large = rule.large_from_fen is not None and mix.budget_fen >= rule.large_from_fen
    if rule.large_minimum is not None and (large or mix.complex_or_influential):
        return rule.large_minimum
    return rule.minimum
