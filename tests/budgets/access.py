"""Who may reach each page of budgets; "*" is everybody."""

READERS = {"programme_officer", "programme_approver", "finance_officer", "cashier", "supervisor"}

ROLES = {
    "budgets.index": {"*"},
    "budgets.show": {"*"},
    "budgets.funds": READERS,
    "budgets.funds_xlsx": READERS,
    "budgets.create_fund": {"programme_officer", "finance_officer"},
    "budgets.programmes": READERS,
    "budgets.programmes_xlsx": READERS,
    "budgets.create": {"programme_officer"},
    "budgets.programme": READERS,
    "budgets.edit": {"programme_officer"},
    "budgets.appropriate": {"finance_officer"},
    "budgets.movements": READERS,
    "budgets.movements_xlsx": READERS,
    "budgets.movement": READERS,
    "budgets.account": READERS,
}
