"""Pages of panels: the pool, the draw, the seats."""

from portal.core.text import N_
from portal.core.web import navigation
from portal.panels.views import ceremony, draw, evidence, pool, requests, seats
from portal.panels.views.blueprint import STAFF, bp
from portal.parties.values import Role

__all__ = ["bp", "ceremony", "draw", "evidence", "pool", "requests", "seats"]

navigation(N_("Expert panels"), "panels.index", *STAFF, rank=11, under="tenders.desk")
navigation(N_("Expert pool"), "panels.experts", Role.PROGRAMME_OFFICER, rank=12, under="tenders.desk")
navigation(N_("Invitations"), "panels.my_seats", Role.EXPERT, rank=20)
