"""Who may sit, and in what company."""

from datetime import date

import pytest

from portal.panels.rules import MIX_RULES, conflicts, is_excluded, panel_mix_problems
from portal.panels.values import (
    BidderFacts,
    ConflictKind,
    ExpertFacts,
    ExpertGroup,
    MixRule,
    OrganisationTie,
    PanelMethod,
    PanelMix,
    Relative,
    Severity,
    TieKind,
)

DAY = date(2026, 5, 20)
CODE = "52330100MJ0000001X"
BIDDER = BidderFacts(
    "B1",
    "清河社会工作服务中心",
    CODE,
    people=("林一", "周二"),
    phones=("0571-8800 0001", "138 0000 0001"),
    addresses=("东街 12 号 3 楼",),
    hubs=("清河区社会组织联合会",),
)


def found(bidder=BIDDER, name="专家甲", **facts):
    return [
        (c.kind, c.severity, c.evidence) for c in conflicts(ExpertFacts("X1", name, **facts), bidder, on=DAY)
    ]


def tie(kind=TieKind.EMPLOYEE, name="某某", code=CODE, until=None):
    return {"ties": (OrganisationTie(kind, name, code, until),)}


HARD, SOFT = Severity.HARD, Severity.SOFT


@pytest.mark.parametrize(
    ("facts", "kind", "severity"),
    [
        (tie(), ConflictKind.EMPLOYER, HARD),
        (tie(code="", name="清河社会工作服务中心 "), ConflictKind.EMPLOYER, HARD),
        (tie(until=date(2030, 1, 1)), ConflictKind.EMPLOYER, HARD),
        (tie(until=date(2023, 5, 20)), ConflictKind.PAST_EMPLOYER, HARD),
        (tie(TieKind.BOARD, until=date(2024, 1, 1)), ConflictKind.BOARD, HARD),
        (tie(TieKind.MEMBER), ConflictKind.MEMBER, HARD),
        (tie(TieKind.INTEREST), ConflictKind.DECLARED, HARD),
        (tie(TieKind.BOARD, "清河区社会组织联合会", ""), ConflictKind.HUB, SOFT),
        ({"relatives": (Relative("周二", "配偶"),)}, ConflictKind.FAMILY, HARD),
        ({"relatives": (Relative("赵三", "子女", organisation_code=CODE),)}, ConflictKind.FAMILY, HARD),
        ({"phones": ("+86 13800000001",)}, ConflictKind.SAME_PHONE, SOFT),
        ({"phones": ("(0571)88000001",)}, ConflictKind.SAME_PHONE, SOFT),
        ({"addresses": ("东街12号3楼",)}, ConflictKind.SAME_ADDRESS, SOFT),
        ({"name": "林 一"}, ConflictKind.SAME_NAME, SOFT),
    ],
)
def test_each_connection_is_found_with_its_weight_and_evidence(facts, kind, severity):
    [(got, weight, evidence)] = found(**facts)
    assert (got, weight) == (kind, severity)
    assert evidence


@pytest.mark.parametrize(
    "facts",
    [
        tie(until=date(2023, 5, 19)),
        tie(code="52330100MJ00000026", name="清河社会工作服务中心"),
        tie(code="", name=""),
        {"relatives": (Relative("赵三", "子女"),)},
        {"phones": ("",), "addresses": ("",)},
        {},
    ],
)
def test_what_is_no_connection_is_not_found(facts):
    assert (
        found(BidderFacts("B1", BIDDER.name, CODE, phones=("",), addresses=("",), people=("",)), **facts)
        == []
    )


def test_three_years_back_from_a_leap_day():
    expert = ExpertFacts("X1", "甲", ties=(OrganisationTie(TieKind.EMPLOYEE, "", CODE, date(2021, 2, 28)),))
    assert conflicts(expert, BIDDER, on=date(2024, 2, 29))
    assert is_excluded(conflicts(expert, BIDDER, on=date(2024, 2, 29)))


def test_only_hard_findings_exclude_and_the_weight_is_data():
    expert = ExpertFacts("X1", "甲", phones=("13800000001", "138 0000 0001"))
    assert not is_excluded(conflicts(expert, BIDDER, on=DAY))
    strict = dict.fromkeys(ConflictKind, HARD)
    assert is_excluded(conflicts(expert, BIDDER, on=DAY, severities=strict))


def mix(experts, buyers, **more):
    return PanelMix({ExpertGroup.TECHNICAL: experts}, buyers, **more)


MILLION = 100_000_000


@pytest.mark.parametrize(
    ("method", "panel", "problems"),
    [
        (PanelMethod.TENDER, mix(4, 1), 0),
        (PanelMethod.TENDER, mix(3, 2), 1),
        (PanelMethod.TENDER, mix(2, 1), 1),
        (PanelMethod.TENDER, mix(5, 1), 1),
        (PanelMethod.TENDER, mix(4, 1, budget_fen=10 * MILLION), 1),
        (PanelMethod.TENDER, mix(4, 1, budget_fen=10 * MILLION - 1), 0),
        (PanelMethod.TENDER, mix(4, 1, complex_or_influential=True), 1),
        (PanelMethod.TENDER, mix(5, 2, budget_fen=10 * MILLION), 0),
        (PanelMethod.TENDER, mix(4, 3), 1),
        (PanelMethod.TENDER, mix(4, 1, buyer_chairs=True), 1),
        (PanelMethod.CONSULTATION, mix(2, 1), 0),
        (PanelMethod.CONSULTATION, mix(1, 2), 1),
        (PanelMethod.NEGOTIATION, mix(1, 0), 1),
        (PanelMethod.INQUIRY, mix(2, 0), 2),
        (PanelMethod.VENTURE, mix(0, 5, buyer_chairs=True), 0),
    ],
)
def test_lawful_mixes(method, panel, problems):
    found = panel_mix_problems(panel, MIX_RULES[method])
    assert len(found) == problems
    assert all(MIX_RULES[method].source in problem.message % problem.params for problem in found)


def test_a_procedure_can_ask_for_a_number_of_each_group():
    rule = MixRule(3, "公告", expert_share=(0, 1), group_minimum={ExpertGroup.RESIDENT: 2})
    panel = PanelMix({ExpertGroup.TECHNICAL: 2, ExpertGroup.RESIDENT: 1})
    assert [p.message % p.params for p in panel_mix_problems(panel, rule)] == [
        "resident: at least 2 members are needed, there are 1 (公告)."
    ]
