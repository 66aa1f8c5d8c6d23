"""Which roles may reach each endpoint of scoring at all."""

_STAFF = {"programme_officer", "programme_approver", "supervisor"}
_OFFICER, _EXPERT = {"programme_officer"}, {"expert"}

ROLES = {
    "scoring.queue": _EXPERT,
    "scoring.sheet": _EXPERT,
    "scoring.autosave": _EXPERT,
    "scoring.file": _EXPERT,
    "scoring.reading": _EXPERT,
    "scoring.ask_reading": _EXPERT,
    "scoring.file_page": _EXPERT,
    "scoring.sign": _EXPERT,
    "scoring.compare": _EXPERT,
    "scoring.column": _EXPERT,
    "scoring.column_autosave": _EXPERT,
    "scoring.explain": _EXPERT,
    "scoring.revise": _EXPERT,
    "scoring.panel": _STAFF,
    "scoring.close": _OFFICER,
    "scoring.return_sheet": _OFFICER,
    "scoring.values": _STAFF,
    "scoring.confirm_values": {"programme_officer", "programme_approver"},
    "scoring.roadshow": _STAFF,
    "scoring.projector": _STAFF,
    "scoring.call_next": _OFFICER,
    "scoring.now": _EXPERT,
    "scoring.version": _STAFF,
    "scoring.what_if": _STAFF,
    "scoring.exclude": _OFFICER,
    "scoring.correct": _OFFICER,
    "scoring.report": _STAFF,
    "scoring.spreadsheet": _STAFF,
    "scoring.result": {"*"},
    "scoring.record": {"*"},
}
