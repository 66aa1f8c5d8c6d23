"""Small tasks: publish, claim, give back, confirm."""

from uuid import UUID

from portal.core import audit, clock
from portal.core.db import add, get, use_case
from portal.core.errors import Denied, Invalid
from portal.core.numbers import next_number
from portal.core.policy import SENTENCES, Actor, require
from portal.needs import queries, rules
from portal.needs.models import SmallTask, TaskClaim
from portal.needs.policies import may_claim_task, may_give_back, may_keep_task
from portal.needs.values import ClaimStatus, Job, TaskStatus
from portal.needs.workflow import CLAIM, TASK
from portal.parties.values import ORGANISATION


@use_case
def publish_task(*, actor: Actor, unit_id: UUID, job: Job, need_id: UUID | None = None) -> SmallTask:
    """Publish a small need as a task with places. Raises ``Invalid``, and ``NotFound`` for a strange need."""
    series = f"RW-{clock.today().year}"
    task = SmallTask(
        number=f"{series}-{next_number(series):04d}", unit_id=unit_id, title=job.title.strip(), description=job.description.strip(),
        field=job.field, places=job.places, due_on=job.due_on, contact=job.contact.strip(), published_at=clock.now(),
        published_by=actor.user_id, need_id=queries.get_need(actor, need_id).id if need_id else None,
    )  # fmt: skip
    require(may_keep_task, actor, task)
    if problems := rules.check_job(job, clock.today()):
        raise Invalid(*problems)
    add(task)
    audit.record("small_task.publish", task, actor, number=task.number, places=task.places)
    return task


@use_case
def claim_task(*, actor: Actor, task_id: UUID, party_id: UUID | None = None) -> TaskClaim:
    """Take a place, alone or for one's organisation; claimed again it stays the same claim.

    Places are counted under a lock, so the last one is given once. Raises ``Invalid`` when there is none.
    """
    task = get(SmallTask, task_id, lock=True)
    require(may_claim_task, actor, task)
    if party_id is not None and party_id not in actor.scopes(*ORGANISATION):
        raise Denied(SENTENCES["may_claim_task"])
    assert actor.user_id is not None  # noqa: S101 - the policy saw it
    earlier = queries.claim_of(task_id, actor.user_id)
    if earlier is not None and earlier.status != ClaimStatus.WITHDRAWN:
        return earlier
    problems = rules.check_claim(
        is_open=task.status == TaskStatus.OPEN, due_on=task.due_on, taken=task.taken, places=task.places, today=clock.today()
    )  # fmt: skip
    if problems:
        raise Invalid(*problems)
    task.taken += 1
    if earlier is not None:
        earlier.party_id, earlier.decided_at = party_id, None
        CLAIM.apply("claim_again", earlier, actor, clock.now())
        return earlier
    claim = add(TaskClaim(task_id=task_id, user_id=actor.user_id, party_id=party_id, claimed_at=clock.now()))
    audit.record("task_claim.claim", claim, actor, number=task.number)
    return claim


@use_case
def give_back(*, actor: Actor, task_id: UUID) -> TaskClaim:
    """Give one's place back to others."""
    task = get(SmallTask, task_id, lock=True)
    claim = queries.own_claim(actor, task_id)
    require(may_give_back, actor, claim)
    CLAIM.apply("withdraw", claim, actor, clock.now())
    task.taken -= 1
    return claim


@use_case
def confirm_claim(*, actor: Actor, claim_id: UUID) -> TaskClaim:
    """Confirm that the helper did it."""
    claim, task = _claim(actor, claim_id)
    CLAIM.apply("confirm", claim, actor, clock.now())
    task.done += 1
    return claim


@use_case
def miss_claim(*, actor: Actor, claim_id: UUID, reason: str) -> TaskClaim:
    """Record that the helper did not come; the place is free again."""
    claim, task = _claim(actor, claim_id)
    CLAIM.apply("miss", claim, actor, clock.now(), reason=reason)
    task.taken -= 1
    return claim


def _claim(actor: Actor, claim_id: UUID) -> tuple[TaskClaim, SmallTask]:
    claim = get(TaskClaim, claim_id)
    task = get(SmallTask, claim.task_id, lock=True)
    require(may_keep_task, actor, task)
    return get(TaskClaim, claim_id, lock=True), task


@use_case
def close_task(*, actor: Actor, task_id: UUID) -> SmallTask:
    """Finish a task: nobody can claim it any more; claims can still be confirmed."""
    task = get(SmallTask, task_id, lock=True)
    require(may_keep_task, actor, task)
    TASK.apply("close", task, actor, clock.now())
    return task


@use_case
def cancel_task(*, actor: Actor, task_id: UUID, reason: str) -> SmallTask:
    """Call a task off; the reason is shown to everybody."""
    task = get(SmallTask, task_id, lock=True)
    require(may_keep_task, actor, task)
    TASK.apply("cancel", task, actor, clock.now(), reason=reason)
    return task
