"""Who keeps the calendar of working days and the figures of procedures."""

from collections.abc import Collection
from uuid import UUID

from portal.core.policy import Actor, rule
from portal.core.text import N_
from portal.parties.values import Role


@rule(N_("Administrators of the topmost unit keep the calendar of working days."))
def may_keep_calendar(actor: Actor, top_units: Collection[UUID]) -> bool:
    """Deadlines of all units hang on it, so a street cannot change it."""
    return any(actor.has(Role.ADMINISTRATOR, unit_id) for unit_id in top_units)


@rule(N_("Administrators of the topmost unit add versions of a procedure."))
def may_keep_procedures(actor: Actor, top_units: Collection[UUID]) -> bool:
    """Calls of all units follow them, so a street cannot change them."""
    return any(actor.has(Role.ADMINISTRATOR, unit_id) for unit_id in top_units)
