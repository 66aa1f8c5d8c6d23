"""Who may keep the pool, draw a panel, and answer for a seat."""

from typing import Protocol
from uuid import UUID

from portal.core.policy import Actor, rule
from portal.core.text import N_
from portal.panels.models import DrawString, Expert, Panel, PanelDraw, Seat
from portal.panels.values import SeatStatus, WitnessRole
from portal.parties.values import Role

READERS = (Role.PROGRAMME_OFFICER, Role.PROGRAMME_APPROVER, Role.SUPERVISOR)
HELD = {
    WitnessRole.OFFICER: Role.PROGRAMME_OFFICER,
    WitnessRole.SUPERVISOR: Role.SUPERVISOR,
    WitnessRole.WITNESS: None,  # named when the list is frozen
}


class OfUnit(Protocol):
    """Something that belongs to a buyer, such as a call."""

    unit_id: UUID


@rule(N_("Programme officers keep the expert pool of their unit."))
def may_keep_pool(actor: Actor, unit_id: UUID) -> bool:
    """See, add, change and suspend experts of a unit."""
    return actor.has(Role.PROGRAMME_OFFICER, unit_id)


@rule(N_("Who was invited as an expert may register for the pool."))
def may_apply(actor: Actor, _subject: None) -> bool:
    """Write one's own entry for the officer to decide about."""
    return actor.holds(Role.EXPERT)


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


@rule(
    N_("A programme approver of the buyer who is not the person named approves the buyer's representative.")
)
def may_approve_representative(actor: Actor, panel: Panel) -> bool:
    """The second pair of eyes; never who named the person."""
    apart = {panel.representative_id, panel.representative_by}
    return actor.has(Role.PROGRAMME_APPROVER, panel.tender.unit_id) and actor.user_id not in apart


@rule(N_("Supervisors of the buyer allow a further draw."))
def may_allow_draw(actor: Actor, tender: OfUnit) -> bool:
    """Give the reason for another numbered draw."""
    return actor.has(Role.SUPERVISOR, tender.unit_id)


@rule(N_("Officer, supervisor and the named third witness lodge a commitment for the draw."))
def may_lodge_string(actor: Actor, string: DrawString) -> bool:
    """Take the place of a role in a draw; a place that is taken belongs to its holder."""
    if string.user_id is not None:
        return string.user_id == actor.user_id
    held = HELD[string.role]
    return held is not None and actor.has(held, string.draw.panel.tender.unit_id)


@rule(N_("Who lodged a commitment reveals the string behind it."))
def may_reveal_string(actor: Actor, string: DrawString) -> bool:
    """Reveal the own string."""
    return string.user_id is not None and string.user_id == actor.user_id


@rule(N_("Supervisors of the buyer declare a draw void."))
def may_void_draw(actor: Actor, draw: PanelDraw) -> bool:
    """End a draw that cannot take place."""
    return actor.has(Role.SUPERVISOR, draw.panel.tender.unit_id)


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


@rule(N_("The owner of a bidding organisation asks for a recusal."))
def may_request_recusal(actor: Actor, party_id: UUID) -> bool:
    """Ask in writing that a person be recused."""
    return actor.has(Role.ORG_OWNER, party_id)


@rule(N_("Programme officers of the buyer decide about requests for recusal."))
def may_decide_request(actor: Actor, tender: OfUnit) -> bool:
    """Follow or refuse a bidder's request."""
    return actor.has(Role.PROGRAMME_OFFICER, tender.unit_id)
