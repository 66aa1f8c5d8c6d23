"""Which roles may reach each endpoint of panels at all."""

_STAFF = {"programme_officer", "programme_approver", "supervisor"}
_OFFICER, _EXPERT = {"programme_officer"}, {"expert"}

ROLES = {
    "panels.experts": _OFFICER,
    "panels.add_expert": _OFFICER,
    "panels.invite_expert": _OFFICER,
    "panels.edit_expert": _OFFICER,
    "panels.suspend_expert": _OFFICER,
    "panels.resume_expert": _OFFICER,
    "panels.profile": _EXPERT,
    "panels.index": _STAFF,
    "panels.show": _STAFF,
    "panels.freeze": _OFFICER,
    "panels.allow_draw": {"supervisor"},
    "panels.freeze_again": _OFFICER,
    "panels.ceremony": {"signed_in"},
    "panels.lodge": {"signed_in"},
    "panels.reveal": {"signed_in"},
    "panels.void": {"supervisor"},
    "panels.begin": _OFFICER,
    "panels.public_draw": {"*"},
    "panels.proof": {"*"},
    "panels.my_seats": _EXPERT,
    "panels.seat": _EXPERT,
    "panels.promise": _EXPERT,
    "panels.accept": _EXPERT,
    "panels.decline": _EXPERT,
    "panels.recuse": {"expert", "programme_officer"},
}
