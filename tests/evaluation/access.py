"""Who may reach the pages of evaluation."""

_STAFF = {"programme_officer", "programme_approver", "finance_officer", "cashier", "supervisor"}
_READERS = _STAFF | {"evaluator"}

ROLES = {
    "evaluation.index": _READERS,
    "evaluation.assign": {"programme_officer"},
    "evaluation.sheet": _READERS,
    "evaluation.declare": {"evaluator"},
    "evaluation.refuse": {"evaluator"},
    "evaluation.marks": {"evaluator"},
    "evaluation.survey": {"evaluator"},
    "evaluation.more_codes": {"evaluator"},
    "evaluation.paper": {"evaluator"},
    "evaluation.submit": {"evaluator"},
    "evaluation.confirm": {"programme_officer"},
    "evaluation.send_back": {"programme_officer"},
    "evaluation.report": _READERS,
    "evaluation.close": _STAFF,
    "evaluation.result": {"*"},
    "evaluation.answer": {"*"},
}
