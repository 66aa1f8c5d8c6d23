"""Who may reach the pages of proposals."""

from portal.bids.policies import READERS
from portal.parties.values import ORGANISATION, Role

MEMBERS = {str(role) for role in ORGANISATION}
STAFF = {str(role) for role in READERS}
WRITERS = {str(Role.ORG_OWNER), str(Role.ORG_DRAFTER)}
SUBMITTERS = WRITERS | {str(Role.ORG_APPROVER)}

ROLES = {
    "bids.index": MEMBERS,
    "bids.start": WRITERS,
    "bids.edit": WRITERS,
    "bids.step": WRITERS,
    "bids.autosave": WRITERS,
    "bids.watch": WRITERS,
    "bids.stamp_page": WRITERS,
    "bids.rehearsal": SUBMITTERS,
    "bids.rehearse": SUBMITTERS,
    "bids.restore": WRITERS,
    "bids.read": MEMBERS,
    "bids.settle": MEMBERS,
    "bids.ask_approval": WRITERS,
    "bids.approve": {str(Role.ORG_OWNER), str(Role.ORG_APPROVER)},
    "bids.approval": {str(Role.ORG_OWNER)},
    "bids.budget_sheet": WRITERS,
    "bids.budget_import": WRITERS,
    "bids.take_document": WRITERS,
    "bids.ask_opinion": WRITERS,
    "bids.opinion_link": WRITERS,
    "bids.end_opinion": WRITERS,
    "bids.partners": WRITERS,
    "bids.remove_partner": WRITERS,
    "bids.join": {str(Role.ORG_OWNER)},
    "bids.confirm_join": {str(Role.ORG_OWNER)},
    "bids.leave_join": {str(Role.ORG_OWNER)},
    "bids.opinion": {"*"},
    "bids.give_opinion": {"*"},
    "bids.opinion_given": {"*"},
    "bids.draft_file": MEMBERS,
    "bids.remove_file": WRITERS,
    "bids.start_upload": WRITERS,
    "bids.upload": WRITERS,
    "bids.upload_piece": WRITERS,
    "bids.submit": SUBMITTERS,
    "bids.show": MEMBERS,
    "bids.receipt": MEMBERS,
    "bids.receipt_file": MEMBERS,
    "bids.copy": MEMBERS,
    "bids.withdraw": SUBMITTERS,
    "bids.reopen": SUBMITTERS,
    "bids.receipt_check": {"*"},
    "bids.opening": STAFF,
    "bids.minutes": STAFF,
    "bids.opened": {"*"},
    "bids.proposal": STAFF | MEMBERS,
    "bids.proposal_file": STAFF | MEMBERS,
    "bids.file_page": STAFF | MEMBERS,
    "bids.redraw": {str(Role.PROGRAMME_OFFICER)},
}
