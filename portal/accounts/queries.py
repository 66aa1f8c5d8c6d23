"""Reads of accounts."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select

from portal.accounts import rules
from portal.accounts.models import SecondFactor, User, UserSession
from portal.accounts.values import UserStatus
from portal.core import clock
from portal.core.db import db
from portal.core.mail import Recipient


def find_user(email: str) -> User | None:
    """The person with this address, whatever its case."""
    return db.session.scalars(select(User).where(User.email == email.strip().lower())).first()


def recipients(user_ids: Iterable[UUID]) -> list[Recipient]:
    """The active people among ``user_ids`` as recipients of messages (one query)."""
    users = db.session.scalars(
        select(User).where(User.id.in_(set(user_ids)), User.status == UserStatus.ACTIVE).order_by(User.email)
    )
    return [Recipient(user.id, user.email, user.language) for user in users]


def names(user_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Names by id (one query)."""
    ids = {user_id for user_id in user_ids if user_id}
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {row[0]: row[1] for row in rows}


def live_sessions(user_id: UUID) -> Sequence[UserSession]:
    """The person's sessions that are alive, the last used first."""
    return db.session.scalars(
        select(UserSession)
        .where(
            UserSession.user_id == user_id,
            UserSession.ended_at.is_(None),
            UserSession.awaits_code.is_(False),
            UserSession.seen_at > clock.now() - rules.IDLE,
        )
        .order_by(UserSession.seen_at.desc())
    ).all()


def second_factor(user_id: UUID) -> SecondFactor | None:
    """The second factor that a person has switched on, if any."""
    return db.session.scalars(
        select(SecondFactor).where(SecondFactor.user_id == user_id, SecondFactor.confirmed_at.is_not(None))
    ).first()


def begun_factor(user_id: UUID) -> SecondFactor | None:
    """The second factor of a person, also one that still waits for its first code."""
    return db.session.scalars(select(SecondFactor).where(SecondFactor.user_id == user_id)).first()


def awaiting_session(key_hash: str) -> UserSession | None:
    """The session of a browser that gave the right password lately and still owes the code."""
    row = db.session.scalars(
        select(UserSession).where(UserSession.key_hash == key_hash, UserSession.awaits_code.is_(True))
    ).first()
    if row is None or row.ended_at or clock.now() - row.created_at >= rules.CODE_WITHIN:
        return None
    return row
