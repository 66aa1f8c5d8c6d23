"""Who may reach the pages of delivery."""

from tests.contracts.access import READERS

ROLES = {
    "implementation.index": READERS,
    "implementation.milestone": READERS,
    "implementation.evidence": READERS,
    "implementation.report": {"org_owner", "org_drafter"},
    "implementation.accept": {"programme_officer"},
    "implementation.send_back": {"programme_officer"},
    "implementation.fail": {"programme_officer"},
    "implementation.public_progress": {"*"},
}
