"""Reads of payments, by noun."""

from portal.payments.queries.instalments import (
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
from portal.payments.queries.ledger import (
    get_movement,
    list_movements,
    programme_balances,
    programmes,
    subjects,
)
from portal.payments.queries.spending import (
    get_scan,
    list_spending,
    spending_by_head,
    spent_total,
    totals,
    voucher_is_used,
)

__all__ = [
    "facts", "get_case", "get_movement", "get_scan", "get_transaction", "instalments", "invoice_is_used",
    "list_instalments", "list_movements", "list_spending", "milestone_of", "paid_total", "payee_of", "plan_of", "programme_balances",
    "programmes", "public_payments", "reference_is_used", "spending_by_head", "spent_total", "subjects",
    "sums_by_status", "totals", "transaction_of", "transactions", "voucher_file", "voucher_is_used",
]  # fmt: skip
