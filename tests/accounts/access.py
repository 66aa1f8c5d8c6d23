"""Who may reach the endpoints of accounts."""

ROLES = {
    "accounts.sign_in": {"*"},
    "accounts.sign_out": {"*"},
    "accounts.forgotten": {"*"},
    "accounts.reset": {"*"},
    "accounts.me": {"signed_in"},
    "accounts.give_code": {"*"},
    "accounts.prove": {"signed_in"},
    "accounts.second_factor": {"signed_in"},
    "accounts.begin_factor": {"signed_in"},
    "accounts.confirm_factor": {"signed_in"},
    "accounts.renew_recovery": {"signed_in"},
    "accounts.switch_off_factor": {"signed_in"},
    "accounts.end_session": {"signed_in"},
}
