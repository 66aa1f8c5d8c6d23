"""Use cases: create people, sign in and out, change the password, confirm it for grave acts."""

import hashlib
import hmac
import re
import secrets
from datetime import datetime
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import update

from portal.accounts import queries, rules
from portal.accounts.models import User, UserSession
from portal.accounts.values import UserStatus
from portal.core import audit, clock, outbox
from portal.core.config import settings
from portal.core.db import add, db, get, use_case
from portal.core.errors import Invalid, NeedsCode, NotFound, Problem, problem
from portal.core.policy import Actor
from portal.core.text import N_

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_DECOY = _hasher.hash(
    secrets.token_hex(16)
)  # checked for unknown addresses, so that both answers take as long

_HEX_ID = re.compile(r"[0-9a-f]{32}")
WRONG = problem(N_("E-mail address or password is not right."))


def account_problems(*, email: str, name: str, password: str) -> list[Problem]:
    """What stands against a new account: a weak password, a known address."""
    email = email.strip().lower()
    found = rules.check_password(password, email=email, name=name)
    if queries.find_user(email):
        found.append(problem(N_("This e-mail address is registered already. Please sign in."), field="email"))
    return found


@use_case
def create_user(
    *, actor: Actor, email: str, name: str, password: str, phone: str = "", language: str = "zh"
) -> User:
    """Create a person who can sign in. Raises ``Invalid`` for a weak password or a known address."""
    email = email.strip().lower()
    if problems := account_problems(email=email, name=name, password=password):
        raise Invalid(*problems)
    user = add(
        User(email=email, name=name.strip(), phone=phone.strip(), password_hash=_hasher.hash(password), language=language, created_at=clock.now())
    )  # fmt: skip
    audit.record("user.create", user, actor)
    return user


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def sign_in(*, email: str, password: str, device: str = "") -> str:
    """Check the password (as ``identify`` does) and open a session; returns the key for the cookie.

    ``device`` names the browser.
    """
    return open_session(user_id=identify(email=email, password=password).id, device=device)


def identify(*, email: str, password: str) -> User:
    """The person who knows this password, for a sign-in or beside somebody who is signed in (two-person acts).

    Wrong passwords are counted in a transaction of their own. Raises ``Invalid`` with the same words for an
    unknown address, a wrong password and a disabled person, and says so when sign-in is locked for a while.
    """
    user = queries.find_user(email)
    if user is None:
        _matches(_DECOY, password)
        raise Invalid(WRONG)
    now = clock.now()
    if user.locked_until and user.locked_until > now:
        raise Invalid(
            problem(N_("Too many wrong passwords. Please try again at %(until)s."), until=user.locked_until)
        )
    if not _matches(user.password_hash, password) or user.status != UserStatus.ACTIVE:
        _count_failure(user_id=user.id)
        raise Invalid(WRONG)
    return user


@use_case
def _count_failure(*, user_id: UUID) -> None:
    user = get(User, user_id, lock=True)
    user.failed_sign_ins += 1
    wait = rules.lock_time(user.failed_sign_ins)
    user.locked_until = clock.now() + wait if wait else None
    audit.record("user.wrong_password", user, Actor.system("sign_in"), count=user.failed_sign_ins)


@use_case
def open_session(*, user_id: UUID, device: str = "") -> str:
    """Open a session and return its key; it admits to nothing while it still awaits a code of the second factor."""
    user = get(User, user_id, lock=True)
    user.failed_sign_ins, user.locked_until = 0, None
    key, now = secrets.token_urlsafe(32), clock.now()
    add(
        UserSession(
            user_id=user.id, key_hash=hash_key(key), device=device[:120], created_at=now, seen_at=now, confirmed_at=now,
            awaits_code=queries.second_factor(user.id) is not None,
        )
    )  # fmt: skip
    audit.record("user.sign_in", user, Actor(user.id, user.name))
    return key


def hash_key(key: str) -> str:
    """What the database keeps of a session key."""
    return hashlib.sha256(key.encode()).hexdigest()


@use_case
def touch_session(*, session_id: UUID) -> None:
    """Remember that the session was used (called at most once a minute)."""
    db.session.execute(update(UserSession).where(UserSession.id == session_id).values(seen_at=clock.now()))


@use_case
def sign_out(*, actor: Actor, session_id: UUID) -> None:
    """End one session."""
    get(UserSession, session_id, lock=True).ended_at = clock.now()


@use_case
def end_session(*, actor: Actor, session_id: UUID) -> None:
    """End one of one's own sessions, for example on a lost phone. Raises ``NotFound`` for anybody else's."""
    row = get(UserSession, session_id, lock=True)
    if row.user_id != actor.user_id:
        raise NotFound()
    if row.ended_at is None:
        row.ended_at = clock.now()
        audit.record("user.end_session", get(User, row.user_id), actor)


