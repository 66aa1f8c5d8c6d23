from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.money import AMOUNT_TOO_LARGE, FRACTION_OF_A_FEN, NOT_AN_AMOUNT, Money, parse_yuan

amounts = st.integers(-(10**18) + 1, 10**18 - 1).map(Money)
weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=20).filter(any)


def test_holds_fen_and_shows_yuan():
    money = Money.from_yuan("1234567.89")
    assert money.fen == 123456789
    assert money.yuan == Decimal("1234567.89")
    assert money.format() == str(money) == "1,234,567.89"
    assert repr(money) == "Money(1234567.89 yuan)"
    assert Money(-5).format() == "-0.05"
    assert Money.from_yuan(Decimal("1E+3")).format() == "1,000.00"
    assert str(Money(500).yuan) == "5.00"


@pytest.mark.parametrize("yuan", [0.1, True, 2.0])
def test_floats_and_booleans_are_refused(yuan):
    with pytest.raises(TypeError):
        Money.from_yuan(yuan)
    with pytest.raises(TypeError):
        Money(yuan)


@pytest.mark.parametrize(
    "yuan",
    [
        "0.001",
        Decimal("1.005"),
        "NaN",
        "Infinity",
        "sNaN",
        "",
        "one",
        "1." + "0" * 40 + "1",
        "1E+999999",
        "1E-999999",
    ],
)
def test_fractions_of_a_fen_and_non_numbers_are_refused(yuan):
    with pytest.raises(ValueError):  # noqa: PT011 - the sentence differs by case
        Money.from_yuan(yuan)


def test_arithmetic_stays_among_money():
    a, b = Money(150), Money(70)
    assert (a + b, a - b, -a, abs(-a), a * 3, 3 * a) == (
        Money(220),
        Money(80),
        Money(-150),
        a,
        Money(450),
        Money(450),
    )
    assert sum([a, b]) == sum([a, b], Money.ZERO) == Money(220)
    assert sorted([a, b]) == [b, a]
    assert max(a, b) is a
    assert {Money(1), Money(1)} == {Money(1)}
    assert not Money.ZERO
    assert Money(-1)
    assert a != 150
    for operation in (
        lambda: a + 1,
        lambda: 1 + a,
        lambda: a - 1,
        lambda: a * 1.5,
        lambda: a * b,
        lambda: a < 200,
    ):
        with pytest.raises(TypeError):
            operation()
    with pytest.raises(AttributeError):
        a.fen = 1


@given(amounts)
def test_yuan_round_trip(money):
    assert Money.from_yuan(money.yuan) == money
    assert parse_yuan(money.format()) == money


@given(amounts, weights)
def test_shares_lose_no_fen_and_are_within_one_fen_of_exact(money, weights):
    parts = money.share(weights)
    assert sum(parts, Money.ZERO) == money
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.fen * sum(weights) - money.fen * weight) < sum(weights)


@given(amounts, weights)
def test_shares_of_equal_weight_differ_by_a_fen_at_most(money, weights):
    parts = money.share([1] * len(weights))
    assert abs(max(parts).fen - min(parts).fen) <= 1


def test_share_examples():
    assert Money(100).share([1, 1, 1]) == [Money(33), Money(33), Money(34)]
    assert Money.from_yuan("49999.99").share([5000, 3000, 2000]) == [
        Money(2499999),
        Money(1500000),
        Money(1000000),
    ]
    assert Money(-100).share([1, 1, 1]) == [Money(-33), Money(-33), Money(-34)]
    assert Money(5).share([0, 1, 0]) == [Money(0), Money(5), Money(0)]
    for bad in ([], [0, 0], [3, -1]):
        with pytest.raises(ValueError, match="weights"):
            Money(100).share(bad)


def test_portion_rounds_half_a_fen_up():
    assert Money(1000).portion(5000) == Money(500)
    assert Money(1).portion(5000) == Money(1)
    assert Money(1).portion(4999) == Money(0)
    assert Money(-1).portion(5000) == Money(-1)
    with pytest.raises(ValueError, match="portion"):
        Money(1).portion(-1)
    assert Money.from_yuan("333.33").portion(10_000) == Money(33333)


