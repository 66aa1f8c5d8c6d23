"""Rules of needs."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.needs import rules
from portal.needs.values import NeedChannel, Opinion, Round, ServiceField

LEVEL = st.integers(1, 5)
TODAY = date(2026, 3, 2)


@given(LEVEL, LEVEL)
def test_the_priority_is_the_declared_formula_and_stays_in_its_bounds(urgency, breadth):
    found = rules.priority(urgency, breadth)
    assert found == 12 * urgency + 8 * breadth
    assert 20 <= found <= 100


@given(LEVEL, LEVEL, LEVEL)
def test_more_urgent_or_broader_is_never_less_important(urgency, breadth, other):
    assert rules.priority(max(urgency, other), breadth) >= rules.priority(urgency, breadth)
    assert rules.priority(urgency, max(breadth, other)) >= rules.priority(urgency, breadth)


@pytest.mark.parametrize(("urgency", "breadth"), [(0, 1), (6, 1), (1, 0), (1, 6)])
def test_levels_that_do_not_exist_are_refused(urgency, breadth):
    with pytest.raises(ValueError, match="levels"):
        rules.priority(urgency, breadth)


@pytest.mark.parametrize("typed", ["ABCDE-FGHJK", "abcde fghjk", " abcdefghjk ", "ABCDE－FGHJK"])
def test_a_code_is_known_however_it_is_typed(typed):
    assert rules.code_hash(typed) == rules.code_hash("ABCDEFGHJK")
    assert rules.spaced_code("ABCDEFGHJK") == "ABCDE-FGHJK"


def test_another_code_has_another_hash():
    assert rules.code_hash("ABCDE-FGHJK") != rules.code_hash("ABCDE-FGHJM")


@pytest.mark.parametrize(("text", "good"), [("", False), ("  ", False), ("扶手", True), ("字" * 1000, True), ("字" * 1001, False)])  # fmt: skip
def test_a_text_is_there_and_not_too_long(text, good):
    assert (rules.check_text(text) == []) is good


def a_round(**changes):
    values = {
        "unit_id": uuid4(), "channel": NeedChannel.BENCH_COUNCIL, "title": "三号楼板凳会", "held_on": TODAY, "participants": 30,
        "sites": 2, "opinions": (Opinion("装扶手", ServiceField.ELDERLY, "", 12),), **changes,
    }  # fmt: skip
    return Round(**values)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, None),
        ({"title": " "}, "title"),
        ({"held_on": TODAY + timedelta(days=1)}, "held_on"),
        ({"participants": 0}, "participants"),
        ({"sites": 0}, "sites"),
        ({"opinions": ()}, "opinions"),
        (
            {"opinions": (Opinion("好", ServiceField.OTHER), Opinion("", ServiceField.OTHER))},
            "opinions-1-text",
        ),
        ({"opinions": (Opinion("好", ServiceField.OTHER, "", 0),)}, "opinions-0-count"),
        ({"opinions": (Opinion("好", ServiceField.OTHER, "", 100_001),)}, "opinions-0-count"),
    ],
)
def test_a_round_says_what_is_wrong_and_where(changes, field):
    assert [p.field for p in rules.check_round(a_round(**changes), TODAY)] == ([field] if field else [])


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("请打 13800138000", False), ("0571-88001234", False), ("身份证 330102199001011234", False),
        ("33010219900101123X", False), ("六号楼 2 单元", True), ("2026年1月，300户", True), ("1380013800012", True),
    ],
)  # fmt: skip
def test_numbers_of_people_stay_out_of_public_texts(text, clean):
    assert (rules.check_public_wording(text) == []) is clean
