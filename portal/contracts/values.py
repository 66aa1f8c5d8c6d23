"""Plain values of contracts (OCDS contractStatus)."""

from portal.core.enums import Labelled
from portal.core.text import N_


class ContractStatus(Labelled):
    PENDING = "pending", N_("Waiting for signatures"), "warn"
    ACTIVE = "active", N_("In force"), "good"
    CANCELLED = "cancelled", N_("Not signed"), "bad"
    TERMINATED = "terminated", N_("Finished"), "neutral"


class Side(Labelled):
    BUYER = "buyer", N_("Buyer (Party A)")
    SUPPLIER = "supplier", N_("Organisation (Party B)")
