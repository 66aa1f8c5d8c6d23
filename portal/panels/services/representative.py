"""The buyer's representative on a panel: named by the officer, approved by a second person (``buyer_seat``)."""

from uuid import UUID

from portal.accounts.models import User
from portal.bids import queries as bids
from portal.bids.values import BidStatus
from portal.core import audit, clock, outbox
from portal.core.db import use_case
from portal.core.errors import Invalid, Problem, problem
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.panels import queries, rules
from portal.panels.models import Expert, Panel
from portal.panels.policies import may_freeze_list
from portal.panels.services.recusal import bidders_of, conflicts_of, memberships
from portal.panels.values import Conflict, ExpertGroup, PanelStatus
from portal.parties import queries as units
from portal.tenders.models import Tender

GROUP = ExpertGroup.DEPARTMENT
TITLE = "采购人代表"  # kept in the file, as it stands in the panel's report


@use_case
def name_representative(*, actor: Actor, panel_id: UUID, user_id: UUID) -> Panel:
    """Name another representative of the buyer after the first one left or was not approved. Raises ``Invalid``."""
    panel = queries.get_panel_for_update(panel_id)
    require(may_freeze_list, actor, panel.tender)
    problems = unfit_representative(panel.tender, user_id, actor)
    if panel.status == PanelStatus.CLOSED or not queries.wants_representative(panel):
        problems.append(problem(N_("This panel needs no other representative of the buyer.")))
    if problems:
        raise Invalid(*problems)
    set_representative(panel, user_id, actor)
    return panel


def set_representative(panel: Panel, user_id: UUID, actor: Actor) -> None:
    """Note who was named, and ask for the second person's word."""
    panel.representative_id, panel.representative_by = user_id, actor.user_id
    panel.representative_approved_by = None
    audit.record("panel.name_representative", panel, actor, user_id=str(user_id))
    outbox.emit("panel.representative_named", panel_id=panel.id)


def unfit_representative(tender: Tender, user_id: UUID, actor: Actor) -> list[Problem]:
    """Why somebody cannot represent the buyer: not of its staff, the officer in person, tied to a bidder."""
    user = next((user for user in queries.representatives(tender) if user.id == user_id), None)
    if user is None or user_id == actor.user_id:
        message = N_("Please choose somebody of the buyer's staff other than yourself.")
        return [problem(message, field="representative_id")]
    weighted = {row.get("group") for row in tender.scheme.get("groups") or []}
    if weighted and GROUP.value not in weighted:
        message = N_("The call weighs groups of experts, and the buyer's department is none of them.")
        return [problem(message, field="representative_id")]
    return [
        problem(
            N_("%(name)s cannot represent the buyer: %(kind)s, %(evidence)s."),
            field="representative_id", name=user.name, kind=found.kind, evidence=found.evidence,
        )
        for found in _conflicts(tender, user)
        if rules.is_excluded([found])
    ]  # fmt: skip


def _conflicts(tender: Tender, user: User) -> list[Conflict]:
    admitted = bids.opened_bids(tender.id, {BidStatus.VALID})
    held = memberships(admitted).get(user.id, ())
    known = queries.expert_of(user.id) or entry_beside_pool(tender, user)
    return conflicts_of(known, user, bidders_of(admitted), held)


def entry_beside_pool(tender: Tender, user: User) -> Expert:
    """An entry beside the pool, from which nobody is ever drawn."""
    unit = units.unit(tender.unit_id)
    return Expert(
        user_id=user.id, unit_id=unit.id, group=GROUP, title=TITLE, employer=unit.name, past_employers=[], interests=[],
        ties=[], relatives=[], address="", unavailable=[], active=False, representative=True, entered_at=clock.now(),
    )  # fmt: skip
