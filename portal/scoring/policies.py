"""Who may mark, return, close and read. Nobody reads marks of others before the panel is closed."""

from dataclasses import dataclass
from uuid import UUID

from portal.core.policy import Actor, rule
from portal.core.text import N_
from portal.panels.models import Panel, Seat
from portal.panels.policies import READERS, OfUnit
from portal.panels.values import PanelStatus, SeatStatus
from portal.parties.values import Role
from portal.scoring.models import ScoreSheet


@rule(N_("Only the expert of the seat reads and fills in its sheets."))
def may_score(actor: Actor, sheet: ScoreSheet) -> bool:
    """Read, mark and lock one's own sheet."""
    return sheet.seat.expert.user_id == actor.user_id and sheet.seat.status == SeatStatus.ACCEPTED


@rule(N_("The expert whose marks lie far off the mean explains them."))
def may_explain(actor: Actor, seat: Seat) -> bool:
    """Give the reason for one's own deviation."""
    return seat.expert.user_id == actor.user_id and seat.status == SeatStatus.ACCEPTED


@rule(N_("Experts sign their own sheets."))
def may_sign_sheets(actor: Actor, seat: Seat) -> bool:
    """Sign all own sheets of a panel."""
    return seat.expert.user_id == actor.user_id and seat.status == SeatStatus.ACCEPTED


@rule(N_("Members of the panel say themselves that they do not sign, and why."))
def may_refuse_to_sign(actor: Actor, seat: Seat) -> bool:
    """State in writing why one does not sign."""
    return may_sign_sheets(actor, seat)


@rule(N_("Programme officers of the buyer note that a member neither signed nor gave a reason in time."))
def may_note_refusal(actor: Actor, panel: Panel) -> bool:
    """Put on record that a member stayed silent, which is taken as agreement."""
    return actor.has(Role.PROGRAMME_OFFICER, panel.tender.unit_id)


@rule(N_("Members of the panel ask bidders through the chair."))
def may_ask_bidder(actor: Actor, seat: Seat) -> bool:
    """Put a question about a proposal to the chair, and read what bidders answered."""
    return seat.expert.user_id == actor.user_id and seat.status == SeatStatus.ACCEPTED


@rule(N_("The chair of the panel passes questions on to bidders."))
def may_release_question(actor: Actor, seat: Seat) -> bool:
    """Reword a question and send it, or keep it back with a reason; ``seat`` is the actor's own."""
    return may_ask_bidder(actor, seat) and seat.panel.chair_id == seat.id


@rule(N_("The owner or a drafter of the organisation answers the panel's questions."))
def may_answer_question(actor: Actor, party_id: UUID) -> bool:
    """Answer a question about the organisation's own proposal."""
    return actor.has(Role.ORG_OWNER, party_id) or actor.has(Role.ORG_DRAFTER, party_id)


@rule(N_("Programme officers of the buyer return a locked sheet at its expert's request."))
def may_return_sheet(actor: Actor, panel: Panel) -> bool:
    """Open a locked sheet again, without seeing it."""
    return actor.has(Role.PROGRAMME_OFFICER, panel.tender.unit_id)


@rule(N_("Programme officers of the buyer enter values that hold for all experts."))
def may_enter_values(actor: Actor, panel: Panel) -> bool:
    """Enter objective values, bonus, deduction and results from outside the panel."""
    return actor.has(Role.PROGRAMME_OFFICER, panel.tender.unit_id)


@rule(N_("A second officer or an approver of the buyer confirms values that hold for all experts."))
def may_confirm_values(actor: Actor, panel: Panel) -> bool:
    """Confirm what somebody else entered."""
    return any(
        actor.has(role, panel.tender.unit_id) for role in (Role.PROGRAMME_OFFICER, Role.PROGRAMME_APPROVER)
    )


@rule(N_("Programme officers of the buyer lead the roadshow."))
def may_lead_roadshow(actor: Actor, panel: Panel) -> bool:
    """Draw the speaking order and call the next speaker."""
    return actor.has(Role.PROGRAMME_OFFICER, panel.tender.unit_id)


@rule(N_("Officers, approvers and supervisors of the buyer see how far the scoring is."))
def may_follow_scoring(actor: Actor, panel: Panel) -> bool:
    """Counts of locked sheets, never marks."""
    return any(actor.has(role, panel.tender.unit_id) for role in READERS)


@rule(N_("Programme officers of the buyer close a panel."))
def may_close_panel(actor: Actor, panel: Panel) -> bool:
    """Fix the ranking."""
    return actor.has(Role.PROGRAMME_OFFICER, panel.tender.unit_id)


@rule(N_("Marks are shown to officers, approvers and supervisors of the buyer once the panel is closed."))
def may_see_scores(actor: Actor, panel: Panel) -> bool:
    """See matrix, deviations, ranking and report."""
    return panel.status == PanelStatus.CLOSED and may_follow_scoring(actor, panel)


@rule(N_("A programme officer of the buyer other than the one who fixed the ranking corrects it."))
def may_correct_ranking(actor: Actor, found: "Correctable") -> bool:
    """Replace a fixed ranking by a new version on one of the listed grounds."""
    return actor.has(Role.PROGRAMME_OFFICER, found.unit_id) and actor.user_id != found.fixed_by


@dataclass(frozen=True)
class Correctable:
    """A fixed ranking: whose it is and who fixed it."""

    unit_id: UUID
    fixed_by: UUID


@rule(N_("Programme officers of the buyer publish the ranking with the result notice."))
def may_publish_rankings(actor: Actor, tender: OfUnit) -> bool:
    """Let the public read scores and names."""
    return actor.has(Role.PROGRAMME_OFFICER, tender.unit_id)
