"""People and their sessions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.accounts.values import UserStatus
from portal.core.db import Model
from portal.core.types import enum_column


class User(Model):
    """A person who can sign in. What the person may do is a matter of grants (``parties``)."""

    __tablename__ = "user_account"

    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")
    password_hash: Mapped[str]
    status: Mapped[UserStatus] = enum_column(UserStatus, default=UserStatus.ACTIVE, index=True)
    language: Mapped[str] = mapped_column(default="zh")
    created_at: Mapped[datetime]
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]


class UserSession(Model):
    """One signed-in browser; deleting nothing, ending it sets ``ended_at``."""

    __tablename__ = "user_session"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    key_hash: Mapped[str] = mapped_column(unique=True)
    device: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    confirmed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    awaits_code: Mapped[bool] = mapped_column(default=False)
    proved_at: Mapped[datetime | None]


class SecondFactor(Model):
    """What a person's authenticator shares with us (encrypted), switched on by the first right code.

    ``last_step`` is the latest time step whose code was used, so that no code works twice. ``recovery`` holds digests
    of the codes for the day on which the phone is lost; each goes when it is used.
    """

    __tablename__ = "second_factor"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), unique=True)
    secret: Mapped[bytes]
    begun_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(default=0)
    recovery: Mapped[list[str]] = mapped_column(default=list)
    failed: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
