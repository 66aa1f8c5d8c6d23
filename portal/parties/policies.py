"""Who may do what with units, roles and organisations."""

from dataclasses import dataclass
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


@rule(N_("Programme officers of the district bring its register of organisations in and out."))
def may_keep_register(actor: Actor, unit_id: UUID) -> bool:
    """What comes in still waits for verification like any other registration."""
    return actor.has(Role.PROGRAMME_OFFICER, unit_id)


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


@dataclass(frozen=True)
class AccountCheck:
    """The check of a bank account: its district, and who confirmed it first, if anybody has."""

    unit_id: UUID
    confirmed_by: UUID | None


@rule(
    N_(
        "Two different officers, finance officers or cashiers of the district check a bank account before it is paid."
    )
)
def may_check_account(actor: Actor, check: AccountCheck) -> bool:
    """Who confirmed it first does not verify it."""
    own = any(
        actor.has(role, check.unit_id)
        for role in (Role.PROGRAMME_OFFICER, Role.FINANCE_OFFICER, Role.CASHIER)
    )
    return own and (check.confirmed_by is None or check.confirmed_by != actor.user_id)


@rule(
    N_(
        "Programme officers of the district keep the red and black list, but not about their own organisation."
    )
)
def may_enter_on_list(actor: Actor, party: Party) -> bool:
    """Like verification, it is the matter of the district."""
    return may_verify_party(actor, party)


@rule(N_("Owners of the organisation appeal against an entry about it."))
def may_appeal(actor: Actor, party_id: UUID) -> bool:
    """Once, with reasons."""
    return actor.has(Role.ORG_OWNER, party_id)


@dataclass(frozen=True)
class AppealCase:
    """An entry that is appealed against: the district of its organisation, and who made it."""

    unit_id: UUID
    entered_by: UUID | None


@rule(
    N_("An officer or approver of the district other than the one who made the entry decides on the appeal.")
)
def may_decide_appeal(actor: Actor, case: AppealCase) -> bool:
    """Nobody judges an own entry."""
    held = any(actor.has(role, case.unit_id) for role in (Role.PROGRAMME_OFFICER, Role.PROGRAMME_APPROVER))
    return held and actor.user_id != case.entered_by


@rule(N_("Owners hand their organisation over to another member; every member may leave."))
def may_hand_over(actor: Actor, party_id: UUID) -> bool:
    """The last owner hands over before leaving."""
    return actor.has(Role.ORG_OWNER, party_id)
