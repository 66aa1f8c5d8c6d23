"""Pure rules of accounts: what a password must be, when a sign-in is locked, codes of the second factor."""

import base64
import hmac
import re
import unicodedata
from datetime import datetime, timedelta
from urllib.parse import quote

from portal.core.errors import Problem, problem
from portal.core.text import N_

MIN_PASSWORD = 10
IDLE = timedelta(hours=8)
CONFIRMED_FOR = timedelta(minutes=30)
FREE_ATTEMPTS = 5
RESET_WITHIN = timedelta(hours=1)
CODE_WITHIN = timedelta(minutes=10)
STEP_SECONDS = 30
DRIFT = 1
RECOVERY_CODES = 10
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


def is_fresh(proved_at: datetime | None, now: datetime) -> bool:
    """Whether a code was given lately enough for signing, paying and keys."""
    return proved_at is not None and now - proved_at < CONFIRMED_FOR


def time_step(at: datetime) -> int:
    """The number of the 30-second step in which an instant lies (RFC 6238, section 4)."""
    return int(at.timestamp()) // STEP_SECONDS


def code_of(secret: bytes, step: int) -> str:
    """The six digits of one step: HMAC-SHA-1, truncated as in RFC 4226, section 5.3, as all authenticators do."""
    digest = hmac.digest(secret, step.to_bytes(8), "sha1")
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4]) & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def matching_step(secret: bytes, code: str, at: datetime, last_step: int) -> int | None:
    """The step whose code was typed: the present one or the one beside it, and later than any used before.

    Every candidate is compared in constant time, whichever fits.
    """
    now, found = time_step(at), None
    for step in range(now - DRIFT, now + DRIFT + 1):
        fits = hmac.compare_digest(code_of(secret, step).encode(), code.encode())
        if fits and step > last_step:
            found = step
    return found


def clean_code(text: str) -> str:
    """A typed code without blanks and dashes, in capitals; full-width digits become plain ones."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()


def in_letters(secret: bytes) -> str:
    """A secret as authenticators take it when it is typed (RFC 4648, base 32)."""
    return base64.b32encode(secret).decode().rstrip("=")


def enrolment_address(secret: bytes, *, email: str, issuer: str) -> str:
    """What the QR code says: the address by which authenticators take up a new account."""
    label = f"{quote(issuer)}:{quote(email)}"
    return f"otpauth://totp/{label}?secret={in_letters(secret)}&issuer={quote(issuer)}&digits=6&period={STEP_SECONDS}"


def spell(raw: bytes) -> str:
    """A recovery code of 10 bytes in four groups of four letters and digits."""
    letters = in_letters(raw)
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))
