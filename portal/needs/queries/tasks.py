"""Reads of small tasks and of the claims on them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from portal.accounts.models import User
from portal.core.db import db, get
from portal.core.errors import NotFound
from portal.core.lists import Page, paginate
from portal.core.policy import Actor
from portal.needs.models import SmallTask, TaskClaim
from portal.needs.queries.places import subtree
from portal.needs.values import ServiceField, TaskStatus
from portal.parties.models import Party, Unit


def get_task(task_id: UUID) -> SmallTask:
    """A small task; all of them are public. Raises ``NotFound``."""
    return get(SmallTask, task_id)


def list_tasks(args: Mapping[str, str]) -> Page[Any]:
    """Small tasks for everybody: rows of task and place; filters ``q``, ``place``, ``field``, ``status``."""
    statement = select(SmallTask, Unit.name).join(Unit, Unit.id == SmallTask.unit_id)
    if args.get("status") in set(TaskStatus):
        statement = statement.where(SmallTask.status == TaskStatus(args["status"]))
    if args.get("field") in set(ServiceField):
        statement = statement.where(SmallTask.field == ServiceField(args["field"]))
    if args.get("place"):
        below = subtree(args["place"])
        statement = statement.where(
            SmallTask.unit_id.in_(below) if below is not None else SmallTask.id.is_(None)
        )
    if sought := args.get("q", "").strip():
        texts = (SmallTask.title, SmallTask.description)
        matches = [text.icontains(sought, autoescape=True) for text in texts]
        statement = statement.where(or_(SmallTask.number == sought.upper(), *matches))
    sorts = {"published_at": SmallTask.published_at, "due_on": SmallTask.due_on, "title": SmallTask.title}
    return paginate(statement, args, sorts=sorts, default="-published_at", scalars=False)


def claim_of(task_id: UUID, user_id: UUID | None) -> TaskClaim | None:
    """The claim of this person on the task."""
    return db.session.scalars(
        select(TaskClaim).where(TaskClaim.task_id == task_id, TaskClaim.user_id == user_id)
    ).first()


def own_claim(actor: Actor, task_id: UUID) -> TaskClaim:
    """The actor's claim on the task. Raises ``NotFound``."""
    claim = claim_of(task_id, actor.user_id)
    if claim is None:
        raise NotFound()
    return claim


def get_claim(claim_id: UUID) -> TaskClaim:
    """A claim; the use cases decide who may do what with it. Raises ``NotFound``."""
    return get(TaskClaim, claim_id)


def claims_on(task_id: UUID) -> Sequence[Any]:
    """The claims on a task, first come first: rows of claim, name of the person, organisation."""
    return db.session.execute(
        select(TaskClaim, User.name, Party.name)
        .join(User, User.id == TaskClaim.user_id)
        .outerjoin(Party, Party.id == TaskClaim.party_id)
        .where(TaskClaim.task_id == task_id)
        .order_by(TaskClaim.claimed_at, TaskClaim.id)
    ).all()


def list_claims(actor: Actor, args: Mapping[str, str]) -> Page[Any]:
    """What the actor claimed: rows of claim and task."""
    statement = (
        select(TaskClaim, SmallTask)
        .join(SmallTask, SmallTask.id == TaskClaim.task_id)
        .where(TaskClaim.user_id == actor.user_id)
    )
    sorts = {"claimed_at": TaskClaim.claimed_at, "due_on": SmallTask.due_on}
    return paginate(statement, args, sorts=sorts, default="-claimed_at", scalars=False)
