"""Pages of needs: residents hand in and follow up, the desk answers."""

from portal.core.text import N_
from portal.core.web import navigation
from portal.needs.policies import DESK, READERS
from portal.needs.views import desk, places, public
from portal.needs.views.blueprint import bp

navigation(N_("Residents' needs"), "needs.index", everybody=True, rank=59, under="home.front")
navigation(N_("Needs"), "needs.desk", *READERS, rank=8)
navigation(N_("Communities and posters"), "needs.places", *DESK, rank=9, under="needs.desk")

__all__ = ["bp", "desk", "places", "public"]
