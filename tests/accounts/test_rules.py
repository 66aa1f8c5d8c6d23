"""Pure rules of accounts."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.accounts.rules import check_password, is_live, lock_time

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    "password",
    ["", "short", "a" * 129, "aaaaaaaaaaaa", "password123", "1234567890", "zhongguo2026", "linyuan-2026-xx"],
)
def test_weak_passwords(password):
    assert check_password(password, email="linyuan@example.org", name="林远")


@pytest.mark.parametrize("password", ["Lvshu-2026-qiao", "一条安静的小河流过桥", "correct horse battery"])
def test_good_passwords(password):
    assert check_password(password, email="linyuan@example.org", name="林远") == []


def test_waiting_grows_and_is_bounded():
    assert [lock_time(n) for n in (0, 5)] == [timedelta(), timedelta()]
    assert [lock_time(n).total_seconds() / 60 for n in (6, 7, 8, 30)] == [1, 2, 4, 60]


def test_a_session_lives_until_it_is_idle_for_eight_hours_or_ended():
    assert is_live(NOW, None, NOW + timedelta(hours=8) - timedelta(seconds=1))
    assert not is_live(NOW, None, NOW + timedelta(hours=8))
    assert not is_live(NOW, NOW, NOW)
