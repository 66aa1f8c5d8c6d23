"""Pure rules of procedures. What other features ask:

``effective(packaged, on, local)``, ``frozen(content)``: a procedure on a day, or as a call froze it.
``figures``, ``grouped``, ``differences``: its figures for a page; ``PURPOSES``, ``in_short``: what it is, in short.
``timetable(procedure, calendar, events)``: every date that follows from what is known, each with its walk.
``count``, ``count_back``, ``lasts``: one period of a figure, forward, backward, or measured.
``moved_deadline(procedure, calendar, corrected_on, deadline)``: what a correction does to the deadline.
``check_amount(procedure, budget=…, panel_size=…)``: problems of a call at the fields ``budget`` and ``panel_size``.
``check_panel(procedure, size=…, experts=…, budget=…)``: problems of a panel as it is put together.
``check_local``: a version added here; ``check_day``, ``check_year``: the calendar; ``faults``: a packaged file.
"""

from portal.procedures.rules.calendar import ALWAYS_OFF, ENTERED, check_day, check_year
from portal.procedures.rules.checks import check_amount, check_local, check_panel, least_experts, yuan
from portal.procedures.rules.figures import (
    differences,
    effective,
    figures,
    frozen,
    grouped,
    statutory,
)
from portal.procedures.rules.loading import faults
from portal.procedures.rules.periods import count, count_back, lasts, moved_deadline, timetable
from portal.procedures.rules.words import PURPOSES, in_short

__all__ = [
    "ALWAYS_OFF", "ENTERED", "PURPOSES", "check_amount", "check_day", "check_local", "check_panel", "check_year", "count", "count_back",
    "differences", "effective", "faults", "figures", "frozen", "grouped", "in_short", "lasts", "least_experts", "moved_deadline",
    "statutory", "timetable", "yuan",
]  # fmt: skip
