"""Endpoint → roles that may reach it (``*`` everybody)."""

OFFICER, APPROVER, SUPERVISOR = "programme_officer", "programme_approver", "supervisor"
STAFF = {OFFICER, APPROVER, SUPERVISOR, "finance_officer", "cashier", "administrator"}

ROLES: dict[str, set[str]] = {
    "tenders.index": {"*"},
    "tenders.show": {"*"},
    "tenders.desk": STAFF,
    "tenders.case": STAFF,
    "tenders.create": {OFFICER},
    "tenders.template": {OFFICER},
    "tenders.retire_template": {OFFICER},
    "tenders.edit": {OFFICER},
    "tenders.bands": {OFFICER},
    "tenders.rubric_preview": STAFF,
    "tenders.rubric_file": {"*"},
    "tenders.form": {OFFICER},
    "tenders.form_question": {OFFICER},
    "tenders.form_part": {OFFICER},
    "tenders.form_papers": {OFFICER},
    "tenders.form_question_up": {OFFICER},
    "tenders.form_question_remove": {OFFICER},
    "tenders.form_part_up": {OFFICER},
    "tenders.form_part_remove": {OFFICER},
    "tenders.form_preview": STAFF,
    "tenders.seal": {OFFICER},
    "tenders.submit": {OFFICER},
    "tenders.approve": {APPROVER},
    "tenders.publish": {APPROVER},
    "tenders.return": {APPROVER},
    "tenders.cancel": {APPROVER},
    "tenders.my_key": {OFFICER, SUPERVISOR},
    "tenders.prove": {OFFICER, SUPERVISOR},
    "tenders.questions": {"*"},
    "tenders.ask": {"org_owner", "org_drafter", "org_approver"},
    "tenders.answer": {"programme_officer", "programme_approver"},
    "tenders.correct": {"programme_approver"},
}
