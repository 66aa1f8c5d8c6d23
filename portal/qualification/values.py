"""Plain values of the eligibility check."""

from portal.core.enums import Labelled
from portal.core.text import N_


class CheckResult(Labelled):
    PASS = "pass", N_("Passed"), "good"
    FAIL = "fail", N_("Failed"), "bad"
