"""Plain values of proposals."""

from portal.core.enums import Labelled
from portal.core.text import N_


class BidStatus(Labelled):
    """``draft`` and ``sealed`` are ours and never published; ``pending`` begins at opening (OCDS)."""

    DRAFT = "draft", N_("Draft")
    SEALED = "sealed", N_("Submitted and sealed"), "good"
    WITHDRAWN = "withdrawn", N_("Withdrawn"), "warn"
    UNOPENED = "unopened", N_("Not opened"), "warn"
    PENDING = "pending", N_("Opened"), "progress"
    VALID = "valid", N_("Admitted"), "good"
    DISQUALIFIED = "disqualified", N_("Not admitted"), "bad"
