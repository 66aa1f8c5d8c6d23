"""Reads of ideas: lists, steps, what they answer and build on, and the calls that carry them out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, or_, select

from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.lists import Page, paginate
from portal.core.policy import Actor, can
from portal.needs import rules
from portal.needs.models import Idea, IdeaNeed, IdeaResource, IdeaStep, IdeaTender, Need, Resource
from portal.needs.policies import READERS, may_read_need
from portal.needs.queries.places import subtree
from portal.needs.values import (
    PUBLIC_IDEAS,
    PUBLICATIONS,
    IdeaStatus,
    NeedStatus,
    ResourceStatus,
    ServiceField,
    Spot,
    Stage,
)
from portal.notices.models import Notice
from portal.notices.values import NoticeKind
from portal.parties.models import Unit
from portal.parties.values import UnitLevel

SORTS: dict[str, Any] = {"created_at": Idea.created_at, "title": Idea.title, "estimate": Idea.estimate, "number": Idea.number}  # fmt: skip
LOOKED_AT = 200  # candidates of one field that the matching rule weighs


def get_idea(actor: Actor, idea_id: UUID) -> Idea:
    """An idea of one of the actor's units. Raises ``NotFound``."""
    idea = db.session.get(Idea, idea_id)
    if idea is None or not can(may_read_need, actor, idea):
        raise NotFound()
    return idea


def public_idea(idea_id: UUID) -> Idea:
    """An idea that was published, whatever became of it since. Raises ``NotFound`` before its first publication."""
    idea = db.session.get(Idea, idea_id)
    published = exists().where(IdeaStep.idea_id == idea_id, IdeaStep.stage.in_(PUBLICATIONS))
    if idea is None or not db.session.scalar(select(published)):
        raise NotFound()
    return idea


def list_ideas(actor: Actor, args: Mapping[str, str]) -> Page[Any]:
    """Ideas of the actor's units: rows of idea and place; filters ``q``, ``place``, ``field``, ``status``."""
    statement = _rows().where(Idea.unit_id.in_(actor.scopes(*READERS)))
    if args.get("status") in set(IdeaStatus):
        statement = statement.where(Idea.status == IdeaStatus(args["status"]))
    return paginate(_filtered(statement, args), args, sorts=SORTS, default="-created_at", scalars=False)


def public_ideas(args: Mapping[str, str]) -> Page[Any]:
    """Published ideas, the reserve library among them: rows of idea and place."""
    statement = _rows().where(Idea.status.in_(PUBLIC_IDEAS))
    if args.get("status") in set(PUBLIC_IDEAS):
        statement = statement.where(Idea.status == IdeaStatus(args["status"]))
    return paginate(_filtered(statement, args), args, sorts=SORTS, default="-created_at", scalars=False)


def _rows() -> Select[*tuple[Any, ...]]:
    return select(Idea, Unit.name).join(Unit, Unit.id == Idea.unit_id)


def _filtered(statement: Select[*tuple[Any, ...]], args: Mapping[str, str]) -> Select[*tuple[Any, ...]]:
    if args.get("field") in set(ServiceField):
        statement = statement.where(Idea.field == ServiceField(args["field"]))
    if args.get("place"):
        below = subtree(args["place"])
        statement = statement.where(Idea.unit_id.in_(below) if below is not None else Idea.id.is_(None))
    if sought := args.get("q", "").strip():
        statement = statement.where(
            or_(Idea.number == sought.upper(), Idea.title.icontains(sought, autoescape=True))
        )
    return statement


def ideas_ready(unit_id: UUID) -> list[Idea]:
    """Ideas of the reserve library that a call of the unit can carry out: its own and those below, oldest first.

    An idea that another call carries out is still offered: a call may fail or be split.
    """
    below = subtree(str(unit_id))
    if below is None:
        return []
    return list(
        db.session.scalars(
            select(Idea)
            .where(Idea.unit_id.in_(below), Idea.status == IdeaStatus.RESERVED)
            .order_by(Idea.reserved_at, Idea.id)
            .limit(500)
        )
    )


def ideas_of(tender_id: UUID) -> list[Idea]:
    """The ideas that a call carries out."""
    statement = select(Idea).join(IdeaTender, IdeaTender.idea_id == Idea.id)
    return list(db.session.scalars(statement.where(IdeaTender.tender_id == tender_id).order_by(Idea.number)))


def tender_ids_of(idea_ids: Iterable[UUID]) -> list[UUID]:
    """The calls that carry out any of these ideas."""
    return list(
        db.session.scalars(
            select(IdeaTender.tender_id).where(IdeaTender.idea_id.in_(list(idea_ids))).distinct()
        )
    )


def papers_of(idea_ids: Iterable[UUID]) -> Sequence[Notice]:
    """The published calls and contracts that came of these ideas, oldest first (one query)."""
    cited = select(IdeaTender.tender_id).where(IdeaTender.idea_id.in_(list(idea_ids)))
    return db.session.scalars(
        select(Notice)
        .where(Notice.tender_id.in_(cited), Notice.kind.in_((NoticeKind.CALL, NoticeKind.CONTRACT)))
        .order_by(Notice.published_at)
        .limit(50)
    ).all()


