"""The life of a panel and of each of its seats."""

from datetime import datetime

from portal.core.errors import Problem, problem
from portal.core.text import N_
from portal.core.workflow import Transition, Workflow
from portal.panels.models import Panel, Seat
from portal.panels.values import PanelStatus as P
from portal.panels.values import SeatStatus as S


def witnessed(panel: Panel, _now: datetime) -> Problem | None:
    """The supervisor's string comes first, so that the officer cannot choose one to suit it."""
    if panel.witness_id is None:
        return problem(N_("The supervisor has not lodged a string yet."))
    return None


PANEL: Workflow[Panel] = Workflow(
    "panel",
    P,
    P.FROZEN,
    [
        Transition("draw", frozenset({P.FROZEN}), P.SEATED, guards=(witnessed,), stamp="drawn_at"),
        Transition("begin", frozenset({P.SEATED}), P.SCORING),
        Transition("close", frozenset({P.SCORING}), P.CLOSED, stamp="closed_at"),
    ],
)

SEAT: Workflow[Seat] = Workflow(
    "seat",
    S,
    S.STANDBY,
    [
        Transition("invite", frozenset({S.STANDBY}), S.INVITED),
        Transition("accept", frozenset({S.INVITED}), S.ACCEPTED, stamp="accepted_at"),
        Transition("decline", frozenset({S.INVITED}), S.DECLINED, stamp="left_at", reason_required=True),
        Transition(
            "recuse", frozenset({S.INVITED, S.ACCEPTED}), S.RECUSED, stamp="left_at", reason_required=True
        ),
    ],
)
