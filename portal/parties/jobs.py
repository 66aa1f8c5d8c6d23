"""Reactions of parties: the mail of an invitation, and news for those who verify."""

from datetime import timedelta
from uuid import UUID

from flask import current_app, render_template
from flask_babel import force_locale

from portal.accounts import queries as people
from portal.core import clock, mail
from portal.core.db import get
from portal.core.jobs import handles, periodic
from portal.parties import queries, rules, services
from portal.parties.models import Deputy, FactChange, Invitation, ListEntry, Party
from portal.parties.values import Role


def _send(invitation_id: str) -> None:
    """Mail the link. The token is computed here and written nowhere; a second mail would do no harm."""
    invitation = get(Invitation, UUID(invitation_id))
    if invitation.sent_at or invitation.accepted_at or invitation.withdrawn_at:
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


@handles("fact_change.asked")
def tell_of_change(change_id: str) -> None:
    party = get(Party, get(FactChange, UUID(change_id)).party_id)
    officers = queries.holders(Role.PROGRAMME_OFFICER, party.unit_id)
    mail.notify(
        people.recipients(officers), "party_change_asked", link=f"/parties/{party.id}/verify", name=party.name
    )


@handles("fact_change.decided")
def tell_of_decision(change_id: str) -> None:
    change = get(FactChange, UUID(change_id))
    party = get(Party, change.party_id)
    mail.notify(
        people.recipients(queries.members(party.id)), "party_change_decided", link=f"/parties/{party.id}/own",
        name=party.name, status=change.status, reason=change.decision_reason,
    )  # fmt: skip


@handles("list_entry.changed")
def tell_of_entry(entry_id: str) -> None:
    """The organisation hears of each step; the officers hear of an appeal."""
    entry = get(ListEntry, UUID(entry_id))
    party = get(Party, entry.party_id)
    mail.notify(
        people.recipients(queries.members(party.id)), "party_list_entry", link=f"/parties/{party.id}/list",
        name=party.name, entry=entry,
    )  # fmt: skip
    if entry.appealed_at and not entry.decided_at:
        officers = [
            u for u in queries.holders(Role.PROGRAMME_OFFICER, party.unit_id) if u != entry.entered_by
        ]
        mail.notify(
            people.recipients(officers),
            "party_appeal",
            link=f"/parties/{party.id}/list",
            name=party.name,
            entry=entry,
        )


@handles("deputy.changed")
def tell_of_deputy(deputy_id: str) -> None:
    """Both the person who is away and the one who stands in hear of it."""
    row = get(Deputy, UUID(deputy_id))
    names = people.names([row.holder_id, row.deputy_id])
    mail.notify(
        people.recipients([row.holder_id, row.deputy_id]), "deputy", link="/work", role=row.role,
        scope=queries.scope_name(row.scope_id), holder=names[row.holder_id], deputy=names[row.deputy_id],
        first=row.from_on, last=row.until_on, ended=row.ended_at is not None,
    )  # fmt: skip


@periodic("documents.remind", every=timedelta(days=1))
def remind_of_documents() -> None:
    """Tell owners which papers expire, at each mark once."""
    today = clock.today()
    for row in queries.expiring(today):
        mark = rules.reminder_due(row.expires_on, today, row.reminded_days) if row.expires_on else None
        if mark is None:
            continue
        services.note_document_reminder(document_id=row.id, mark=mark)
        party = get(Party, row.party_id)
        mail.notify(
            people.recipients(queries.members(party.id)), "party_document_expires", link=f"/parties/{party.id}/documents",
            name=party.name, kind=row.kind, expires_on=row.expires_on,
        )  # fmt: skip
