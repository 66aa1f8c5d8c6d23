"""Pages of parties: organisations, their verification, people and units."""

from portal.core.text import N_
from portal.core.web import navigation, public_navigation
from portal.parties.values import ORGANISATION, Role
from portal.parties.views import invitations, organisations, people, verification
from portal.parties.views.blueprint import bp

public_navigation(N_("Organisations"), "parties.index", 6)
navigation(N_("My organisation"), "parties.mine", *ORGANISATION)
navigation(N_("Verification"), "parties.queue", Role.PROGRAMME_OFFICER)
navigation(N_("People"), "parties.people", Role.ADMINISTRATOR)
navigation(N_("Units"), "parties.units", Role.ADMINISTRATOR)

__all__ = ["bp", "invitations", "organisations", "people", "verification"]
