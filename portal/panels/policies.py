"""Who may keep the pool, draw a panel, and answer for a seat."""

from typing import Protocol
from uuid import UUID

from portal.core.policy import Actor, rule
from portal.core.text import N_
from portal.panels.models import Expert, Panel, Seat
from portal.panels.values import SeatStatus
from portal.parties.values import Role

READERS = (Role.PROGRAMME_OFFICER, Role.PROGRAMME_APPROVER, Role.SUPERVISOR)


class OfUnit(Protocol):
    """Something that belongs to a buyer, such as a call."""

    unit_id: UUID


@rule(N_("Programme officers keep the expert pool of their unit."))
def may_keep_pool(actor: Actor, unit_id: UUID) -> bool:
    """See, add, change and suspend experts of a unit."""
    return actor.has(Role.PROGRAMME_OFFICER, unit_id)


@rule(N_("Experts keep their own profile."))
def may_edit_own_profile(actor: Actor, expert: Expert) -> bool:
    """Declare employers and interests."""
    return expert.user_id == actor.user_id


@rule(N_("Officers, approvers and supervisors of the buyer see its panels with names."))
def may_see_panel(actor: Actor, tender: OfUnit) -> bool:
    """Everybody else sees numbers and digests."""
    return any(actor.has(role, tender.unit_id) for role in READERS)


@rule(N_("Programme officers of the buyer freeze the list of its panels."))
def may_freeze_list(actor: Actor, tender: OfUnit) -> bool:
    """Freeze the list that is drawn from."""
    return actor.has(Role.PROGRAMME_OFFICER, tender.unit_id)


@rule(N_("Supervisors of the buyer witness the draw; who froze the list does not."))
def may_witness_draw(actor: Actor, panel: Panel) -> bool:
    """Lodge the supervisor's string."""
    return actor.has(Role.SUPERVISOR, panel.tender.unit_id) and actor.user_id != panel.frozen_by


@rule(N_("Programme officers of the buyer draw; who witnesses does not."))
def may_draw(actor: Actor, panel: Panel) -> bool:
    """Give the officer's string and draw."""
    return actor.has(Role.PROGRAMME_OFFICER, panel.tender.unit_id) and actor.user_id != panel.witness_id


@rule(N_("The invited expert answers the invitation."))
def may_answer_seat(actor: Actor, seat: Seat) -> bool:
    """Accept or decline."""
    return seat.expert.user_id == actor.user_id


@rule(N_("An expert withdraws because of a conflict, or the programme officer recuses the expert."))
def may_recuse_seat(actor: Actor, seat: Seat) -> bool:
    """Leave a seat or take an expert off it, with a reason."""
    officer = actor.has(Role.PROGRAMME_OFFICER, seat.panel.tender.unit_id)
    return officer or may_answer_seat(actor, seat)


@rule(N_("Experts who took their seat see what was raised to their panel."))
def may_see_raised(actor: Actor, seat: Seat) -> bool:
    """See evidence of what two proposals have in common."""
    return seat.expert.user_id == actor.user_id and seat.status == SeatStatus.ACCEPTED


@rule(N_("Programme officers of the buyer begin the scoring."))
def may_begin_scoring(actor: Actor, panel: Panel) -> bool:
    """Open the sheets once all seats are taken."""
    return actor.has(Role.PROGRAMME_OFFICER, panel.tender.unit_id)
