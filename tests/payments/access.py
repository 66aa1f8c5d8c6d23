"""Who may reach the pages of payments."""

from tests.contracts.access import READERS

_FEES = {"programme_officer", "finance_officer", "cashier", "supervisor"}

ROLES = {
    "payments.index": READERS,
    "payments.instalment": READERS,
    "payments.voucher": READERS,
    "payments.contract": READERS,
    "payments.scan": READERS,
    "payments.request_money": {"org_owner", "org_finance"},
    "payments.spend": {"org_owner", "org_finance"},
    "payments.spending": READERS,
    "payments.reverse": {"org_owner", "org_finance"},
    "payments.accept": {"programme_officer"},
    "payments.send_back": {"programme_officer", "finance_officer"},
    "payments.approve": {"finance_officer"},
    "payments.pay": {"cashier"},
    "payments.public": {"*"},
    "payments.fees": _FEES,
    "payments.propose_fees": {"programme_officer"},
    "payments.fee_batch": _FEES,
    "payments.approve_fees": {"finance_officer"},
    "payments.return_fees": {"finance_officer"},
    "payments.pay_fees": {"cashier"},
    "payments.fees_sheet": {"cashier"},
    "payments.my_fees": {"expert"},
    "payments.fee_account": {"expert"},
    "payments.fee_slip": {"expert"},
}