def steps_of(idea_id: UUID) -> list[IdeaStep]:
    """The recorded steps, oldest first."""
    statement = select(IdeaStep).where(IdeaStep.idea_id == idea_id).order_by(IdeaStep.position)
    return list(db.session.scalars(statement))


def get_step(idea_id: UUID, number: int) -> IdeaStep:
    """One step of an idea by its position. Raises ``NotFound``."""
    statement = select(IdeaStep).where(IdeaStep.idea_id == idea_id, IdeaStep.position == number)
    step = db.session.scalars(statement).first()
    if step is None:
        raise NotFound()
    return step


def need_ids_of(idea_id: UUID) -> list[UUID]:
    """The needs that the idea answers."""
    return list(db.session.scalars(select(IdeaNeed.need_id).where(IdeaNeed.idea_id == idea_id)))


def needs_of(idea_id: UUID) -> list[Need]:
    """The needs that the idea answers, those with most voices first."""
    statement = select(Need).join(IdeaNeed, IdeaNeed.need_id == Need.id).where(IdeaNeed.idea_id == idea_id)
    return list(db.session.scalars(statement.order_by(Need.voices.desc(), Need.number)))


def ideas_for(need_id: UUID) -> list[Idea]:
    """The ideas that answer a need and were not given up."""
    given_up = Idea.status.in_((IdeaStatus.REJECTED, IdeaStatus.WITHDRAWN))
    statement = select(Idea).join(IdeaNeed, IdeaNeed.idea_id == Idea.id)
    return list(
        db.session.scalars(statement.where(IdeaNeed.need_id == need_id, ~given_up).order_by(Idea.number))
    )


def resource_ids_of(idea_id: UUID) -> list[UUID]:
    """The resources that the idea builds on."""
    return list(db.session.scalars(select(IdeaResource.resource_id).where(IdeaResource.idea_id == idea_id)))


def resources_of(idea_id: UUID) -> list[Resource]:
    """The resources that the idea builds on, by title."""
    statement = select(Resource).join(IdeaResource, IdeaResource.resource_id == Resource.id)
    return list(db.session.scalars(statement.where(IdeaResource.idea_id == idea_id).order_by(Resource.title)))


def seat_unit(idea: Idea, stage: Stage) -> Unit:
    """The unit that answers for a stage: the idea's own, or the street or district above it where there is one."""
    own = db.session.get(Unit, idea.unit_id)
    assert own is not None  # noqa: S101 - a foreign key
    level = {
        Stage.STREET: UnitLevel.STREET, Stage.DECISION: UnitLevel.STREET, Stage.DISTRICT: UnitLevel.DISTRICT,
        Stage.RESULT: UnitLevel.STREET,
    }.get(stage)  # fmt: skip
    above = [UUID(part) for part in own.path.strip("/").split("/")]
    found = db.session.scalars(select(Unit).where(Unit.id.in_(above), Unit.level == level)).first()
    return found or own


# --- matching


def fitting_needs(actor: Actor, idea: Idea) -> list[tuple[Need, int]]:
    """Needs that were taken up and fit the idea by field and place, and that it does not answer yet."""
    spot = _spot(idea.unit_id, idea.field)
    rows = db.session.execute(
        select(Need, Unit.path)
        .join(Unit, Unit.id == Need.unit_id)
        .where(
            Need.status == NeedStatus.ACCEPTED, Need.field == idea.field, Need.unit_id.in_(actor.scopes(*READERS)),
            Need.id.not_in(select(IdeaNeed.need_id).where(IdeaNeed.idea_id == idea.id)),
        )
        .order_by(Need.voices.desc(), Need.number)
        .limit(LOOKED_AT)
    )  # fmt: skip
    return rules.best(spot, ((need, Spot(need.field, path)) for need, path in rows))


def fitting_resources(unit_id: UUID, field: ServiceField, but_not: Iterable[UUID] = ()) -> list[tuple[Resource, int]]:  # fmt: skip
    """Resources on offer that fit a need or an idea by field and place, the best first."""
    rows = db.session.execute(
        select(Resource, Unit.path)
        .join(Unit, Unit.id == Resource.unit_id)
        .where(
            Resource.status == ResourceStatus.OFFERED, or_(Resource.field == field, Resource.field.is_(None)),
            Resource.id.not_in(list(but_not)),
        )
        .order_by(Resource.created_at.desc())
        .limit(LOOKED_AT)
    )  # fmt: skip
    return rules.best(_spot(unit_id, field), ((offer, Spot(offer.field, path)) for offer, path in rows))


def _spot(unit_id: UUID, field: ServiceField) -> Spot:
    unit = db.session.get(Unit, unit_id)
    assert unit is not None  # noqa: S101 - a foreign key
    return Spot(field, unit.path)
