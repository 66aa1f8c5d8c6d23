"""Use cases of a signature that is not given: the member says why, or the officer notes that nothing came in time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from portal.accounts import services as accounts
from portal.core import audit, clock, outbox
from portal.core.calendar import end_of_day
from portal.core.db import add, use_case
from portal.core.errors import Invalid, NotFound, Problem, problem
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.panels import queries as panel_queries
from portal.panels import services as panels
from portal.panels.models import Panel, Seat
from portal.panels.values import PanelStatus
from portal.procedures import queries as procedures
from portal.scoring import queries, rules
from portal.scoring.models import Dissent
from portal.scoring.policies import may_note_refusal, may_refuse_to_sign
from portal.scoring.services.comparison import tell_when_complete, waits_for
from portal.scoring.services.running import LONGEST_TEXT, require_running


@dataclass(frozen=True)
class Silent:
    """A member who could sign and has not; after ``last_day`` the officer may note it."""

    seat: Seat
    last_day: date

    @property
    def is_over(self) -> bool:
        """The time to sign, or to say why not, has passed."""
        return end_of_day(self.last_day) <= clock.now()


@use_case
def refuse_to_sign(*, actor: Actor, panel_id: UUID, reason: str, password: str) -> Seat:
    """State in writing why one does not sign; possible as soon as one could sign (GPR Regulation art. 41, rule 69).

    The marks count as they are locked, and the reason goes into the evaluation report. Raises ``Invalid`` without a
    reason, for more than 2,000 characters, a wrong password, and for who signed or refused already.
    """
    panel = panel_queries.get_panel_for_update(panel_id)
    seat = queries.my_seat(actor, panel_id)
    require(may_refuse_to_sign, actor, seat)
    require_running(panel)
    reason = reason.strip()
    if problems := [*waits_for(panel, seat), *_reason_problems(reason)]:
        raise Invalid(*problems)
    accounts.check_own_password(actor=actor, password=password)
    refused = panels.mark_refused(actor=actor, seat_id=seat.id)
    add(Dissent(seat_id=seat.id, text=reason, stated_at=refused.refused_at))
    tell_when_complete(panel_id)
    return refused


def _reason_problems(reason: str) -> Sequence[Problem]:
    if not reason:
        message = N_("Please write why you do not sign. Who gives no reason is taken to agree.")
        return [problem(message, field="reason")]
    if len(reason) > LONGEST_TEXT:
        message = N_("Please write at most %(most)s characters.")
        return [problem(message, field="reason", most=LONGEST_TEXT)]
    return []


@use_case
def note_silence(*, actor: Actor, panel_id: UUID, seat_id: UUID) -> Seat:
    """Put on record that a member neither signed nor said why within the time of the call: taken as agreement.

    GPR Regulation art. 41 (rule 69). Emits ``seat.silence_noted``. Raises ``Invalid`` before the time is over and for
    who signed or refused already, ``NotFound`` for a seat of another panel.
    """
    panel = panel_queries.get_panel_for_update(panel_id)
    require(may_note_refusal, actor, panel)
    require_running(panel)
    seat = next((s for s in panel_queries.members_who_scored(panel) if s.id == seat_id), None)
    if seat is None:
        raise NotFound()
    found = next((one for one in silent(panel) if one.seat.id == seat_id), None)
    if seat.concluded_at is None and (found is None or not found.is_over):
        raise Invalid(problem(N_("This member can still sign, or say in writing why not.")))
    noted = panels.mark_refused(actor=actor, seat_id=seat_id)
    audit.record("seat.note_silence", noted, actor)
    outbox.emit("seat.silence_noted", seat_id=seat_id)
    tell_when_complete(panel_id)
    return noted


def silent(panel: Panel) -> list[Silent]:
    """Members who could sign and have neither signed nor refused, with the end of their time, in the order of codes."""
    comparison = queries.comparison_in_force(panel.id)
    if panel.status != PanelStatus.SCORING or comparison is None or panels.empty_seats(panel):
        return []
    calendar, days = procedures.calendar(), rules.signing_days(panel.tender.scheme)
    found = []
    for row in queries.progress(panel):
        if row.seat.concluded_at is None and row.has_locked and not row.unexplained:
            said = [o.stated_at for o in comparison.outliers if o.seat_id == row.seat.id and o.stated_at]
            since = max([comparison.compared_at, *said])
            found.append(Silent(row.seat, calendar.add_working_days(clock.local(since).date(), days).end))
    return found
