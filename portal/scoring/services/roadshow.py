"""Use cases of a roadshow: draw who speaks when, call the next speaker."""

from uuid import UUID

from portal.core import audit, clock, outbox
from portal.core.db import add, check_version, get, use_case
from portal.core.errors import Invalid, problem
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.panels import queries as panel_queries
from portal.scoring import queries, rules
from portal.scoring.models import Roadshow
from portal.scoring.policies import may_lead_roadshow
from portal.scoring.services.running import require_running

LONGEST_MINUTES = 120
BLIND = N_("This call is read blind: whoever speaks would be known, so there is no roadshow.")


@use_case
def draw_roadshow(
    *, actor: Actor, panel_id: UUID, talk_minutes: int | None, question_minutes: int | None
) -> Roadshow:
    """Draw the order in which all admitted bidders speak; it follows from the draw of the panel and is never redrawn.

    ``talk_minutes`` and ``question_minutes`` are for each speaker. Emits ``roadshow.drawn``. Raises ``Invalid`` for
    minutes out of range, the second time, and unless the panel scores.
    """
    panel = panel_queries.get_panel_for_update(panel_id)
    require(may_lead_roadshow, actor, panel)
    require_running(panel)
    problems = []
    if not queries.has_roadshow(panel.tender):
        problems.append(problem(N_("The call announced that there is no roadshow.")))
    if not talk_minutes or not 0 < talk_minutes <= LONGEST_MINUTES:
        problems.append(
            problem(N_("A talk lasts 1 to %(most)s minutes."), field="talk_minutes", most=LONGEST_MINUTES)
        )
    if question_minutes is None or not 0 <= question_minutes <= LONGEST_MINUTES:
        message = N_("Questions last 0 to %(most)s minutes.")
        problems.append(problem(message, field="question_minutes", most=LONGEST_MINUTES))
    if queries.roadshow_of(panel_id) is not None:
        problems.append(problem(N_("The speaking order is drawn already.")))
    if panel_queries.is_blind(panel):
        problems.append(problem(BLIND))
    bids = [str(bid.id) for bid in queries.admitted_bids(panel.tender_id)]
    if panel.proof is None or not bids:
        problems.append(problem(N_("There is nobody to draw for.")))
    if problems or panel.proof is None or talk_minutes is None or question_minutes is None:
        raise Invalid(*problems)
    seed = rules.derived_seed(rules.ROADSHOW, panel.tender.number, "", panel.proof["seed"])
    roadshow = add(
        Roadshow(
            panel_id=panel.id, seed=seed, speakers=rules.speaking_order(seed, bids), talk_minutes=talk_minutes,
            question_minutes=question_minutes, drawn_at=clock.now(),
        )
    )  # fmt: skip
    audit.record("roadshow.draw", roadshow, actor, seed=seed, speakers=len(bids))
    outbox.emit("roadshow.drawn", panel_id=panel.id)
    return roadshow


@use_case
def call_next(*, actor: Actor, panel_id: UUID, version: int | None) -> Roadshow:
    """Call the next speaker, or end the roadshow after the last. Raises ``Invalid`` before the draw and after the end."""
    panel = panel_queries.get_panel_for_update(panel_id)
    require(may_lead_roadshow, actor, panel)
    require_running(panel)
    found = queries.roadshow_of(panel_id)
    if found is None or found.position > len(found.speakers):
        raise Invalid(problem(N_("There is nobody to call.")))
    roadshow = get(Roadshow, found.id, lock=True)
    check_version(roadshow, version)
    roadshow.position += 1
    roadshow.called_at = clock.now()
    audit.record("roadshow.call", roadshow, actor, position=roadshow.position)
    return roadshow
