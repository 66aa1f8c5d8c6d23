"""Plain values of delivery (OCDS milestoneStatus; ``submitted`` is ours)."""

from portal.core.enums import Labelled
from portal.core.text import N_


class MilestoneStatus(Labelled):
    SCHEDULED = "scheduled", N_("Scheduled")
    SUBMITTED = "submitted", N_("Report waiting for acceptance"), "warn"
    MET = "met", N_("Accepted"), "good"
    NOT_MET = "notMet", N_("Not met"), "bad"
