"""Pure rules of delivery: what a report needs, when a reminder is due."""

from collections.abc import Sequence
from datetime import date

from portal.core.errors import Problem, problem
from portal.core.text import N_
from portal.implementation.values import Counters, ReminderKind, Timing

MIN_TEXT = 20
MAX_FILES = 10
SOON_DAYS = 14
_COUNTED = ("sessions", "person_times", "persons", "volunteers")


def check_report(text: str, counters: Counters, files: int) -> list[Problem]:
    """Problems of a progress report: words, four counters that fit together, one to ten pieces of evidence.

    Distinct persons cannot be more than attendances, and nobody attends when nothing was held.
    """
    found = []
    if len(text.strip()) < MIN_TEXT:
        found.append(
            problem(
                N_("Please describe what was done in at least %(n)d characters."), field="text", n=MIN_TEXT
            )
        )
    for name in _COUNTED:
        if getattr(counters, name) < 0:
            found.append(problem(N_("A count cannot be below zero."), field=name))
    if counters.persons > counters.person_times:
        found.append(
            problem(
                N_("Distinct persons cannot be more than person-times: everybody attended at least once."),
                field="persons",
            )
        )
    if counters.person_times > 0 and counters.sessions == 0:
        found.append(problem(N_("Person-times need at least one session."), field="sessions"))
    if not files:
        found.append(problem(N_("Please add at least one photo or document as evidence."), field="evidence"))
    if files > MAX_FILES:
        found.append(problem(N_("At most %(n)d files belong to one report."), field="evidence", n=MAX_FILES))
    return found


def reminder_due(due_on: date, today: date, sent: Sequence[ReminderKind]) -> ReminderKind | None:
    """The reminder to send on ``today`` (Beijing), if any.

    Planned 14, 7 and 1 days before, on the day, and 1 day after. A day on which the portal was down is made up
    for, but only the newest planned reminder is sent, because older ones say nothing new.
    """
    left = (due_on - today).days
    if left < 0:
        kind = ReminderKind.LATE
    elif left == 0:
        kind = ReminderKind.DUE
    elif left == 1:
        kind = ReminderKind.ONE_DAY
    elif left <= 7:
        kind = ReminderKind.ONE_WEEK
    elif left <= SOON_DAYS:
        kind = ReminderKind.TWO_WEEKS
    else:
        return None
    return None if kind in sent else kind


def timing(due_on: date, today: date) -> Timing:
    """Where an open milestone stands: late from the day after its due date."""
    left = (due_on - today).days
    if left < 0:
        return Timing.LATE
    return Timing.SOON if left <= SOON_DAYS else Timing.LATER
