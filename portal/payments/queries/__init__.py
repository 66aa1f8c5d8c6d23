"""Reads of payments, by noun."""

from portal.payments.queries.fees import (
    account_of,
    accounts_of,
    bank_details,
    batch_of,
    fee_panels,
    fees,
    fees_wait_for,
    get_batch,
    get_fee_panel,
    own_fees,
    own_slip,
    paid_seats,
    programmes_for,
    sums,
    without_account,
)
from portal.payments.queries.instalments import (
    conditions_in_words,
    due_for_request,
    facts,
    get_case,
    get_transaction,
    instalments,
    invoice_is_used,
    list_instalments,
    milestone_of,
    paid_total,
    payee_of,
    plan_of,
    public_payments,
    reference_is_used,
    sums_by_status,
    transaction_of,
    transactions,
    voucher_file,
)
from portal.payments.queries.spending import (
    get_scan,
    get_spending,
    last_entry,
    list_spending,
    reversal_of,
    spending_by_head,
    spent_total,
    totals,
)

__all__ = ["account_of", "accounts_of", "bank_details", "batch_of", "conditions_in_words", "due_for_request", "facts", "fee_panels", "fees", "fees_wait_for", "get_batch", "get_case", "get_fee_panel", "get_scan", "get_spending", "get_transaction", "instalments", "invoice_is_used", "last_entry", "list_instalments", "list_spending", "milestone_of", "own_fees", "own_slip", "paid_seats", "paid_total", "payee_of", "plan_of", "programmes_for", "public_payments", "reference_is_used", "reversal_of", "spending_by_head", "spent_total", "sums", "sums_by_status", "totals", "transaction_of", "transactions", "voucher_file", "without_account"]  # fmt: skip
