"""Pages of payments: instalments and spending of contracts, the public list, fees of experts."""

from portal.core.text import N_
from portal.core.web import navigation
from portal.parties.values import Role
from portal.payments.policies import FEE_READERS
from portal.payments.views import fees, instalments
from portal.payments.views.blueprint import bp

__all__ = ["bp", "fees", "instalments"]

navigation(N_("Payments"), "payments.index", *instalments.READERS, rank=35)
navigation(
    N_("Expert fees"), "payments.fees", *FEE_READERS, rank=36, under="payments.index",
    covers=("payments.propose_fees", "payments.fee_batch", "payments.pay_fees"),
)  # fmt: skip
navigation(N_("My fees"), "payments.my_fees", Role.EXPERT, rank=21, covers=("payments.fee_account",))
navigation(N_("Money paid"), "payments.public", everybody=True, rank=62, under="home.front")
