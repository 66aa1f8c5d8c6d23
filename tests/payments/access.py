"""Who may reach the pages of payments."""

from tests.contracts.access import READERS

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
}
