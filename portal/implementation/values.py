"""Plain values of delivery (OCDS milestoneStatus; ``submitted`` is ours)."""

from dataclasses import dataclass

from portal.core.enums import Labelled
from portal.core.text import N_


class MilestoneStatus(Labelled):
    SCHEDULED = "scheduled", N_("Scheduled")
    SUBMITTED = "submitted", N_("Report waiting for acceptance"), "warn"
    MET = "met", N_("Milestone met"), "good"
    NOT_MET = "notMet", N_("Not met"), "bad"


class ReminderKind(Labelled):
    """Each milestone gets each reminder at most once."""

    TWO_WEEKS = "14", N_("Two weeks before")
    ONE_WEEK = "7", N_("One week before")
    ONE_DAY = "1", N_("The day before")
    DUE = "0", N_("On the day"), "warn"
    LATE = "late", N_("Overdue"), "bad"


class Timing(Labelled):
    """Where an open milestone stands against the calendar; a filter of the lists."""

    LATE = "late", N_("Overdue"), "bad"
    SOON = "soon", N_("Due within 14 days"), "warn"
    LATER = "later", N_("Not due soon")


@dataclass(frozen=True)
class Counters:
    """What was done: person-times (人次) count attendances and are kept apart from distinct persons (人数)."""

    sessions: int
    person_times: int
    persons: int
    volunteers: int
