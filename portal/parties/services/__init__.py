"""Use cases of parties: units, roles, invitations, organisations."""

from portal.parties.services.invitations import (
    accept_as,
    accept_invitation,
    dead_link,
    find_invitation,
    invitation_token,
    invite,
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
from portal.parties.services.roles import create_unit, end_role, grant_role, set_person_status

__all__ = [
    "accept_as",
    "accept_invitation",
    "add_track_entry",
    "attach_certificate",
    "create_unit",
    "dead_link",
    "end_role",
    "find_invitation",
    "grant_role",
    "invitation_token",
    "invite",
    "refuse_party",
    "register_party",
    "reopen_party",
    "set_person_status",
    "suspend_party",
    "update_party",
    "verify_party",
]
