"""Plain values of evaluation."""

from portal.core.enums import Labelled
from portal.core.text import N_


class EvaluationStatus(Labelled):
    ASSIGNED = "assigned", N_("Assigned"), "warn"
    SUBMITTED = "submitted", N_("Result waiting for confirmation"), "progress"
    FINAL = "final", N_("Final"), "good"


class EvaluationGroup(Labelled):
    """The four dimensions; the residents' weight is never zero."""

    EXPERT = "expert", N_("Experts")
    DEPARTMENT = "department", N_("Functional departments")
    MEDIA = "media", N_("News media")
    RESIDENT = "resident", N_("Residents")


class Grade(Labelled):
    EXCELLENT = "excellent", N_("Excellent"), "good"
    GOOD = "good", N_("Good"), "good"
    PASS = "pass", N_("Pass"), "progress"
    BASIC = "basic", N_("Basic pass"), "warn"
    FAIL = "fail", N_("Fail"), "bad"


class Channel(Labelled):
    LINK = "link", N_("Link or QR code")
    PAPER = "paper", N_("Paper round")
