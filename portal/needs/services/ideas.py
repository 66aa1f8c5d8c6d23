"""Ideas: made from needs, deliberated step by step, published twice, kept in the reserve library, cited by calls."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import delete

from portal.core import audit, clock, files, outbox
from portal.core.config import settings
from portal.core.db import add, check_version, db, get, use_case
from portal.core.errors import Invalid, InvalidTransition, NotFound, problem
from portal.core.money import Money
from portal.core.numbers import next_number
from portal.core.policy import Actor, can, require
from portal.core.text import N_
from portal.core.uploads import FileKind, check_upload, strip_image
from portal.needs import queries, rules
from portal.needs.models import Idea, IdeaNeed, IdeaResource, IdeaStep, IdeaTender, Need, Resource
from portal.needs.policies import may_cite_idea, may_keep_idea, may_read_need, may_record_step
from portal.needs.services.publication import frozen_text
from portal.needs.values import (
    PUBLICATIONS,
    IdeaStatus,
    NeedStatus,
    Plan,
    ResourceStatus,
    Sitting,
    Stage,
    StageSeat,
    StepResult,
)
from portal.needs.workflow import IDEA, next_stage
from portal.notices import services as notices
from portal.notices.values import NoticeKind


@use_case
def create_idea(*, actor: Actor, unit_id: UUID, plan: Plan, need_ids: Iterable[UUID]) -> Idea:
    """Make an idea from at least one need that was taken up. Raises ``Invalid``."""
    series = f"XM-{clock.today().year}"
    idea = Idea(
        number=f"{series}-{next_number(series):04d}", unit_id=unit_id, created_at=clock.now(), created_by=actor.user_id, **_columns(plan)
    )  # fmt: skip
    require(may_keep_idea, actor, idea)
    wanted = list(dict.fromkeys(need_ids))
    problems = rules.check_plan(plan)
    if not wanted:
        problems.append(problem(N_("An idea answers at least one need."), field="need_ids"))
    if problems:
        raise Invalid(*problems)
    add(idea)
    audit.record("idea.create", idea, actor, number=idea.number)
    for need_id in wanted:
        _cite_need(actor, idea, need_id)
    return idea


def _columns(plan: Plan) -> dict[str, object]:
    return {
        "title": plan.title.strip(), "summary": plan.summary.strip(), "field": plan.field, "kind": plan.kind,
        "estimate": Money(plan.estimate_fen),
    }  # fmt: skip


@use_case
def update_idea(*, actor: Actor, idea_id: UUID, version: int | None, plan: Plan) -> Idea:
    """Change an idea before opinions are collected. Raises ``Invalid`` and ``Stale``."""
    idea = _changeable(actor, idea_id, version)
    if problems := rules.check_plan(plan):
        raise Invalid(*problems)
    changed = {k: [getattr(idea, k), v] for k, v in _columns(plan).items() if getattr(idea, k) != v}
    for key, (_old, new) in changed.items():
        setattr(idea, key, new)
    if changed:
        audit.record("idea.update", idea, actor, **changed)
    return idea


def _changeable(actor: Actor, idea_id: UUID, version: int | None = None) -> Idea:
    idea = get(Idea, idea_id, lock=True)
    require(may_keep_idea, actor, idea)
    check_version(idea, version)
    if idea.status != IdeaStatus.PROPOSED:
        raise Invalid(problem(N_("The idea is being deliberated; it can be changed when it was sent back.")))
    return idea


@use_case
def cite_need(*, actor: Actor, idea_id: UUID, need_id: UUID) -> None:
    """Let the idea answer one more need."""
    _cite_need(actor, _changeable(actor, idea_id), need_id)


def _cite_need(actor: Actor, idea: Idea, need_id: UUID) -> None:
    need = get(Need, need_id)
    if not can(may_read_need, actor, need):
        raise NotFound()
    if need.status != NeedStatus.ACCEPTED:
        raise Invalid(
            problem(N_("%(number)s was not taken up; answer it first."), field="need_ids", number=need.number)
        )
    if need_id not in queries.need_ids_of(idea.id):
        add(IdeaNeed(idea_id=idea.id, need_id=need_id))
        audit.record("idea.cite_need", idea, actor, number=need.number)


@use_case
def drop_need(*, actor: Actor, idea_id: UUID, need_id: UUID) -> None:
    """Take a need out of the idea; the last one stays. Raises ``Invalid``."""
    idea = _changeable(actor, idea_id)
    if set(queries.need_ids_of(idea.id)) <= {need_id}:
        raise Invalid(problem(N_("An idea answers at least one need.")))
    db.session.execute(delete(IdeaNeed).where(IdeaNeed.idea_id == idea_id, IdeaNeed.need_id == need_id))
    audit.record("idea.drop_need", idea, actor, number=get(Need, need_id).number)


@use_case
def use_resource(*, actor: Actor, idea_id: UUID, resource_id: UUID) -> None:
    """Let the idea build on a resource that is on offer."""
    idea, resource = _changeable(actor, idea_id), get(Resource, resource_id)
    if resource.status != ResourceStatus.OFFERED:
        raise Invalid(problem(N_("This resource is no longer on offer.")))
    if resource_id not in queries.resource_ids_of(idea.id):
        add(IdeaResource(idea_id=idea.id, resource_id=resource_id))
        audit.record("idea.use_resource", idea, actor, title=resource.title)


@use_case
def drop_resource(*, actor: Actor, idea_id: UUID, resource_id: UUID) -> None:
    """Take a resource out of the idea."""
    idea = _changeable(actor, idea_id)
    link = IdeaResource.idea_id == idea_id, IdeaResource.resource_id == resource_id
    db.session.execute(delete(IdeaResource).where(*link))
    audit.record("idea.drop_resource", idea, actor, title=get(Resource, resource_id).title)


@use_case
def record_step(
    *,
    actor: Actor,
    idea_id: UUID,
    version: int | None,
    sitting: Sitting,
    stage: Stage | None = None,
    minutes: tuple[str, bytes] | None = None,
) -> IdeaStep:
    """Record the step that comes next: opinions collected, or a deliberation with its minutes (PDF or photo).

    ``stage`` says which step is meant; another one is refused. A deliberation that sends back leads to the beginning, one that refuses ends the idea, both with the note as
    reason. Raises ``InvalidTransition`` where a publication or nothing comes next, ``Invalid`` and ``Stale``.
    """
    idea, stage = _at_stage(actor, idea_id, version, stage)
    if stage in PUBLICATIONS:
        raise InvalidTransition("record_step", str(idea.status))
    steps = queries.steps_of(idea_id)
    problems = rules.check_sitting(
        stage, sitting, today=clock.today(), not_before=steps[-1].held_on if steps else None, has_minutes=minutes is not None
    )  # fmt: skip
    if stage == Stage.DISTRICT and actor.user_id is not None and actor.user_id == idea.created_by:
        problems.append(problem(N_("Whoever made the idea does not record the district's deliberation.")))
    if problems:
        raise Invalid(*problems)
    step = add(
        IdeaStep(
            idea_id=idea_id, position=len(steps) + 1, stage=stage, result=sitting.result, held_on=sitting.held_on,
            present=sitting.present, in_favour=sitting.in_favour if stage != Stage.SOLICIT else 0, note=sitting.note.strip(),
            minutes_id=_keep_minutes(actor, *minutes) if minutes else None, recorded_at=clock.now(), recorded_by=actor.user_id,
        )
    )  # fmt: skip
    name = {StepResult.RETURNED: "send_back", StepResult.REJECTED: "reject"}.get(sitting.result, stage.value)
    if sitting.result == StepResult.RETURNED:
        idea.announced_until = None
    IDEA.apply(name, idea, actor, clock.now(), reason=sitting.note.strip() or None, stage=stage)
    return step


def _at_stage(actor: Actor, idea_id: UUID, version: int | None, expected: Stage | None) -> tuple[Idea, Stage]:
    idea = get(Idea, idea_id, lock=True)
    stage = next_stage(idea.status)
    if stage is None or expected not in {None, stage}:
        raise InvalidTransition("record_step", str(idea.status))
    require(may_record_step, actor, StageSeat(stage, queries.seat_unit(idea, stage).id))
    check_version(idea, version)
    return idea, stage


def _keep_minutes(actor: Actor, name: str, content: bytes) -> UUID:
    facts = check_upload(content, name, max_bytes=settings().max_upload_bytes)
    clean = content if facts.kind is FileKind.PDF else strip_image(content)
    return files.save(clean, name=facts.name, media_type=facts.kind.media_type, created_by=actor.user_id).id


@use_case
def publish_step(
    *,
    actor: Actor,
    idea_id: UUID,
    version: int | None,
    stage: Stage | None = None,
    last_day: date | None = None,
) -> IdeaStep:
    """Publish the decision or the result: the text is frozen with its digest and never changes.

    ``last_day`` ends the public notice of the decision (7 calendar days by default); the result has none and puts
    the idea into the reserve library. The same text appears among the notices. Raises ``InvalidTransition`` where no publication comes next.
    """
    idea, stage = _at_stage(actor, idea_id, version, stage)
    if stage not in PUBLICATIONS:
        raise InvalidTransition("publish", str(idea.status))
    today = clock.today()
    until = (last_day or rules.last_day_of_notice(today)) if stage == Stage.DECISION else None
    if until is not None and until < today:
        raise Invalid(problem(N_("The notice period ends before it begins."), field="last_day"))
    steps = queries.steps_of(idea_id)
    content, sha256 = frozen_text(idea, stage, steps, clock.now(), until)
    step = add(
        IdeaStep(
            idea_id=idea_id, position=len(steps) + 1, stage=stage, result=StepResult.PASSED, held_on=today, content=content,
            sha256=sha256, last_day=until, recorded_at=clock.now(), recorded_by=actor.user_id,
        )
    )  # fmt: skip
    if until is not None:
        idea.announced_until = until
    IDEA.apply(stage.value, idea, actor, clock.now(), sha256=sha256)
    notices.publish_notice(
        actor=actor, kind=NoticeKind.IDEA, unit_id=idea.unit_id, tender_id=idea.id, subject_id=idea.id,
        title=content[0]["heading"], content=content[1:], first_day=today if until else None, last_day=until,
    )  # fmt: skip
    outbox.emit("idea.published", idea_id=idea.id, stage=stage.value)
    return step


@use_case
def withdraw_idea(*, actor: Actor, idea_id: UUID, reason: str) -> Idea:
    """Take an idea out, also out of the reserve library; one that a call carries out stays. Raises ``Invalid``."""
    idea = get(Idea, idea_id, lock=True)
    require(may_keep_idea, actor, idea)
    if queries.tender_ids_of([idea.id]):
        raise Invalid(problem(N_("A call carries out this idea; it cannot be withdrawn.")))
    IDEA.apply("withdraw", idea, actor, clock.now(), reason=reason)
    return idea


@use_case
def cite(*, actor: Actor, tender_id: UUID, idea_ids: Iterable[UUID]) -> list[Idea]:
    """Let a call carry out exactly these ideas of the reserve library; the use case that calls has locked the call.

    Called again it sets the new choice. Raises ``Denied`` for ideas of foreign units and ``Invalid`` for an idea
    that is not in the library.
    """
    chosen = [get(Idea, idea_id) for idea_id in dict.fromkeys(idea_ids)]
    for idea in chosen:
        require(may_cite_idea, actor, idea)
        if idea.status != IdeaStatus.RESERVED:
            raise Invalid(
                problem(N_("“%(title)s” is not in the reserve library."), field="idea_ids", title=idea.title)
            )
    before = {idea.id for idea in queries.ideas_of(tender_id)}
    wanted = {idea.id for idea in chosen}
    gone = IdeaTender.idea_id.in_(before - wanted)
    db.session.execute(delete(IdeaTender).where(IdeaTender.tender_id == tender_id, gone))
    for idea in chosen:
        if idea.id not in before:
            add(IdeaTender(idea_id=idea.id, tender_id=tender_id))
            audit.record("idea.cite", idea, actor, tender_id=tender_id)
    return chosen
