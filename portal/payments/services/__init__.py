"""Use cases of payments: instalments and spending of contracts, and fees of experts."""

from portal.payments.services.fees import approve_fees, pay_fees, propose_fees, return_fees, save_account
from portal.payments.services.instalments import (
    accept_instalment,
    approve_instalment,
    cancel_rest,
    mark_evaluation_passed,
    pay_instalment,
    plan_instalments,
    record_spending,
    request_instalment,
    return_instalment,
    reverse_spending,
)

__all__ = [
    "accept_instalment",
    "approve_fees",
    "approve_instalment",
    "cancel_rest",
    "mark_evaluation_passed",
    "pay_fees",
    "pay_instalment",
    "plan_instalments",
    "propose_fees",
    "record_spending",
    "request_instalment",
    "return_fees",
    "return_instalment",
    "reverse_spending",
    "save_account",
]
