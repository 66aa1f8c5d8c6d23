"""Use cases of the second factor: switch it on with a first code, give codes, recover, switch it off (RFC 6238)."""

import hashlib
import hmac
import secrets
from uuid import UUID

from portal.accounts import queries, rules
from portal.accounts.models import SecondFactor, User, UserSession
from portal.accounts.services.people import check_own_password, end_sessions, hash_key
from portal.core import audit, clock, mail, sealing
from portal.core.config import settings
from portal.core.db import add, db, get, use_case
from portal.core.errors import Invalid, NotFound, problem
from portal.core.keys import server_key
from portal.core.policy import Actor
from portal.core.text import N_

SECRET_BYTES = 20  # as long as the digest (RFC 4226, section 4, R6)
RECOVERY_BYTES = 10
WRONG = problem(
    N_("This code is not right, or it was used before. Please wait for the next one."), field="code"
)


def begin_factor(*, actor: Actor, password: str) -> None:
    """Make the secret for one's authenticator; it counts for nothing before the first code.

    Raises ``Invalid`` for a wrong password and when a second factor is switched on already.
    """
    check_own_password(actor=actor, password=password)
    _begin(actor=actor)


@use_case
def _begin(*, actor: Actor) -> None:
    user_id = _person(actor)
    get(User, user_id, lock=True)
    row = queries.begun_factor(user_id)
    if row and row.confirmed_at:
        raise Invalid(problem(N_("Your second factor is switched on already.")))
    secret = sealing.encrypt(
        server_key("second-factor"), secrets.token_bytes(SECRET_BYTES), aad=_facts(user_id)
    )
    if row is None:
        add(SecondFactor(user_id=user_id, secret=secret, begun_at=clock.now()))
    else:
        row.secret, row.begun_at, row.last_step = secret, clock.now(), 0


def shown_secret(actor: Actor) -> bytes | None:
    """The secret that one's authenticator is to take up; never again once it is switched on."""
    row = queries.begun_factor(_person(actor))
    return _open(row) if row and row.confirmed_at is None else None


def confirm_factor(*, actor: Actor, session_id: UUID, code: str) -> list[str]:
    """Switch the second factor on with a first right code; returns the recovery codes, which are shown once.

    Raises ``NotFound`` when none was begun, ``Invalid`` for a wrong code.
    """
    row = queries.begun_factor(_person(actor))
    if row is None or row.confirmed_at is not None:
        raise NotFound()
    _check(row, code, recovery=False)
    return _switch_on(actor=actor, session_id=session_id)


@use_case
def _switch_on(*, actor: Actor, session_id: UUID) -> list[str]:
    row, now = _locked(_person(actor)), clock.now()
    row.confirmed_at = now
    session = get(UserSession, session_id, lock=True)
    session.proved_at = now
    codes = _new_recovery(row)
    _note("user.switch_on_factor", row, actor, N_("The second factor of your account was switched on."))
    return codes


def give_code(*, key: str, code: str) -> str:
    """Finish a sign-in with a code or a recovery code; returns the key of the session that admits.

    Raises ``NotFound`` when no sign-in waits for a code (any more), ``Invalid`` for a wrong code.
    """
    waiting = queries.awaiting_session(hash_key(key))
    row = queries.second_factor(waiting.user_id) if waiting else None
    if waiting is None or row is None:
        raise NotFound()
    _check(row, code)
    return _admit(session_id=waiting.id)


@use_case
def _admit(*, session_id: UUID) -> str:
    """The session goes on under a new key: the one before the code was worth less (ASVS 7.2.4)."""
    row, key = get(UserSession, session_id, lock=True), secrets.token_urlsafe(32)
    row.key_hash, row.awaits_code, row.proved_at = hash_key(key), False, clock.now()
    return key


def prove(*, actor: Actor, session_id: UUID, code: str) -> None:
    """Give a code within a session, before a grave act. Raises ``Invalid``, or ``NotFound`` without a second factor."""
    row = queries.second_factor(_person(actor))
    if row is None:
        raise NotFound()
    _check(row, code, recovery=False)
    _note_proof(session_id=session_id)


@use_case
def _note_proof(*, session_id: UUID) -> None:
    get(UserSession, session_id, lock=True).proved_at = clock.now()


def renew_recovery(*, actor: Actor, password: str) -> list[str]:
    """Make new recovery codes in place of all old ones; they are shown once. Raises ``Invalid``, ``NeedsCode``."""
    check_own_password(actor=actor, password=password)
    return _renew(actor=actor)


@use_case
def _renew(*, actor: Actor) -> list[str]:
    row = _locked(_person(actor))
    codes = _new_recovery(row)
    _note("user.renew_recovery", row, actor, N_("New recovery codes were made for your account."))
    return codes


