"""Plain values of payments."""

from portal.core.enums import Labelled
from portal.core.text import N_


class InstalmentStatus(Labelled):
    PLANNED = "planned", N_("Planned")
    REQUESTED = "requested", N_("Requested"), "warn"
    ACCEPTED = "accepted", N_("Accepted by the officer"), "progress"
    APPROVED = "approved", N_("Approved for payment"), "progress"
    PAID = "paid", N_("Paid"), "good"
    CANCELLED = "cancelled", N_("Cancelled"), "bad"
