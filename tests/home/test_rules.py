"""The audit log in words."""

from portal.core.money import Money
from portal.home.rules import ACTIONS, details


def test_amounts_become_money_and_unknown_keys_stay():
    assert details({"paid": {"fen": 8000050}, "odd_key": 3}) == [("paid", Money(8000050)), ("odd_key", 3)]


def test_nested_values_and_lists_become_one_line():
    assert details({"marks": {"quality": "86", "progress": "90"}, "ids": [1, 2]}) == [
        ("marks", "quality 86, progress 90"),
        ("ids", "1, 2"),
    ]


def test_actions_are_named_as_the_log_writes_them():
    assert all(noun.islower() and "." in noun for noun in ACTIONS)
