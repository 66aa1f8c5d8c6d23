"""Who may reach the pages of contracts."""

STAFF = {"programme_officer", "programme_approver", "finance_officer", "cashier", "supervisor", "evaluator"}
ORGANISATION = {"org_owner", "org_drafter", "org_approver", "org_finance"}
READERS = STAFF | ORGANISATION

ROLES = {
    "contracts.index": READERS,
    "contracts.contract": READERS,
    "contracts.of_award": READERS,
    "contracts.paper": READERS,
    "contracts.signed_paper": READERS,
    "contracts.draw_up": {"programme_officer"},
    "contracts.cancel": {"programme_officer"},
    "contracts.sign": {"org_owner", "programme_approver"},
    "contracts.public_index": {"*"},
    "contracts.public_contract": {"*"},
    "contracts.verify": {"*"},
}
