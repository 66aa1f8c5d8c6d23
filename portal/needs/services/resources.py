"""Resources: what units and organisations offer."""

from uuid import UUID

from portal.core import audit, clock
from portal.core.db import add, get, use_case
from portal.core.errors import Invalid, problem
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.needs.models import Resource
from portal.needs.policies import may_offer_resource
from portal.needs.values import ResourceKind, ServiceField
from portal.needs.workflow import RESOURCE
from portal.parties import queries as parties


@use_case
def offer_resource(
    *, actor: Actor, unit_id: UUID, party_id: UUID | None, kind: ResourceKind, field: ServiceField | None, title: str,
    description: str, contact: str,
) -> Resource:  # fmt: skip
    """Offer a venue, people, money or goods in a unit; an organisation offers in its own name. Raises ``Invalid``.

    Without a ``field`` the offer fits every field.
    """
    provider = parties.scope_name(party_id or unit_id)
    row = Resource(
        unit_id=parties.unit(unit_id).id, party_id=party_id, provider=provider, kind=kind, field=field, title=title.strip(),
        description=description.strip(), contact=contact.strip(), created_at=clock.now(), created_by=actor.user_id,
    )  # fmt: skip
    require(may_offer_resource, actor, row)
    problems = []
    if not row.title:
        problems.append(problem(N_("Please give a title."), field="title"))
    if not row.contact:
        problems.append(problem(N_("Please say whom the community calls."), field="contact"))
    if problems:
        raise Invalid(*problems)
    add(row)
    audit.record("resource.offer", row, actor, title=row.title)
    return row


@use_case
def withdraw_resource(*, actor: Actor, resource_id: UUID) -> Resource:
    """Take an offer back; ideas that build on it keep the mention."""
    row = get(Resource, resource_id, lock=True)
    require(may_offer_resource, actor, row)
    RESOURCE.apply("withdraw", row, actor, clock.now())
    return row
