"""Who may reach the pages of challenges."""

_STAFF = {"programme_officer", "programme_approver", "supervisor"}
_READERS = _STAFF | {"org_owner", "org_drafter", "org_approver", "org_finance"}

ROLES = {
    "challenges.index": _READERS,
    "challenges.public_list": {"*"},
    "challenges.file": {"org_owner"},
    "challenges.show": _READERS,
    "challenges.answer": {"programme_officer"},
    "challenges.withdraw": {"org_owner"},
}
