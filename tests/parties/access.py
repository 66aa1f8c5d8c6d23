"""Who may reach the endpoints of parties."""

_MEMBERS = {"org_owner", "org_drafter", "org_approver", "org_finance"}
_STAFF = {
    "administrator",
    "programme_officer",
    "programme_approver",
    "finance_officer",
    "cashier",
    "supervisor",
}

ROLES = {
    "parties.index": {"*"},
    "parties.show": {"*"},
    "parties.register": {"*"},
    "parties.accept": {"*"},
    "parties.mine": _MEMBERS,
    "parties.own": _MEMBERS | _STAFF,
    "parties.edit": _MEMBERS,
    "parties.replace_certificate": _MEMBERS,
    "parties.certificate": _MEMBERS | _STAFF,
    "parties.invite_member": {"org_owner"},
    "parties.end_member_role": {"org_owner"},
    "parties.queue": {"programme_officer"},
    "parties.verify": {"programme_officer"},
    "parties.refuse": {"programme_officer"},
    "parties.suspend": {"programme_officer"},
    "parties.reopen": {"programme_officer"},
    "parties.people": {"administrator"},
    "parties.person": {"administrator"},
    "parties.disable": {"administrator"},
    "parties.enable": {"administrator"},
    "parties.end_role": {"administrator"},
    "parties.invite": {"administrator"},
    "parties.units": {"administrator"},
    "parties.create_unit": {"administrator"},
}
