"""The seat of the buyer's representative, once a second person has approved who sits in it."""

import secrets
from uuid import UUID

from portal.accounts.models import User
from portal.core import audit
from portal.core.db import add, db, get, use_case
from portal.core.errors import Invalid, problem
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.panels import queries
from portal.panels.models import Panel, Seat
from portal.panels.policies import may_approve_representative
from portal.panels.services.draw import call
from portal.panels.services.representative import GROUP, entry_beside_pool
from portal.panels.values import PanelStatus, SeatStatus
from portal.parties import services as parties
from portal.parties.values import Role


@use_case
def approve_representative(*, actor: Actor, panel_id: UUID) -> Seat:
    """Approve who represents the buyer, once the panel is drawn; the person is invited like everybody else.

    Raises ``Invalid`` when nobody was named, was approved already, or the draw has not been held.
    """
    panel = queries.get_panel_for_update(panel_id)
    require(may_approve_representative, actor, panel)
    if panel.representative_id is None or panel.representative_approved_by is not None:
        raise Invalid(problem(N_("No representative of the buyer waits for approval.")))
    if panel.status not in (PanelStatus.SEATED, PanelStatus.SCORING):
        raise Invalid(problem(N_("The representative is invited when the panel is drawn.")))
    user = get(User, panel.representative_id)
    panel.representative_approved_by = actor.user_id
    audit.record("panel.approve_representative", panel, actor, user_id=str(user.id))
    expert = queries.expert_of(user.id) or add(entry_beside_pool(panel.tender, user))
    parties.grant_role(
        actor=Actor.system("buyer's representative"), user_id=user.id, role=Role.EXPERT, scope_id=panel.tender.unit_id
    )  # fmt: skip
    number = len(panel.seats) + 1
    seat = add(
        Seat(
            panel_id=panel.id, expert_id=expert.id, code=_code(panel, number), group=GROUP, buyer=True, position=number,
            status=SeatStatus.STANDBY,
        )
    )  # fmt: skip
    call(seat, actor)
    return seat


def _code(panel: Panel, number: int) -> str:
    """A code that does not follow from the person having come last: it is changed with a seat drawn by lot."""
    last, other = f"E-{number:02d}", secrets.choice(panel.seats)
    if panel.status == PanelStatus.SCORING or not secrets.randbelow(number):
        return last
    taken, other.code = other.code, last
    db.session.flush()
    return taken
