"""Use cases: invite somebody by mail to a role, and accept once.

The token of an invitation is a keyed digest of its id. The database holds only a hash of it, and the job that
writes the mail computes it again, so no token lies in a table, in the outbox or in the queue.
"""

import hashlib
import hmac
from datetime import timedelta
from uuid import UUID, uuid4

from portal.accounts import queries as people
from portal.accounts import services as accounts
from portal.accounts.models import User
from portal.core import audit, clock, outbox
from portal.core.config import settings
from portal.core.db import add, get, use_case
from portal.core.errors import Invalid, NotFound, Problem, problem
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.parties import queries
from portal.parties.models import Invitation
from portal.parties.policies import may_change_role
from portal.parties.services.roles import check_seat, check_together, grant_role
from portal.parties.values import Role, Seat

VALID_FOR = timedelta(days=7)


def invitation_token(invitation_id: UUID) -> str:
    """The secret part of the link; whoever has it may take the role."""
    return hmac.new(settings().key("invitation"), invitation_id.bytes, hashlib.sha256).hexdigest()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@use_case
def invite(*, actor: Actor, email: str, name: str, role: Role, scope_id: UUID) -> tuple[Invitation, str]:
    """Invite ``email`` to hold ``role`` in a unit or organisation; returns the invitation and its token.

    The mail goes out after the commit; the link works once, for 7 days, and replaces an earlier one. Raises ``Invalid`` when the role does
    not fit the scope or the person already has roles that exclude it.
    """
    email = email.strip().lower()
    known = people.find_user(email)
    require(may_change_role, actor, Seat(role, scope_id, known.id if known else None))
    problems = check_seat(role, scope_id) or (check_together(known.id, role) if known else [])
    if problems:
        raise Invalid(*problems)
    for earlier in queries.invitations_to_replace(email, role, scope_id):
        _withdraw(earlier, actor)
    invitation_id, now = uuid4(), clock.now()
    token = invitation_token(invitation_id)
    invitation = add(
        Invitation(
            id=invitation_id, email=email, name=name.strip(), role=role, scope_id=scope_id, token_hash=_hash(token),
            invited_by=actor.user_id, created_at=now, expires_at=now + VALID_FOR,
        )
    )  # fmt: skip
    audit.record("invitation.create", invitation, actor, email=email, role=str(role), scope=scope_id)
    outbox.emit("invitation.created", invitation_id=invitation.id)
    return invitation, token


@use_case
def withdraw_invitation(*, actor: Actor, invitation_id: UUID) -> Invitation:
    """Take back an invitation that nobody accepted, for example one to a mistyped address; its link dies at once."""
    invitation = queries.get_invitation(actor, invitation_id, lock=True)
    if problems := dead_link(invitation):
        raise Invalid(*problems)
    _withdraw(invitation, actor)
    return invitation


def _withdraw(invitation: Invitation, actor: Actor) -> None:
    invitation.withdrawn_at = clock.now()
    audit.record("invitation.withdraw", invitation, actor, email=invitation.email, role=str(invitation.role))


def find_invitation(token: str) -> Invitation:
    """The invitation of a link, dead or alive. Raises ``NotFound`` for a wrong token."""
    return queries.invitation_by_hash(_hash(token))


def dead_link(invitation: Invitation) -> list[Problem]:
    """Why the link of this invitation works no more; empty while it does."""
    if invitation.accepted_at is not None:
        return [problem(N_("This link was used already. Please sign in with your account."))]
    if invitation.withdrawn_at is not None:
        return [
            problem(N_("This invitation was taken back. If another one came later, please use its link."))
        ]
    if invitation.expires_at <= clock.now():
        message = N_("This link expired at %(at)s. Please ask for a new invitation.")
        return [problem(message, at=invitation.expires_at)]
    return []


def _open(token: str) -> Invitation:
    invitation = get(Invitation, find_invitation(token).id, lock=True)
    problems = dead_link(invitation)
    if problems:
        raise Invalid(*problems)
    return invitation


@use_case
def accept_invitation(*, token: str, name: str, password: str) -> User:
    """Create the invited person's account and give the role. Raises ``Invalid`` for a weak password or a dead link."""
    invitation = _open(token)
    user = accounts.create_user(
        actor=Actor.system("invitation"), email=invitation.email, name=name, password=password
    )
    _take(invitation, user)
    return user


@use_case
def accept_as(*, actor: Actor, token: str) -> User:
    """Give the role to the signed-in person whom the invitation names. Raises ``NotFound`` for anybody else."""
    invitation = _open(token)
    user = people.find_user(invitation.email)
    if user is None or user.id != actor.user_id:
        raise NotFound()
    _take(invitation, user)
    return user


def _take(invitation: Invitation, user: User) -> None:
    """The invitation was the administrator's decision, so the role is given in the portal's name."""
    grant_role(
        actor=Actor.system("invitation"), user_id=user.id, role=invitation.role, scope_id=invitation.scope_id
    )
    invitation.accepted_at = clock.now()
    audit.record("invitation.accept", invitation, Actor(user.id, user.name))
