"""Plain values of scoring."""

from portal.core.enums import Labelled
from portal.core.text import N_


class SheetStatus(Labelled):
    OPEN = "open", N_("Being scored"), "warn"
    SUBMITTED = "submitted", N_("Locked"), "good"
