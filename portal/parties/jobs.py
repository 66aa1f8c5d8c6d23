"""Reactions of parties: the mail of an invitation, and news for those who verify."""

from uuid import UUID

from flask import current_app, render_template
from flask_babel import force_locale

from portal.accounts import queries as people
from portal.core import clock, mail
from portal.core.db import get
from portal.core.jobs import handles
from portal.parties import queries, services
from portal.parties.models import Invitation, Party
from portal.parties.values import Role


def _send(invitation_id: str) -> None:
    """Mail the link. The token is computed here and written nowhere; a second mail would do no harm."""
    invitation = get(Invitation, UUID(invitation_id))
    if invitation.sent_at or invitation.accepted_at:
        return
    token = services.invitation_token(invitation.id)
    link = f"{current_app.extensions['portal'].base_url}/parties/accept/{token}"
    known = people.find_user(invitation.email)
    with force_locale(mail.LOCALES[known.language if known else "zh"]):
        text = render_template(
            "mail/invitation.txt", link=link, invitation=invitation, scope=queries.scope_name(invitation.scope_id)
        )  # fmt: skip
    subject, _, body = text.strip().partition("\n")
    mail.deliver(invitation.email, subject.strip(), f"{body.strip()}\n")


@handles("invitation.created", prepare=_send)
def note_sent(_sent: None, invitation_id: str) -> None:
    invitation = get(Invitation, UUID(invitation_id), lock=True)
    invitation.sent_at = invitation.sent_at or clock.now()


@handles("party.registered")
def tell_officers(party_id: str) -> None:
    party = get(Party, UUID(party_id))
    officers = queries.holders(Role.PROGRAMME_OFFICER, party.unit_id)
    mail.notify(
        people.recipients(officers), "party_registered", link=f"/parties/{party.id}/verify", name=party.name
    )
