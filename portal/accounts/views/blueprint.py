"""The blueprint of accounts, and who is signed in: read once per request, from the session's row."""

from datetime import timedelta

from flask import Blueprint, Flask, session
from flask_login import LoginManager, UserMixin
from sqlalchemy import and_, select

from portal.accounts import rules, services
from portal.accounts.models import SecondFactor, User, UserSession
from portal.accounts.values import UserStatus
from portal.core import clock
from portal.core.db import db

bp = Blueprint("accounts", __name__, url_prefix="/accounts")
login_manager = LoginManager()
TOUCH_EVERY = timedelta(minutes=1)


class Identity(UserMixin):  # type: ignore[misc]  # flask_login has no types
    """Who is signed in, as plain values read once per request."""

    def __init__(self, user: User, row: UserSession, has_factor: bool) -> None:
        self.user_id, self.name, self.email, self.language = user.id, user.name, user.email, user.language
        self.session_id, self.proved_at, self.has_factor = row.id, row.proved_at, has_factor

    def get_id(self) -> str:
        return str(self.session_id)


@login_manager.request_loader  # type: ignore[untyped-decorator]  # flask_login has no types
def load_identity(_request: object) -> Identity | None:
    """The person whose session key the cookie holds, if that session is still alive."""
    key = session.get("key")
    if not key:
        return None
    row = db.session.execute(
        select(User, UserSession, SecondFactor.id)
        .join(UserSession, UserSession.user_id == User.id)
        .outerjoin(SecondFactor, and_(SecondFactor.user_id == User.id, SecondFactor.confirmed_at.is_not(None)))
        .where(
            UserSession.key_hash == services.hash_key(key), UserSession.awaits_code.is_(False), User.status == UserStatus.ACTIVE
        )
    ).first()  # fmt: skip
    now = clock.now()
    if row is None or not rules.is_live(row[1].seen_at, row[1].ended_at, now):
        return None
    identity = Identity(row[0], row[1], has_factor=row[2] is not None)
    if now - row[1].seen_at > TOUCH_EVERY:
        services.touch_session(session_id=row[1].id)
    return identity


@bp.record_once
def _install(state: object) -> None:
    app: Flask = state.app  # type: ignore[attr-defined]  # BlueprintSetupState
    login_manager.session_protection = None  # phones change networks; our session rows can be ended instead
    login_manager.init_app(app)
