"""Use cases of home: read messages, repair failed work, move the demonstration's clock."""

from datetime import datetime
from uuid import UUID

from portal.accounts import services as accounts
from portal.core import audit, clock, mail, outbox
from portal.core.db import get, use_case
from portal.core.errors import Invalid, NotFound, problem
from portal.core.mail import MailState, Message
from portal.core.outbox import Delivery
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.home.policies import may_operate


@use_case
def read_message(*, actor: Actor, message_id: UUID) -> str:
    """Mark one's own message as read and return its link. Raises ``NotFound`` for anybody else's."""
    message = get(Message, message_id)
    if actor.user_id is None or message.user_id != actor.user_id:
        raise NotFound()
    return mail.mark_read(actor.user_id, message_id)


@use_case
def run_again(*, actor: Actor, delivery_id: UUID) -> None:
    """Let failed work run again; work that is done stays done."""
    delivery = get(Delivery, delivery_id, lock=True)
    require(may_operate, actor, delivery)
    if delivery.done_at is None:
        outbox.retry(delivery_id)
        audit.record("delivery.retry", delivery, actor, handler=delivery.handler)


@use_case
def send_again(*, actor: Actor, message_id: UUID) -> None:
    """Send a mail again of which nobody knows whether it went out. Raises ``Invalid`` for any other mail."""
    message = get(Message, message_id, lock=True)
    require(may_operate, actor, message)
    if message.mail_state != MailState.SENDING:
        raise Invalid(problem(N_("This mail is not stuck any more.")))
    message.mail_state = MailState.QUEUED
    outbox.emit("message.created", message_id=message.id)
    audit.record("message.send_again", message, actor)


@use_case
def move_clock(*, actor: Actor, to: datetime) -> None:
    """Move the demonstration's clock forward to ``to`` for everybody; nobody is signed out by the jump.

    Raises ``Invalid`` for an instant in the past.
    """
    before = clock.now()
    if to <= before:
        raise Invalid(problem(N_("The clock only moves forward."), field="to"))
    accounts.carry_sessions(before=before, after=to)
    clock.move_demo_to(to)
