"""Who may do what with units, roles and organisations."""

from uuid import UUID

from portal.core.policy import Actor, rule
from portal.core.text import N_
from portal.parties.models import Party
from portal.parties.values import ORGANISATION, STAFF, Person, Role, Seat


@rule(N_("Administrators create units below their own."))
def may_create_unit(actor: Actor, parent_id: UUID | None) -> bool:
    """The tree grows from its root, which only the installation creates."""
    return actor.has(Role.ADMINISTRATOR, parent_id)


@rule(
    N_(
        "Administrators give and end roles in their units, owners those in their organisation; nobody changes their own."
    )
)
def may_change_role(actor: Actor, seat: Seat) -> bool:
    """An invitation has no holder yet; a role of one's own is somebody else's matter."""
    if actor.user_id is not None and seat.holder_id == actor.user_id:
        return False
    giver = Role.ORG_OWNER if seat.role in ORGANISATION else Role.ADMINISTRATOR
    return actor.has(giver, seat.scope_id)


@rule(N_("Administrators disable and enable the people of their units, never themselves."))
def may_change_person(actor: Actor, person: Person) -> bool:
    """Somebody who also works in another unit is not theirs alone."""
    return (
        person.user_id != actor.user_id
        and bool(person.unit_ids)
        and all(actor.has(Role.ADMINISTRATOR, unit_id) for unit_id in person.unit_ids)
    )


@rule(N_("Members of the organisation and staff of the buyers read its full entry."))
def may_read_party(actor: Actor, party: Party) -> bool:
    """The public page shows less."""
    return actor.holds(*STAFF) or any(actor.has(role, party.id) for role in ORGANISATION)


@rule(N_("Owners and finance members change the entry of their organisation."))
def may_update_party(actor: Actor, party: Party) -> bool:
    """Drafters and approvers read it."""
    return actor.has(Role.ORG_OWNER, party.id) or actor.has(Role.ORG_FINANCE, party.id)


@rule(N_("Programme officers of the district verify organisations that they are no member of."))
def may_verify_party(actor: Actor, party: Party) -> bool:
    """Somebody who works for the organisation may not confirm it."""
    own = any(actor.has(role, party.id) for role in ORGANISATION)
    return actor.has(Role.PROGRAMME_OFFICER, party.unit_id) and not own


@rule(N_("Members of the organisation, finance officers and cashiers see the whole account number."))
def may_see_bank_account(actor: Actor, party: Party) -> bool:
    """Everybody else sees the last four digits."""
    return actor.holds(Role.FINANCE_OFFICER, Role.CASHIER) or any(
        actor.has(role, party.id) for role in ORGANISATION
    )


@rule(N_("Programme officers write the track record when a result becomes final."))
def may_add_track_entry(actor: Actor, party: Party) -> bool:
    """Called by the later stages, not from a page."""
    return actor.holds(Role.PROGRAMME_OFFICER)