@use_case
def carry_sessions(*, before: datetime, after: datetime) -> None:
    """Keep the sessions that were alive at ``before`` alive, although the demo clock jumped to ``after``."""
    db.session.execute(
        update(UserSession)
        .where(UserSession.ended_at.is_(None), UserSession.seen_at > before - rules.IDLE)
        .values(seen_at=after)
    )


@use_case
def end_sessions(*, actor: Actor, user_id: UUID) -> None:
    """End every session of a person, for example after the password changed."""
    db.session.execute(
        update(UserSession)
        .where(UserSession.user_id == user_id, UserSession.ended_at.is_(None))
        .values(ended_at=clock.now())
    )


@use_case
def change_password(*, actor: Actor, old: str, new: str) -> None:
    """Change one's own password and end all sessions. Raises ``Invalid`` for a wrong old or a weak new one."""
    assert actor.user_id is not None  # noqa: S101 - the page needs a sign-in
    user = get(User, actor.user_id, lock=True)
    problems = rules.check_password(new, email=user.email, name=user.name)
    if not _matches(user.password_hash, old):
        problems.insert(0, problem(N_("The old password is not right."), field="old"))
    if problems:
        raise Invalid(*problems)
    user.password_hash = _hasher.hash(new)
    end_sessions(actor=actor, user_id=user.id)
    audit.record("user.change_password", user, actor)


def check_own_password(*, actor: Actor, password: str) -> None:
    """Ask for the password again before a grave act (signing, paying, keys). Raises ``Invalid`` at ``password``.

    Who uses a second factor must have given a code in this session lately, else ``NeedsCode``.
    """
    assert actor.user_id is not None  # noqa: S101 - only a person can confirm
    user = get(User, actor.user_id)
    if queries.second_factor(user.id) and not rules.is_fresh(actor.proved_at, clock.now()):
        raise NeedsCode()
    if not _matches(user.password_hash, password):
        raise Invalid(problem(N_("The password is not right."), field="password"))


@use_case
def forget_password(*, email: str) -> None:
    """Send a link for a new password to a known, active person; unknown addresses are passed over without a word."""
    user = queries.find_user(email)
    if user is not None and user.status == UserStatus.ACTIVE:
        audit.record("user.forget_password", user, Actor.system("password"))
        outbox.emit("user.password_forgotten", user_id=user.id)


def reset_token(user: User) -> str:
    """The secret part of the link: bound to the present password, so it works once, and to its last moment."""
    until = int((clock.now() + rules.RESET_WITHIN).timestamp())
    return f"{user.id.hex}.{until}.{_reset_mark(user, until)}"


def find_by_token(token: str) -> User:
    """The person of a link that still works. Raises ``NotFound`` for a wrong, late or used one."""
    person, _, rest = token.partition(".")
    until, _, mark = rest.partition(".")
    user = db.session.get(User, UUID(person)) if _HEX_ID.fullmatch(person) and until.isdecimal() else None
    if user is None or user.status != UserStatus.ACTIVE or int(until) <= clock.now().timestamp():
        raise NotFound()
    if not hmac.compare_digest(mark.encode(), _reset_mark(user, int(until)).encode()):
        raise NotFound()
    return user


@use_case
def reset_password(*, token: str, password: str) -> User:
    """Choose a new password by a link and end all sessions. Raises ``NotFound`` or ``Invalid`` for a weak password."""
    user = get(User, find_by_token(token).id, lock=True)
    if problems := rules.check_password(password, email=user.email, name=user.name):
        raise Invalid(*problems)
    user.password_hash, user.failed_sign_ins, user.locked_until = _hasher.hash(password), 0, None
    end_sessions(actor=Actor.system("password"), user_id=user.id)
    audit.record("user.reset_password", user, Actor(user.id, user.name))
    return user


def _reset_mark(user: User, until: int) -> str:
    text = f"{user.id.hex}.{until}.{user.password_hash}"
    return hmac.new(settings().key("password-reset"), text.encode(), hashlib.sha256).hexdigest()


@use_case
def set_status(*, actor: Actor, user_id: UUID, status: UserStatus, reason: str) -> User:
    """Disable or enable a person; disabling ends all sessions. The caller has checked who may."""
    user = get(User, user_id, lock=True)
    user.status = status
    if status == UserStatus.DISABLED:
        end_sessions(actor=actor, user_id=user.id)
    audit.record("user.set_status", user, actor, status=str(status), reason=reason)
    return user
