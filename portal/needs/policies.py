"""Who may work with needs."""

from typing import Protocol
from uuid import UUID

from portal.core.policy import Actor, rule
from portal.core.text import N_
from portal.needs.values import Stage, StageSeat
from portal.parties.values import ORGANISATION, Role


class InUnit(Protocol):
    """Anything that belongs to a unit."""

    @property
    def unit_id(self) -> UUID: ...


class Offered(InUnit, Protocol):
    """A resource: offered in a unit, perhaps by an organisation."""

    @property
    def party_id(self) -> UUID | None: ...


DESK = (Role.PROGRAMME_OFFICER, Role.COMMUNITY_REPRESENTATIVE)
READERS = (*DESK, Role.PROGRAMME_APPROVER, Role.SUPERVISOR)


@rule(N_("Officers, approvers, supervisors and community representatives of the unit read its needs."))
def may_read_need(actor: Actor, subject: InUnit) -> bool:
    return any(actor.has(role, subject.unit_id) for role in READERS)


@rule(N_("Programme officers and community representatives of the unit enter, rate and merge its needs."))
def may_handle_need(actor: Actor, subject: InUnit) -> bool:
    """They also see the contact that a resident left; nobody else does."""
    return any(actor.has(role, subject.unit_id) for role in DESK)


@rule(N_("Programme officers of the unit answer its needs."))
def may_answer_need(actor: Actor, subject: InUnit) -> bool:
    return actor.has(Role.PROGRAMME_OFFICER, subject.unit_id)


@rule(
    N_(
        "Programme officers and community representatives of the unit make ideas from its needs and change them."
    )
)
def may_keep_idea(actor: Actor, subject: InUnit) -> bool:
    return any(actor.has(role, subject.unit_id) for role in DESK)


@rule(N_("Each step of an idea is recorded by its level: community, street, and the district's approver."))
def may_record_step(actor: Actor, seat: StageSeat) -> bool:
    """``seat`` names the unit of the level, so a community cannot record the street's review."""
    if seat.stage == Stage.DISTRICT:
        return actor.has(Role.PROGRAMME_APPROVER, seat.unit_id)
    if seat.stage in {Stage.SOLICIT, Stage.RESIDENTS, Stage.COMMUNITY}:
        return any(actor.has(role, seat.unit_id) for role in DESK)
    return actor.has(Role.PROGRAMME_OFFICER, seat.unit_id)


@rule(N_("Programme officers of the unit let a call carry out its ideas."))
def may_cite_idea(actor: Actor, subject: InUnit) -> bool:
    return actor.has(Role.PROGRAMME_OFFICER, subject.unit_id)


@rule(N_("Units offer resources through their desk, organisations through their members."))
def may_offer_resource(actor: Actor, subject: Offered) -> bool:
    if subject.party_id is not None:
        return any(actor.has(role, subject.party_id) for role in ORGANISATION)
    return any(actor.has(role, subject.unit_id) for role in DESK)


@rule(N_("The desk of the unit and the organisation that offers a resource see its contact."))
def may_see_resource_contact(actor: Actor, subject: Offered) -> bool:
    return any(actor.has(role, subject.unit_id) for role in DESK) or may_offer_resource(actor, subject)


class Claimed(Protocol):
    """A claim on a small task: whose it is."""

    @property
    def user_id(self) -> UUID: ...


@rule(
    N_("Programme officers and community representatives of the unit publish its small tasks and close them.")
)
def may_keep_task(actor: Actor, subject: InUnit) -> bool:
    return any(actor.has(role, subject.unit_id) for role in DESK)


@rule(N_("Everybody who is signed in may claim a small task, except those who would confirm it."))
def may_claim_task(actor: Actor, subject: InUnit) -> bool:
    return actor.user_id is not None and not may_keep_task(actor, subject)


@rule(N_("Whoever claimed a small task may give it back."))
def may_give_back(actor: Actor, claim: Claimed) -> bool:
    return actor.user_id is not None and claim.user_id == actor.user_id
