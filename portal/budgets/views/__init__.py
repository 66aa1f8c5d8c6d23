"""Pages of budgets: programmes for everybody; funds, quotas, confirmations and the ledger for the staff of the unit."""

from portal.budgets.policies import READERS
from portal.budgets.views import confirmations, ledger, quotas
from portal.budgets.views.blueprint import bp
from portal.core.text import N_
from portal.core.web import navigation

navigation(N_("Programmes"), "budgets.index", everybody=True, rank=63, under="home.front")
navigation(N_("Funds and programmes"), "budgets.programmes", *READERS, rank=40)
navigation(
    N_("Confirmation of funds"), "budgets.confirmations", *READERS, rank=41, under="budgets.programmes"
)
navigation(N_("Quotas of communities"), "budgets.quotas", *READERS, rank=42, under="budgets.programmes")
navigation(N_("Targets"), "budgets.targets", *READERS, rank=43, under="budgets.programmes")

__all__ = ["bp", "confirmations", "ledger", "quotas"]
