"""Who may reach the pages of the eligibility check, of its answers, and of finding a call."""

from portal.bids.policies import READERS

_MEMBERS = {"org_owner", "org_drafter", "org_approver", "org_finance"}
_READERS = set(map(str, READERS))
_DECIDERS = {"programme_officer", "programme_approver"}

ROLES = {
    "qualification.tender": _READERS,
    "qualification.check": _READERS,
    "qualification.ask": {"programme_officer"},
    "qualification.confirm": _DECIDERS,
    "qualification.send_back": _DECIDERS,
    "qualification.answer_reply": _DECIDERS,
    "qualification.result": _MEMBERS,
    "qualification.letter": _MEMBERS,
    "qualification.reply": _MEMBERS,
    "qualification.supplement": _MEMBERS,
    "qualification.supplement_file": _MEMBERS | _READERS,
    "qualification.eligible": _MEMBERS,
    "qualification.searches": {"signed_in"},
    "qualification.save_search": {"signed_in"},
    "qualification.end_search": {"signed_in"},
}
