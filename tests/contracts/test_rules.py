from datetime import date
from string import hexdigits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.contracts import rules
from portal.contracts.values import Basis, BudgetLine, PlannedPart, PlannedStep, Project, Supplier
from portal.core.money import Money

SUPPLIER = Supplier(
    "青石暖阳社会工作服务中心", "52330800TEST00001X", "林知远", "青石路 18 号", "周明", "13800000000", "示例银行", "6200001234",
)  # fmt: skip
BASIS = Basis(
    "2026-CT-0001", "为老服务征集", "GG-2026-0003", "为老服务", "青石街道", "福彩公益金", "用于扶老"
)
PROJECT = Project("邻里相伴", "独居老人。", 260, "建档 {number} 份", "每周探访", "社工两名", "双人同行")


def terms(**changes):
    amount = Money(9_500_000)
    given = {
        "number": "HT-2026-0001", "drawn_up_on": date(2026, 5, 20), "starts_on": date(2026, 6, 1),
        "ends_on": date(2026, 12, 31), "amount": amount, "buyer": "青石街道办事处", "supplier": SUPPLIER, "basis": BASIS,
        "project": PROJECT, "lines": [BudgetLine("a", "活动费", "物料", amount)],
        "milestones": [PlannedStep(1, "中期报告", date(2026, 8, 30))],
        "instalments": [PlannedPart(1, 10_000, amount, "双方签署本合同")],
    }  # fmt: skip
    return rules.build_terms(**(given | changes))


@given(
    st.lists(st.integers(0, 10**10), min_size=1, max_size=30).filter(any),
    st.integers(1, 10**10),
)
def test_scaled_lines_add_up_to_the_awarded_amount(asked, awarded):
    lines = [BudgetLine("a", "活动费", str(n), Money(fen)) for n, fen in enumerate(asked)]
    scaled = rules.scale_lines(lines, Money(awarded))
    assert sum((line.amount for line in scaled), Money.ZERO) == Money(awarded)
    assert [line.content for line in scaled] == [line.content for line in lines]
    total = sum(asked)
    assert all(
        abs(s.amount.fen * total - fen * awarded) < total for s, fen in zip(scaled, asked, strict=True)
    )


def test_an_award_of_the_full_amount_changes_no_line():
    lines = [BudgetLine("a", "活动费", "x", Money(333)), BudgetLine("b", "管理费", "y", Money(667))]
    assert rules.scale_lines(lines, Money(1000)) == lines


def test_the_digest_covers_every_word():
    first = terms()
    assert rules.terms_digest(first) == rules.terms_digest(terms())
    assert len(rules.terms_digest(first)) == 64
    assert set(rules.terms_digest(first)) <= set(hexdigits)
    digests = {
        rules.terms_digest(first),
        rules.terms_digest(terms(buyer="别的街道办事处")),
        rules.terms_digest(terms(amount=Money(9_500_001))),
        rules.terms_digest(terms(milestones=[])),
        rules.terms_digest({**first, "clauses": first["clauses"][:-1]}),
    }
    assert len(digests) == 5


def test_amounts_stand_in_figures_and_capitals():
    text = "".join(part for clause in terms()["clauses"] for part in clause["paragraphs"])
    assert "人民币玖万伍仟元整（小写：95,000.00元）" in text


def test_what_people_typed_is_never_a_pattern_and_gets_one_full_stop():
    text = "".join(part for clause in terms()["clauses"] for part in clause["paragraphs"])
    assert "建档 {number} 份。" in text
    assert "服务对象：独居老人；" in text
    assert "。。" not in text


def test_the_public_sees_neither_bank_nor_phone():
    public = str(rules.public_terms(terms()))
    assert "6200001234" not in public
    assert "13800000000" not in public
    assert "周明" not in public
    assert "52330800TEST00001X" in public


def test_articles_are_numbered_in_chinese():
    assert [rules.ordinal(n) for n in (1, 9, 10, 11, 18, 20, 21)] == [
        "一",
        "九",
        "十",
        "十一",
        "十八",
        "二十",
        "二十一",
    ]
    assert [clause["number"] for clause in terms()["clauses"]][-1] == "十八"


def test_what_no_award_needs_is_released_and_never_less_than_nothing():
    assert rules.rest_to_release(Money(100), [Money(30), Money(20)]) == Money(50)
    assert rules.rest_to_release(Money(10), [Money(30)]) == Money.ZERO


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        (date(2026, 5, 20), date(2026, 6, 1), date(2026, 11, 30)),
        (date(2026, 6, 1), date(2026, 6, 1), date(2026, 11, 30)),
        (date(2026, 6, 11), date(2026, 6, 11), date(2026, 12, 10)),
        (date(2027, 7, 16), date(2027, 7, 16), date(2028, 1, 14)),
    ],
)
def test_a_contract_drawn_up_late_keeps_the_planned_length(today, first, last):
    assert rules.term(date(2026, 6, 1), date(2026, 11, 30), today) == (first, last)
