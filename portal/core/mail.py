"""Messages to people: each lands in the portal's inbox and goes out by mail, exactly once."""

import smtplib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from enum import StrEnum
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

from flask import current_app, render_template
from flask_babel import force_locale
from sqlalchemy import func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock, outbox
from portal.core.db import Model, add, db, get, use_case
from portal.core.jobs import handles
from portal.core.types import enum_column

LETTER_STAMP = "%Y%m%dT%H%M%S%f"
LOCALES = {"zh": "zh_Hans_CN", "en": "en"}


class MailState(StrEnum):
    """What became of the mail of a message; ``sending`` that stays means a crash, and an operator decides."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"


@dataclass(frozen=True)
class Recipient:
    """Whom a message goes to; ``language`` is ``zh`` or ``en``."""

    user_id: UUID
    email: str
    language: str = "zh"


class Message(Model):
    """A message in a person's inbox, with the state of its mail."""

    __tablename__ = "message"

    user_id: Mapped[UUID] = mapped_column(index=True)
    email: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    link: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(index=True)
    read_at: Mapped[datetime | None]
    mail_state: Mapped[MailState] = enum_column(MailState, default=MailState.QUEUED, index=True)
    sent_at: Mapped[datetime | None]


def notify(recipients: Iterable[Recipient], template: str, /, *, link: str, **context: Any) -> None:
    """Write ``templates/mail/<template>.txt`` to each recipient, in their language, in the running use case.

    The first line of the template is the subject, the rest the body. ``link`` is the path (``/…``) of the exact
    place in the portal. The message bears the time of the event that it tells, however late the worker came to it.
    """
    for recipient in {r.user_id: r for r in recipients}.values():
        with force_locale(LOCALES[recipient.language]):
            text = render_template(f"mail/{template}.txt", **context)
        subject, _, body = text.strip().partition("\n")
        message = add(
            Message(user_id=recipient.user_id, email=recipient.email, subject=subject.strip(), body=body.strip(), link=link, created_at=outbox.happened_at())
        )  # fmt: skip
        outbox.emit("message.created", message_id=message.id)


@use_case
def _take(message_id: UUID) -> Message | None:
    message = get(Message, message_id, lock=True)
    if message.mail_state != MailState.QUEUED:
        return None
    message.mail_state = MailState.SENDING
    return message


def _send(message_id: str) -> bool:
    """Send once: the row says ``sending`` before the server is asked, so a crash never sends twice."""
    message = _take(UUID(message_id))
    if message is None:
        return False
    try:
        deliver(message.email, message.subject, _letter_of(message))
    except (
        Exception
    ):  # whatever a mail server raises: the row waits again, and the failure goes on to the operator
        requeue(message.id)
        raise
    return True


def _letter_of(message: Message) -> str:
    """The mail of a message: its text, the one link to the exact place, and from whom it comes."""
    settings = current_app.extensions["portal"]
    return f"{message.body}\n\n{settings.base_url}{message.link}\n\n-- \n{settings.site_name}\n"


@use_case
def requeue(message_id: UUID) -> None:
    """Put a mail that was not handed over back, so that the next attempt sends it."""
    db.session.execute(update(Message).where(Message.id == message_id).values(mail_state=MailState.QUEUED))


@handles("message.created", prepare=_send)
def mark_sent(sent: bool, message_id: str) -> None:
    """Remember that the mail was handed over."""
    if sent:
        message = get(Message, UUID(message_id), lock=True)
        message.mail_state, message.sent_at = MailState.SENT, clock.now()


def deliver(address: str, subject: str, body: str) -> None:
    """Hand one mail to the server of ``MAIL_URL``; without one, write it to ``instance/mail/`` for the developer."""
    settings = current_app.extensions["portal"]
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = settings.mail_from, address, subject
    mail["Date"], mail["Message-ID"] = (
        format_datetime(clock.local(clock.now())),
        make_msgid(domain="portal.invalid"),
    )
    mail["Auto-Submitted"] = "auto-generated"  # so that out-of-office replies do not answer it
    mail.set_content(body)
    if not settings.mail_url:
        directory = settings.instance_dir / "mail"
        directory.mkdir(exist_ok=True)
        (directory / f"{clock.now():{LETTER_STAMP}}-{address.replace('/', '_')}.eml").write_bytes(
            mail.as_bytes()
        )
        return
    url = urlsplit(settings.mail_url)
    server = smtplib.SMTP_SSL if url.scheme == "smtps" else smtplib.SMTP
    with server(url.hostname or "localhost", url.port or 0, timeout=20) as connection:
        if url.scheme == "smtp+starttls":
            connection.starttls()
        if url.username:
            connection.login(unquote(url.username), unquote(url.password or ""))
        connection.send_message(mail)


@dataclass(frozen=True)
class Letter:
    """A mail that was written to ``instance/mail/`` instead of being sent."""

    written_at: datetime
    to: str
    subject: str
    body: str


def kept_letters(to: str = "", at_most: int = 30) -> list[Letter]:
    """The newest mails in ``instance/mail/`` whose address contains ``to``."""
    directory = current_app.extensions["portal"].instance_dir / "mail"
    names = sorted((path.name for path in directory.glob("*.eml")), reverse=True)
    chosen = [name for name in names if to.lower() in name.partition("-")[2]][:at_most]
    return [_letter((directory / name).read_bytes(), name.partition("-")[0]) for name in chosen]


def _letter(content: bytes, stamp: str) -> Letter:
    mail = message_from_bytes(content, policy=policy.default)
    at = datetime.strptime(stamp, LETTER_STAMP).replace(tzinfo=UTC)
    return Letter(at, str(mail["To"]), str(mail["Subject"]), str(mail.get_content()).strip())


def count_unread(user_id: UUID) -> int:
    """How many messages the person has not opened."""
    statement = select(func.count()).where(Message.user_id == user_id, Message.read_at.is_(None))
    return int(db.session.scalar(statement) or 0)


@use_case
def mark_read(user_id: UUID, message_id: UUID) -> str:
    """Mark a message of this person as read and return its link."""
    message = db.session.scalars(
        select(Message).where(Message.id == message_id, Message.user_id == user_id)
    ).one()
    message.read_at = message.read_at or clock.now()
    return message.link
