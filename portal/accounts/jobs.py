"""Reactions of accounts: the mail with the link for a new password."""

from uuid import UUID

from flask import current_app, render_template
from flask_babel import force_locale

from portal.accounts import services
from portal.accounts.models import User
from portal.core import mail
from portal.core.db import get
from portal.core.jobs import handles


def _send(user_id: str) -> None:
    """Mail the link. The token is computed here and written nowhere, also not into the inbox."""
    user = get(User, UUID(user_id))
    link = f"{current_app.extensions['portal'].base_url}/accounts/password/{services.reset_token(user)}"
    with force_locale(mail.LOCALES[user.language]):
        text = render_template("mail/password_reset.txt", link=link, name=user.name)
    subject, _, body = text.strip().partition("\n")
    mail.deliver(user.email, subject.strip(), f"{body.strip()}\n")


@handles("user.password_forgotten", prepare=_send)
def note_sent(_sent: None, user_id: str) -> None:
    """The mail was handed over; nothing else is kept."""
