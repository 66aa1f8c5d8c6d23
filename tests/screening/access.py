"""Who may reach the pages of the screening."""

from portal.bids.policies import READERS
from portal.parties.values import Role

ROLES = {
    "screening.tender": set(map(str, READERS)),
    "screening.pair": set(map(str, READERS)),
    "screening.review": {str(Role.PROGRAMME_OFFICER)},
    "screening.again": {str(Role.PROGRAMME_OFFICER)},
}
