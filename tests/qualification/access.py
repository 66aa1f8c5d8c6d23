"""Who may reach the pages of the eligibility check."""

from portal.bids.policies import READERS

ROLES = {
    "qualification.tender": set(map(str, READERS)),
    "qualification.check": set(map(str, READERS)),
}
