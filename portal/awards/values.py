"""Plain values of awards (OCDS awardStatus)."""

from portal.core.enums import Labelled
from portal.core.text import N_


class AwardStatus(Labelled):
    PENDING = "pending", N_("In public notice"), "progress"
    ACTIVE = "active", N_("Awarded"), "good"
    CANCELLED = "cancelled", N_("Cancelled"), "bad"
    UNSUCCESSFUL = "unsuccessful", N_("Not awarded"), "warn"