def switch_off_factor(*, actor: Actor, password: str) -> None:
    """Give one's second factor up. Raises ``Invalid`` where a role of the actor demands it, ``NeedsCode``."""
    check_own_password(actor=actor, password=password)
    if demands_factor(actor):
        raise Invalid(
            problem(N_("Your role demands a second factor; only an administrator can take it away."))
        )
    _switch_off(actor=actor, user_id=_person(actor), action="user.switch_off_factor", reason="")


@use_case
def reset_factor(*, actor: Actor, user_id: UUID, reason: str) -> None:
    """Take the second factor of a person away who lost phone and codes, and end all sessions.

    The caller has checked who may. Raises ``NotFound`` when there is none.
    """
    _switch_off(actor=actor, user_id=user_id, action="user.reset_factor", reason=reason)
    end_sessions(actor=actor, user_id=user_id)


@use_case
def _switch_off(*, actor: Actor, user_id: UUID, action: str, reason: str) -> None:
    if queries.second_factor(user_id) is None:
        raise NotFound()
    row = _locked(user_id)
    _note(action, row, actor, N_("The second factor of your account was taken away."), reason=reason)
    db.session.delete(row)


def demands_factor(actor: Actor) -> bool:
    """Whether this installation demands a second factor of a role that the actor holds."""
    return actor.holds(*settings().second_factor_roles)


def _check(row: SecondFactor, text: str, *, recovery: bool = True) -> None:
    """Use up a code, in a transaction of its own, so that wrong ones are counted; ``Invalid`` for those."""
    now, code = clock.now(), rules.clean_code(text)
    if row.locked_until and row.locked_until > now:
        message = N_("Too many wrong codes. Please try again at %(until)s.")
        raise Invalid(problem(message, field="code", until=row.locked_until))
    if not _use_up(user_id=row.user_id, code=code, recovery=recovery):
        raise Invalid(WRONG)


@use_case
def _use_up(*, user_id: UUID, code: str, recovery: bool) -> bool:
    row = _locked(user_id)
    wall_clock = (
        clock.now() - clock.demo_offset()
    )  # a telephone does not know that the demo's clock was moved
    step = rules.matching_step(_open(row), code, wall_clock, row.last_step)
    spent = _recovery_digest(user_id, code) if recovery else ""
    if step is not None:
        row.last_step = step
    elif spent and _among(spent, row.recovery):
        row.recovery = [digest for digest in row.recovery if digest != spent]
        user = get(User, user_id)
        _note(
            "user.use_recovery",
            row,
            Actor(user.id, user.name),
            N_("A recovery code of your account was used."),
        )
    else:
        row.failed += 1
        wait = rules.lock_time(row.failed)
        row.locked_until = clock.now() + wait if wait else None
        audit.record("user.wrong_code", get(User, user_id), Actor.system("second_factor"), count=row.failed)
        return False
    row.failed, row.locked_until = 0, None
    return True


def _among(digest: str, known: list[str]) -> bool:
    """Every one is compared in constant time, whichever fits."""
    fits = [hmac.compare_digest(digest, other) for other in known]
    return any(fits)


def _new_recovery(row: SecondFactor) -> list[str]:
    codes = [rules.spell(secrets.token_bytes(RECOVERY_BYTES)) for _ in range(rules.RECOVERY_CODES)]
    row.recovery = [_recovery_digest(row.user_id, rules.clean_code(code)) for code in codes]
    return codes


def _recovery_digest(user_id: UUID, code: str) -> str:
    """Keyed by a secret outside the database; the codes are long enough that no slow digest is needed."""
    return hmac.new(server_key("second-factor"), user_id.bytes + code.encode(), hashlib.sha256).hexdigest()


def _note(action: str, row: SecondFactor, actor: Actor, sentence: str, reason: str = "") -> None:
    """Record what happened and tell the person, who may not have done it."""
    user = get(User, row.user_id)
    audit.record(action, user, actor, **({"reason": reason} if reason else {}))
    mail.notify(
        queries.recipients([user.id]), "second_factor", link="/accounts/second-factor", name=user.name,
        sentence=sentence, reason=reason,
    )  # fmt: skip


def _locked(user_id: UUID) -> SecondFactor:
    row = queries.begun_factor(user_id)
    if row is None:
        raise NotFound()
    return get(SecondFactor, row.id, lock=True)


def _open(row: SecondFactor) -> bytes:
    return sealing.decrypt(server_key("second-factor"), row.secret, aad=_facts(row.user_id))


def _facts(user_id: UUID) -> dict[str, str]:
    return {"kind": "second factor", "user": str(user_id)}


def _person(actor: Actor) -> UUID:
    assert actor.user_id is not None  # noqa: S101 - the pages need a sign-in
    return actor.user_id