@pytest.mark.parametrize(
    ("yuan", "words"),
    [
        ("1409.50", "壹仟肆佰零玖元伍角"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("1680.32", "壹仟陆佰捌拾元零叁角贰分"),
        ("107000.53", "壹拾万柒仟元零伍角叁分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角"),
        ("0.53", "伍角叁分"),
        ("10", "壹拾元整"),
        ("10.01", "壹拾元零壹分"),
        ("100000000", "壹亿元整"),
        ("100010000", "壹亿零壹万元整"),
        ("100000001", "壹亿零壹元整"),
        ("1000001000", "壹拾亿零壹仟元整"),
        ("20000000", "贰仟万元整"),
        ("12345678.90", "壹仟贰佰叁拾肆万伍仟陆佰柒拾捌元玖角"),
        ("1000000000000", "壹万亿元整"),
        ("1000100000000", "壹万零壹亿元整"),
        ("9999999999999999.99", "玖仟玖佰玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
        ("-12.30", "负壹拾贰元叁角"),
    ],
)
def test_capitals(yuan, words):
    assert Money.from_yuan(yuan).capitals() == words


def _read(words):
    """Read capital numerals back, independently of how they are written."""
    value, section, digit, fen = 0, 0, 0, 0
    sign = -1 if words.startswith("负") else 1
    for ch in words.lstrip("负").rstrip("整"):
        if ch in "零壹贰叁肆伍陆柒捌玖":
            digit = "零壹贰叁肆伍陆柒捌玖".index(ch)
        elif ch in "拾佰仟":
            section, digit = section + digit * {"拾": 10, "佰": 100, "仟": 1000}[ch], 0
        elif ch == "万":
            section, digit = (section + digit) * 10**4, 0
        elif ch == "亿":
            value, section, digit = (section + digit) * 10**8, 0, 0
        elif ch == "元":
            fen, digit = (value + section + digit) * 100, 0
        else:
            fen, digit = fen + digit * {"角": 10, "分": 1}[ch], 0
    return sign * fen


@given(amounts)
def test_capitals_can_be_read_back_and_keep_the_rules(money):
    words = money.capitals()
    assert _read(words) == money.fen
    assert "零零" not in words
    assert words.endswith("整") == (money.fen % 100 == 0)


def test_capitals_end_at_ten_thousand_wan_yi():
    with pytest.raises(ValueError, match="too large"):
        Money.from_yuan(10**16).capitals()


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("12500", 1250000),
        (" 12,500.00 ", 1250000),
        ("12 500.5", 1250050),
        ("12,500.05元", 1250005),
        ("12,500.5 元", 1250050),
        ("¥12,500", 1250000),
        ("￥ 12,500.00", 1250000),  # full-width sign as typed in Chinese
        ("人民币12500元", 1250000),
        ("RMB 12500", 1250000),
        ("1，2500．80", 1250080),  # full-width comma and point, groups of four
        ("１２３４５．６７", 1234567),  # full-width digits
        ("\u3000100\u00a0", 10000),
        (".5", 50),
        ("5.", 500),
        ("-3.20", -320),
        ("−3.20", -320),  # minus sign as pasted from a spreadsheet
        ("0007", 700),
        ("9,999,999,999,999,999.99", 999999999999999999),
    ],
)
def test_parse_yuan_reads_what_people_type(text, fen):
    assert parse_yuan(text).fen == fen


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", NOT_AN_AMOUNT),
        ("元", NOT_AN_AMOUNT),
        (".", NOT_AN_AMOUNT),
        ("1,23", NOT_AN_AMOUNT),
        ("1 2 3", NOT_AN_AMOUNT),
        ("1,000,00.00", NOT_AN_AMOUNT),
        ("3万", NOT_AN_AMOUNT),
        ("1e5", NOT_AN_AMOUNT),
        ("--5", NOT_AN_AMOUNT),
        ("١٢", NOT_AN_AMOUNT),
        ("=1+1", NOT_AN_AMOUNT),
        ("NaN", NOT_AN_AMOUNT),
        ("0.001", FRACTION_OF_A_FEN),
        ("1" * 17, AMOUNT_TOO_LARGE),
        ("9" * 5000, AMOUNT_TOO_LARGE),
    ],
)
def test_parse_yuan_refuses_what_could_be_misread(text, message):
    with pytest.raises(ValueError, match=r".+") as refusal:
        parse_yuan(text)
    assert str(refusal.value) == message
