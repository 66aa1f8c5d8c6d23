"""The legal clock of a case: each date with the walk that explains it."""

from collections.abc import Mapping
from datetime import date

from portal.core.calendar import Calendar, Walk
from portal.procedures.values import FIGURES, Due, Event, Figure, FigureUnit, Move, Procedure


def count(calendar: Calendar, figure: Figure, start: date) -> Walk:
    """The last day of the period ``figure`` that ``start`` sets going (Civil Code, articles 201 and 203)."""
    add = calendar.add_working_days if figure.unit is FigureUnit.WORKING_DAYS else calendar.add_days
    return add(start, figure.value, count_first_day=figure.count_first_day)


def count_back(calendar: Calendar, figure: Figure, end: date) -> Walk:
    """The latest day that lies the whole period ``figure`` before ``end``; never rounded towards ``end``."""
    back = (
        calendar.subtract_working_days if figure.unit is FigureUnit.WORKING_DAYS else calendar.subtract_days
    )
    return back(end, figure.value)


def lasts(calendar: Calendar, figure: Figure, start: date, end: date) -> int:
    """How many days of the unit of ``figure`` lie after ``start`` up to and including ``end``."""
    if figure.unit is FigureUnit.WORKING_DAYS:
        return calendar.working_days_between(start, end)
    return (end - start).days


def timetable(procedure: Procedure, calendar: Calendar, events: Mapping[Event, date]) -> list[Due]:
    """Every date that follows from the ``events`` known so far, in the order of a case.

    The end of the result's public notice follows from the result itself when it is not given (Implementing
    Regulation of the Government Procurement Law, article 53).
    """
    known = dict(events)
    notice = procedure.figures["result_notice"]
    if Event.RESULT in known and Event.NOTICE_END not in known:
        known[Event.NOTICE_END] = count(calendar, notice, known[Event.RESULT]).end
    found = []
    for name, figure in procedure.figures.items():
        kind = FIGURES[name]
        if kind.event in known and figure.unit.is_period:
            walk = (count_back if kind.backward else count)(calendar, figure, known[kind.event])
            found.append(Due(name, kind, figure, walk))
    return found


def moved_deadline(procedure: Procedure, calendar: Calendar, corrected_on: date, deadline: date) -> Move:
    """What a correction that affects proposals, published on ``corrected_on``, does to the ``deadline``.

    When less than the procedure's period is left, the deadline moves to the first working day that leaves it
    whole (Implementing Regulation, article 31; Measures for competitive consultation, article 10).
    """
    figure = procedure.figures["clarification"]
    walk = count(calendar, figure, corrected_on)
    moved = lasts(calendar, figure, corrected_on, deadline) < figure.value
    return Move(moved, max(walk.end, deadline) if moved else deadline, figure, walk)
