"""The ledger's pure rules."""

from uuid import UUID

import pytest

from portal.budgets import rules
from portal.budgets.values import AccountKey, AccountKind, Line, MovementKind
from portal.core.money import Money

FUND, OTHER_FUND, PROGRAMME, CALL = (UUID(int=n) for n in range(1, 5))
AVAILABLE = AccountKey(AccountKind.AVAILABLE, FUND, PROGRAMME)
RESERVED = AccountKey(AccountKind.RESERVED, FUND, CALL)


def line(amount: int, source=AVAILABLE, target=RESERVED) -> Line:
    return Line(source, target, Money(amount))


def messages(*lines: Line, kind=MovementKind.RESERVE, has: int = 0) -> list[str]:
    return [p.message for p in rules.check_movement(kind, lines, {AVAILABLE: Money(has)})]


def test_money_that_is_there_may_go_on():
    assert messages(line(100), has=100) == []


def test_a_fen_too_much_is_refused():
    assert messages(line(101), has=100) == ["“%(account)s” holds %(has)s only; %(wanted)s are needed."]


def test_lines_of_one_movement_are_taken_together():
    assert messages(line(60), line(41), has=100) != []
    assert messages(line(60), line(40), has=100) == []


def test_money_that_arrives_first_may_leave_in_the_same_movement():
    external = AccountKey(AccountKind.EXTERNAL, FUND, FUND)
    assert messages(line(100, external, AVAILABLE), kind=MovementKind.APPROPRIATE) == []


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_or_less_is_no_movement(amount):
    assert messages(line(amount), has=100) == ["The amount must be above zero."]


def test_a_movement_needs_a_line():
    assert messages() == ["A movement needs at least one line."]


def test_every_kind_refuses_the_ways_of_the_others():
    every_way = {way for ways in rules.FLOWS.values() for way in ways}
    for kind, ways in rules.FLOWS.items():
        for source, target in every_way - ways:
            found = rules.check_movement(
                kind, [line(1, AccountKey(source, FUND, CALL), AccountKey(target, FUND, CALL))], {}
            )
            assert [p.message for p in found] == [
                "Money does not go from “%(source)s” to “%(target)s” in this step."
            ]


def test_money_keeps_its_fund_source():
    elsewhere = AccountKey(AccountKind.RESERVED, OTHER_FUND, CALL)
    assert messages(line(1, AVAILABLE, elsewhere), has=1) == [
        "Money keeps its fund source; it cannot be moved to another."
    ]


def test_the_order_of_lines_makes_no_other_movement():
    assert rules.same_lines([line(1), line(2)], [line(2), line(1)])
    assert not rules.same_lines([line(1)], [line(1), line(1)])
    assert not rules.same_lines([line(1)], [line(2)])


def test_the_way_of_money_adds_up_to_what_was_appropriated():
    way = rules.way_of_money(
        {AccountKind.AVAILABLE: Money(5), AccountKind.PAID: Money(7), AccountKind.EXTERNAL: Money(-12)}
    )
    assert way[0] == ("Appropriated", Money(12))
    assert sum((amount for _label, amount in way[1:]), Money.ZERO) == Money(12)
    assert len(way) == 1 + len(rules.STAGES)
