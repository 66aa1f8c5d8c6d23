"""Who may sit, and in what company."""

from datetime import date

import pytest

from portal.core.money import Money
from portal.core.templating import problem_text
from portal.panels.rules import composition_problems, conflicts, is_excluded
from portal.panels.values import (
    BidderFacts,
    ConflictKind,
    ExpertFacts,
    OrganisationTie,
    PanelMix,
    Relative,
    Severity,
    TieKind,
)
from portal.procedures.queries import as_packaged

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


MILLION = 100_000_000  # fen


@pytest.mark.parametrize(
    ("code", "experts", "buyers", "budget", "said"),
    [
        ("open_tender", 4, 1, 0, []),
        ("open_tender", 5, 0, 0, []),
        ("open_tender", 3, 2, 0, ["Of 5 members 3 are experts; at least 4"]),
        ("open_tender", 2, 1, 0, ["at least 5 members"]),
        ("open_tender", 5, 1, 0, ["must be odd"]),
        ("open_tender", 4, 1, 10 * MILLION - 1, []),
        ("open_tender", 4, 1, 10 * MILLION, ["at least 7 members"]),
        ("open_tender", 5, 2, 10 * MILLION, []),
        ("open_tender", 4, 3, 10 * MILLION, ["at least 5 are required"]),
        ("competitive_consultation", 2, 1, 0, []),
        ("competitive_consultation", 1, 2, 0, ["at least 2 are required"]),
        ("competitive_consultation", 2, 0, 0, ["at least 3 members", "must be odd"]),
        ("venture_contest", 0, 5, 0, []),
        ("venture_contest", 3, 0, 0, ["at least 5 members"]),
    ],
)
def test_lawful_mixes_of_each_procedure_name_their_source(code, experts, buyers, budget, said):
    panel = PanelMix(experts, buyers)
    problems = composition_problems(as_packaged(code, DAY), panel, announced=panel.size, budget=Money(budget))
    told = [problem_text(found) for found in problems]
    assert len(told) == len(said)
    assert all(part in sentence for part, sentence in zip(said, told, strict=True))
    assert all("(" in sentence for sentence in told)


def test_the_size_is_the_announced_one_and_the_buyer_does_not_chair():
    panel = PanelMix(4, 1, buyer_chairs=True)
    problems = composition_problems(as_packaged("open_tender", DAY), panel, announced=7, budget=Money(0))
    assert [problem_text(found) for found in problems] == [
        "The call announced a panel of 7; these seats add up to 5.",
        "The buyer's representative may not chair the panel (财政部令第87号第四十五条).",
    ]
