"""Pages of needs: residents hand in and follow up, the desk answers."""

from portal.core.text import N_
from portal.core.web import navigation
from portal.needs.policies import DESK, READERS
from portal.needs.views import desk, ideas, places, public, resources, tasks
from portal.needs.views.blueprint import bp

navigation(N_("Residents' needs"), "needs.index", everybody=True, rank=59, under="home.front")
navigation(N_("Needs list"), "needs.desk", *READERS, rank=8)
navigation(N_("Project ideas"), "needs.ideas", *READERS, rank=9, under="needs.desk")
navigation(N_("Small tasks"), "needs.tasks", *DESK, rank=10, under="needs.desk")
navigation(N_("Communities and posters"), "needs.places", *DESK, rank=11, under="needs.desk")

__all__ = ["bp", "desk", "ideas", "places", "public", "resources", "tasks"]
