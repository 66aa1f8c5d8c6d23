"""Plain values of challenges."""

from portal.core.enums import Labelled
from portal.core.text import N_


class ChallengeStatus(Labelled):
    FILED = "filed", N_("Waiting for an answer"), "warn"
    UPHELD = "upheld", N_("Upheld"), "bad"
    REJECTED = "rejected", N_("Rejected"), "neutral"
    WITHDRAWN = "withdrawn", N_("Withdrawn"), "neutral"
