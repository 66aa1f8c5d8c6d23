"""Use cases of budgets: funds, programmes, quotas, and the only way in which money moves."""

from portal.budgets.services.confirmations import (
    confirm_funds,
    refuse_funds,
    request_confirmation,
)
from portal.budgets.services.imports import (
    import_appropriations,
)
from portal.budgets.services.ledger import (
    appropriate,
    commit,
    create_fund_source,
    create_programme,
    make_fees_payable,
    make_payable,
    pay,
    pay_fees,
    post,
    release,
    reserve,
    return_money,
    update_programme,
)
from portal.budgets.services.quotas import (
    reverse_use,
    set_quotas,
    set_standard,
    use_quota,
)

__all__ = [
    "appropriate",
    "commit",
    "confirm_funds",
    "create_fund_source",
    "create_programme",
    "import_appropriations",
    "make_fees_payable",
    "make_payable",
    "pay",
    "pay_fees",
    "post",
    "refuse_funds",
    "release",
    "request_confirmation",
    "reserve",
    "return_money",
    "reverse_use",
    "set_quotas",
    "set_standard",
    "update_programme",
    "use_quota",
]
