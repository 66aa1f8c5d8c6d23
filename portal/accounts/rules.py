"""Pure rules of accounts: what a password must be, when a sign-in is locked."""

from datetime import datetime, timedelta

from portal.core.errors import Problem, problem
from portal.core.text import N_

MIN_PASSWORD = 10
IDLE = timedelta(hours=8)
CONFIRMED_FOR = timedelta(minutes=30)
FREE_ATTEMPTS = 5
RESET_WITHIN = timedelta(hours=1)
_COMMON = (
    "password",
    "123456",
    "abcdef",
    "qwerty",
    "111111",
    "888888",
    "woaini",
    "admin",
    "zhongguo",
    "gongyi",
)


def check_password(password: str, *, email: str = "", name: str = "") -> list[Problem]:
    """Problems of a new password: length (10 to 128), common strings, own name or address (ASVS 6.2)."""
    found = []
    if not MIN_PASSWORD <= len(password) <= 128:
        found.append(
            problem(N_("Use between %(low)d and 128 characters."), field="password", low=MIN_PASSWORD)
        )
    lowered = password.lower()
    stripped = lowered.strip("0123456789!@#$%^&*._-")
    if (
        len(set(password)) < 5
        or any(lowered.startswith(c) and len(lowered) < len(c) + 5 for c in _COMMON)
        or stripped in _COMMON
    ):
        found.append(problem(N_("This password is too easy to guess."), field="password"))
    own = email.split("@")[0].lower()
    if (own and own in lowered) or (name and name.lower() in lowered):
        found.append(problem(N_("Do not use your name or e-mail address."), field="password"))
    return found


def lock_time(failed: int) -> timedelta:
    """How long sign-in waits after ``failed`` wrong passwords in a row: none up to 5, then 1, 2, 4 … 60 minutes."""
    if failed <= FREE_ATTEMPTS:
        return timedelta()
    return min(timedelta(minutes=2 ** (failed - FREE_ATTEMPTS - 1)), timedelta(hours=1))


def is_live(seen_at: datetime, ended_at: datetime | None, now: datetime) -> bool:
    """True while a session was used within the idle limit and not ended."""
    return ended_at is None and now - seen_at < IDLE
