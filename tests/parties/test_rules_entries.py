"""Pure rules of parties besides the credit code: accounts, levels of units, roles that exclude each other."""

import pytest

from portal.parties import rules
from portal.parties.rules import make_credit_code
from portal.parties.values import ORGANISATION, STAFF, PartyKind, Role, UnitLevel


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("6200 0000-0000 1234", "6200000000001234"), ("６２００００００", "62000000"), ("", "")],
)
def test_typed_accounts_are_cleaned(typed, kept):
    assert rules.clean_bank_account(typed) == kept


@pytest.mark.parametrize(
    ("bank", "account", "field"),
    [
        ("", "", None),
        ("示例银行", "62000000", None),
        ("示例银行", "1" * 30, None),
        ("示例银行", "1234567", "bank_account"),
        ("示例银行", "1" * 31, "bank_account"),
        ("示例银行", "6200000x", "bank_account"),
        ("示例银行", "", "bank_account"),
        ("", "62000000", "bank_name"),
    ],
)
def test_an_account_has_8_to_30_digits_and_a_bank(bank, account, field):
    assert [p.field for p in rules.check_bank_account(bank, account)] == ([field] if field else [])


def test_a_masked_account_shows_four_digits_at_most():
    assert rules.mask_account("6200000000001234") == "•••• 1234"
    assert rules.mask_account("1234567") == "••••"
    assert rules.mask_account("") == ""


@pytest.mark.parametrize("above", list(UnitLevel))
@pytest.mark.parametrize("level", list(UnitLevel))
def test_a_unit_stands_below_a_higher_level_only(level, above):
    order = list(UnitLevel)
    assert (rules.check_level(level, above) == []) == (order.index(level) > order.index(above))
    assert rules.check_level(level, None) == []


def test_the_code_names_the_kind():
    code = make_credit_code("51330800MJ1234567")
    assert rules.check_kind(code, PartyKind.ASSOCIATION) == []
    problem = rules.check_kind(code, PartyKind.SERVICE)[0]
    assert (problem.field, problem.params["named"]) == ("kind", PartyKind.ASSOCIATION)


@pytest.mark.parametrize("apart", [Role.ADMINISTRATOR, Role.SUPERVISOR])
@pytest.mark.parametrize("role", sorted(STAFF))
def test_overseers_hold_no_other_role_of_the_staff(apart, role):
    if role is not apart:
        assert rules.check_roles_together({apart}, role)
        assert rules.check_roles_together({role}, apart)
    assert rules.check_roles_together({apart}, apart) == []


@pytest.mark.parametrize("role", sorted(ORGANISATION | {Role.EXPERT, Role.COMMUNITY_REPRESENTATIVE}))
def test_other_roles_may_be_held_beside(role):
    assert rules.check_roles_together({Role.PROGRAMME_OFFICER, Role.FINANCE_OFFICER}, role) == []
    assert rules.check_roles_together({role}, Role.SUPERVISOR) == []
