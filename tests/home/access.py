"""Who may reach the endpoints of home."""

ROLES = {
    "home.front": {"*"},
    "home.work": {"signed_in"},
    "home.inbox": {"signed_in"},
    "home.open_message": {"signed_in"},
    "home.demo_clock": {"signed_in"},
    "home.jump_clock": {"signed_in"},
    "home.operations": {"administrator"},
    "home.run_again": {"administrator"},
    "home.send_again": {"administrator"},
    "home.audit": {"supervisor", "administrator"},
    "home.audit_chain": {"supervisor", "administrator"},
    "home.case": {
        "administrator",
        "programme_officer",
        "programme_approver",
        "finance_officer",
        "cashier",
        "supervisor",
    },
    "home.demo_mails": {"*"},
}
