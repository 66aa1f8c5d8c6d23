"""Use cases of panels: the pool, the draw, the seats."""

from portal.panels.services.draw import (
    candidates_of,
    draw,
    draw_input,
    freeze_list,
    frozen_before,
    supervisor_commitment,
    unchecked,
    witness,
)
from portal.panels.services.pool import (
    add_expert,
    invite_expert,
    resume_expert,
    suspend_expert,
    update_expert,
    update_profile,
)
from portal.panels.services.seats import (
    accept_seat,
    begin_scoring,
    clear_signature,
    decline_seat,
    empty_seats,
    mark_closed,
    mark_signed,
    promise_confidentiality,
    publish_names,
    recuse_seat,
)

__all__ = [
    "accept_seat",
    "add_expert",
    "begin_scoring",
    "candidates_of",
    "clear_signature",
    "decline_seat",
    "draw",
    "draw_input",
    "empty_seats",
    "freeze_list",
    "frozen_before",
    "invite_expert",
    "mark_closed",
    "mark_signed",
    "promise_confidentiality",
    "publish_names",
    "recuse_seat",
    "resume_expert",
    "supervisor_commitment",
    "suspend_expert",
    "unchecked",
    "update_expert",
    "update_profile",
    "witness",
]
