"""Use cases of evaluation: assignment, survey, sheet, closing."""

from portal.evaluation.services.assignment import assign, declare_no_conflict, refuse
from portal.evaluation.services.closing import close_project
from portal.evaluation.services.sheet import confirm, missing, save_marks, send_back, submit_evaluation
from portal.evaluation.services.survey import add_codes, answer, code_hash, enter_paper, open_survey

__all__ = [
    "add_codes",
    "answer",
    "assign",
    "close_project",
    "code_hash",
    "confirm",
    "declare_no_conflict",
    "enter_paper",
    "missing",
    "open_survey",
    "refuse",
    "save_marks",
    "send_back",
    "submit_evaluation",
]
