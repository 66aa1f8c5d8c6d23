"""Use cases of proposals: write, submit, take back, open."""

from portal.bids.services.copies import restore_draft
from portal.bids.services.drafting import (
    add_file,
    import_budget,
    remove_file,
    save_answers,
    save_budget,
    save_draft,
)
from portal.bids.services.inside import (
    add_comment,
    approve_draft,
    ask_approval,
    set_approval,
    settle_comment,
)
from portal.bids.services.library import take_document
from portal.bids.services.opening import attach_minutes, open_tender, opening_problems, set_qualified
from portal.bids.services.opinions import ask_opinion, end_opinion, give_opinion
from portal.bids.services.partners import confirm_partner, invite_partner, leave_place, remove_partner
from portal.bids.services.recovery import recover_tender
from portal.bids.services.rehearsal import prove_rehearsal, rehearse
from portal.bids.services.starting import problems_of_start, start_bid
from portal.bids.services.submission import attach_receipt, reopen_bid, submit_bid, withdraw_bid

__all__ = [
    "prove_rehearsal",
    "rehearse",
    "restore_draft",
    "add_comment",
    "confirm_partner",
    "invite_partner",
    "leave_place",
    "remove_partner",
    "ask_opinion",
    "end_opinion",
    "give_opinion",
    "approve_draft",
    "ask_approval",
    "set_approval",
    "settle_comment",
    "add_file",
    "attach_minutes",
    "attach_receipt",
    "import_budget",
    "open_tender",
    "opening_problems",
    "problems_of_start",
    "recover_tender",
    "remove_file",
    "reopen_bid",
    "save_answers",
    "save_budget",
    "save_draft",
    "set_qualified",
    "start_bid",
    "submit_bid",
    "take_document",
    "withdraw_bid",
]
