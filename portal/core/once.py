"""Every form is safe to send twice: its once-only key is stored with the effect and answers the second time."""

import hmac
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.db import Conflict, Model, add, db, use_case
from portal.core.errors import Stale
from portal.core.keys import server_key


class OnceToken(Model):
    """A form that took effect: its key, a digest of what was sent, and where the person was led.

    The digest is keyed by a secret outside the database: a plain one would let whoever has a copy try guesses
    of what a sealed proposal says.
    """

    __tablename__ = "once_token"

    key: Mapped[UUID] = mapped_column(unique=True)
    digest: Mapped[str]
    location: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(index=True)


def run(key: UUID, body: bytes, act: Callable[[], str]) -> tuple[str, bool]:
    """Run ``act`` (which returns the address to go to) unless ``key`` took effect before.

    Returns the address and whether ``act`` ran now. The same key with another body raises ``Stale``: that page
    was sent already. Two clicks at the same moment have one effect.
    """
    digest = hmac.new(server_key("once"), body, "sha256").hexdigest()
    try:
        return _run(key, digest, act)
    except Conflict:
        if _earlier(key, digest) is None:
            raise  # some other unique key clashed
        return _run(key, digest, act)


def _earlier(key: UUID, digest: str) -> str | None:
    token = db.session.scalars(select(OnceToken).where(OnceToken.key == key)).first()
    if token is not None and token.digest != digest:
        raise Stale()
    return token.location if token else None


@use_case
def _run(key: UUID, digest: str, act: Callable[[], str]) -> tuple[str, bool]:
    earlier = _earlier(key, digest)
    if earlier is not None:
        return earlier, False
    token = add(OnceToken(key=key, digest=digest, location="", created_at=clock.now()))
    token.location = act()
    return token.location, True
