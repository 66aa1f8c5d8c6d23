"""Pages of parties: organisations, their verification, people and units."""

from portal.core.text import N_
from portal.core.web import navigation
from portal.parties.values import ORGANISATION, Role
from portal.parties.views import (
    deputies,
    invitations,
    organisations,
    people,
    profile,
    sheets,
    standing,
    verification,
)
from portal.parties.views.blueprint import bp

navigation(N_("Organisations"), "parties.index", everybody=True, rank=64, under="home.front")
navigation(N_("My organisation"), "parties.mine", *sorted(ORGANISATION), rank=45)
navigation(N_("Verification"), "parties.queue", Role.PROGRAMME_OFFICER, rank=45)
navigation(N_("Bank accounts"), "parties.accounts", *standing.CHECKERS, rank=46)
navigation(N_("Red and black list"), "parties.entries", *standing.DECIDERS, rank=47)
navigation(N_("People"), "parties.people", Role.ADMINISTRATOR, rank=5)
navigation(N_("Units"), "parties.units", Role.ADMINISTRATOR, rank=6)

__all__ = [
    "bp",
    "deputies",
    "invitations",
    "organisations",
    "people",
    "profile",
    "sheets",
    "standing",
    "verification",
]
