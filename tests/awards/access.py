"""Who may reach the pages of awards."""

_READERS = {"programme_officer", "programme_approver", "finance_officer", "supervisor"}

ROLES = {
    "awards.index": _READERS,
    "awards.tender": _READERS,
    "awards.confirm": {"programme_officer"},
    "awards.cancel": {"programme_officer"},
    "awards.result": {"*"},
}
