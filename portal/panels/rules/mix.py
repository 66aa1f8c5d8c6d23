"""Is a panel lawfully composed? The numbers are data of the procedure; the defaults name their sources."""

from collections.abc import Mapping

from portal.core.errors import Problem, problem
from portal.core.text import N_
from portal.panels.values import MixRule, PanelMethod, PanelMix

_SMALL = "政府采购法 38、40条；财库〔2014〕214号 14条"

MIX_RULES: Mapping[PanelMethod, MixRule] = {
    PanelMethod.TENDER: MixRule(5, "财政部令第87号 47条", large_minimum=7, large_from_fen=1_000_000_000),
    PanelMethod.CONSULTATION: MixRule(3, _SMALL),
    PanelMethod.NEGOTIATION: MixRule(3, _SMALL),
    PanelMethod.INQUIRY: MixRule(3, _SMALL),
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


def _minimum(mix: PanelMix, rule: MixRule) -> int:
    large = rule.large_from_fen is not None and mix.budget_fen >= rule.large_from_fen
    if rule.large_minimum is not None and (large or mix.complex_or_influential):
        return rule.large_minimum
    return rule.minimum
