"""Reads of resources."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.lists import Page, paginate
from portal.needs.models import Resource
from portal.needs.queries.places import subtree
from portal.needs.values import ResourceKind, ResourceStatus, ServiceField
from portal.parties.models import Unit


def list_resources(args: Mapping[str, str]) -> Page[Any]:
    """What is on offer: rows of resource and place; filters ``q``, ``place``, ``field`` and ``kind``.

    A resource for every field shows under each field.
    """
    statement = select(Resource, Unit.name).join(Unit, Unit.id == Resource.unit_id)
    statement = statement.where(Resource.status == ResourceStatus.OFFERED)
    if args.get("kind") in set(ResourceKind):
        statement = statement.where(Resource.kind == ResourceKind(args["kind"]))
    if args.get("field") in set(ServiceField):
        statement = statement.where(
            or_(Resource.field == ServiceField(args["field"]), Resource.field.is_(None))
        )
    if args.get("place"):
        below = subtree(args["place"])
        statement = statement.where(
            Resource.unit_id.in_(below) if below is not None else Resource.id.is_(None)
        )
    if sought := args.get("q", "").strip():
        texts = (Resource.title, Resource.description, Resource.provider)
        statement = statement.where(or_(*(text.icontains(sought, autoescape=True) for text in texts)))
    sorts = {"title": Resource.title, "created_at": Resource.created_at}
    return paginate(statement, args, sorts=sorts, default="-created_at", scalars=False)


def get_resource(resource_id: UUID) -> Resource:
    """A resource that is on offer; what was withdrawn is gone for everybody. Raises ``NotFound``."""
    found = db.session.get(Resource, resource_id)
    if found is None or found.status != ResourceStatus.OFFERED:
        raise NotFound()
    return found
