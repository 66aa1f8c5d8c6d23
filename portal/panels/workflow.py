"""The life of a panel and of each of its seats."""

from datetime import datetime

from portal.core.errors import Problem, problem
from portal.core.text import N_
from portal.core.workflow import Transition, Workflow
from portal.panels.models import Panel, PanelDraw, RecusalRequest, Seat
from portal.panels.values import DrawStatus as D
from portal.panels.values import PanelStatus as P
from portal.panels.values import RequestStatus as R
from portal.panels.values import SeatStatus as S

PANEL: Workflow[Panel] = Workflow(
    "panel",
    P,
    P.FROZEN,
    [
        Transition("draw", frozenset({P.FROZEN}), P.SEATED, stamp="drawn_at"),
        Transition("begin", frozenset({P.SEATED}), P.SCORING),
        Transition("close", frozenset({P.SCORING}), P.CLOSED, stamp="closed_at"),
    ],
)


def all_committed(draw: PanelDraw, _now: datetime) -> Problem | None:
    """Strings are shown only when nobody can choose one any more."""
    if any(string.commitment is None for string in draw.strings):
        return problem(N_("Not everybody has lodged a commitment yet."))
    return None


def all_revealed(draw: PanelDraw, _now: datetime) -> Problem | None:
    """Without every string there is no seed."""
    if any(string.words is None for string in draw.strings):
        return problem(N_("Not everybody has revealed the string yet."))
    return None


DRAW: Workflow[PanelDraw] = Workflow(
    "panel_draw",
    D,
    D.COMMITTING,
    [
        Transition("ask_strings", frozenset({D.COMMITTING}), D.REVEALING, guards=(all_committed,)),
        Transition("hold", frozenset({D.REVEALING}), D.DRAWN, guards=(all_revealed,), stamp="ended_at"),
        Transition(
            "void", frozenset({D.COMMITTING, D.REVEALING}), D.VOID, stamp="ended_at", reason_required=True
        ),
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
        Transition("lapse", frozenset({S.INVITED}), S.LAPSED, stamp="left_at", reason_required=True),
        Transition(
            "recuse",
            frozenset({S.STANDBY, S.INVITED, S.ACCEPTED}),
            S.RECUSED,
            stamp="left_at",
            reason_required=True,
        ),
    ],
)


REQUEST: Workflow[RecusalRequest] = Workflow(
    "recusal_request",
    R,
    R.OPEN,
    [
        Transition("follow", frozenset({R.OPEN}), R.FOLLOWED, stamp="decided_at"),
        Transition("refuse", frozenset({R.OPEN}), R.REFUSED, stamp="decided_at", reason_required=True),
    ],
)
