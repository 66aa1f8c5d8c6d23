"""Who may reach the endpoints of accounts."""

ROLES = {
    "accounts.sign_in": {"*"},
    "accounts.sign_out": {"*"},
    "accounts.forgotten": {"*"},
    "accounts.reset": {"*"},
    "accounts.me": {"signed_in"},
    "accounts.end_session": {"signed_in"},
}
