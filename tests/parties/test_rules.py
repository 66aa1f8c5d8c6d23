import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.parties.rules import check_credit_code, clean_credit_code, credit_code_kind, make_credit_code
from portal.parties.values import ORGANISATION, STAFF, PartyKind, Role

SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
prefixes = st.builds(
    "{}{}{}".format,
    st.sampled_from(["11", "12", "51", "52", "53", "91"]),
    st.from_regex("[0-9]{6}", fullmatch=True),
    st.text(SIGNS, min_size=9, max_size=9),
)


def complaints(code):
    return [p.message % p.params for p in check_credit_code(code)]


@given(prefixes)
def test_a_completed_code_is_right(prefix):
    assert check_credit_code(make_credit_code(prefix)) == []


@given(prefixes, st.integers(0, 17), st.sampled_from(SIGNS))
def test_every_single_wrong_sign_is_noticed(prefix, place, sign):
    code = make_credit_code(prefix)
    wrong = code[:place] + sign + code[place + 1 :]
    assert bool(check_credit_code(wrong)) == (wrong != code)


@given(prefixes, st.integers(0, 15))
def test_two_neighbours_in_the_wrong_order_are_noticed(prefix, place):
    code = make_credit_code(prefix)
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert bool(check_credit_code(wrong)) == (wrong != code)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("", "has 18 signs, this one has 0"),
        ("5233010212345678", "has 18 signs, this one has 16"),
        ("52330102MJ8O000001", "never contains “O”"),
        ("52330102mj80000001", "never contains “m”"),
        ("52330102MJ8000000一", "never contains “一”"),
        ("5233010AMJ80000001", "Signs 3 to 8"),
    ],
)
def test_what_is_wrong_is_said(code, words):
    assert [words in text for text in complaints(code)] == [True]


def test_a_wrong_check_sign_is_said():
    code = make_credit_code("52330102MJ8000001")
    other = "0" if code[-1] != "0" else "1"
    assert "last sign" in complaints(code[:-1] + other)[0]
    assert check_credit_code(code[:-1] + other)[0].field == "credit_code"


def test_check_sign_computed_by_hand():
    # only the last place counts: 1 x 28, and 31 - 28 = 3
    assert make_credit_code("0" * 16 + "1")[-1] == "3"
    # 1 x 1 gives 30, the last sign of the alphabet
    assert make_credit_code("1" + "0" * 16)[-1] == "Y"
    # a sum that 31 divides gives 0: 1 x 1 + 1 x 30
    assert make_credit_code("1" + "0" * 14 + "10")[-1] == "0"


@pytest.mark.parametrize(
    "code", ["11999900MB0000001K", "52999900MJ0000001T", "51999900MJ00000034", "53999900MJ00000041"]
)
def test_codes_completed_elsewhere(code):
    assert check_credit_code(code) == []


def test_typed_codes_are_cleaned():
    code = make_credit_code("52330102MJ8000001")
    sloppy = f" {code[:6].lower()} {code[6:12]}-{code[12:].lower()} "
    assert clean_credit_code(sloppy) == code
    assert clean_credit_code("".join(chr(ord(c) + 0xFEE0) for c in code)) == code


def test_the_kind_is_told_by_the_first_two_signs():
    kinds = {
        p: credit_code_kind(make_credit_code(p + "330102MJ8000001"))
        for p in ("11", "12", "51", "52", "53", "91", "93")
    }
    assert kinds == {
        "11": PartyKind.ORGAN,
        "12": PartyKind.INSTITUTION,
        "51": PartyKind.ASSOCIATION,
        "52": PartyKind.SERVICE,
        "53": PartyKind.FOUNDATION,
        "91": PartyKind.ENTERPRISE,
        "93": PartyKind.OTHER,
    }
    social = {p for p, kind in kinds.items() if kind.is_social_organisation}
    assert social == {"51", "52", "53"}


@pytest.mark.parametrize("prefix", ["", "52330102MJ80000011", "52330102MJ800000O"])
def test_only_proper_prefixes_are_completed(prefix):
    with pytest.raises(ValueError, match="17 signs"):
        make_credit_code(prefix)


def test_duties_in_government_and_in_organisations_never_mix():
    assert not STAFF & ORGANISATION
    assert {role for role in Role if role.value.startswith("org_")} == ORGANISATION
