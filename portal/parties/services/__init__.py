"""Use cases of parties: units, roles, invitations, organisations and what is known of them."""

from portal.parties.services.deputies import end_deputy, name_deputy
from portal.parties.services.imports import import_parties
from portal.parties.services.invitations import (
    accept_as,
    accept_invitation,
    dead_link,
    find_invitation,
    invitation_token,
    invite,
    withdraw_invitation,
)
from portal.parties.services.organisations import (
    add_track_entry,
    attach_certificate,
    refuse_party,
    register_party,
    reopen_party,
    suspend_party,
    update_party,
    verify_party,
)
from portal.parties.services.profile import (
    accept_change,
    add_document,
    note_document_reminder,
    refuse_change,
    remove_document,
    restored,
    update_standing,
    update_strength,
)
from portal.parties.services.roles import (
    create_unit,
    end_role,
    grant_role,
    hand_over,
    leave_party,
    reset_second_factor,
    set_person_status,
)
from portal.parties.services.standing import appeal_entry, check_account, decide_appeal, enter_on_list

__all__ = [
    "accept_as",
    "accept_change",
    "accept_invitation",
    "add_document",
    "add_track_entry",
    "appeal_entry",
    "attach_certificate",
    "check_account",
    "create_unit",
    "dead_link",
    "decide_appeal",
    "end_deputy",
    "end_role",
    "enter_on_list",
    "find_invitation",
    "grant_role",
    "hand_over",
    "import_parties",
    "invitation_token",
    "invite",
    "leave_party",
    "name_deputy",
    "note_document_reminder",
    "refuse_change",
    "refuse_party",
    "register_party",
    "remove_document",
    "reset_second_factor",
    "restored",
    "reopen_party",
    "set_person_status",
    "suspend_party",
    "update_party",
    "update_standing",
    "update_strength",
    "verify_party",
    "withdraw_invitation",
]
