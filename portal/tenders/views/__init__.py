"""Pages of calls: public list and call, the desk, the editor, decisions, keys."""

from portal.core.text import N_
from portal.core.web import navigation
from portal.parties.values import ORGANISATION, Role
from portal.tenders.views import beginning, deciding, documents, editing, form, keys, pages, questions, rubric
from portal.tenders.views.blueprint import STAFF_ROLES, bp

__all__ = [
    "beginning",
    "bp",
    "deciding",
    "documents",
    "editing",
    "form",
    "keys",
    "pages",
    "questions",
    "rubric",
]

navigation(N_("Calls"), "tenders.index", everybody=True, rank=60, under="home.front")
navigation(N_("Calls"), "tenders.index", *sorted(ORGANISATION), rank=10)
navigation(
    N_("Case desk"), "tenders.desk", *STAFF_ROLES, rank=10,
    covers=("tenders.show", "home.case", "bids", "qualification", "screening", "scoring", "panels", "awards", "challenges"),
)  # fmt: skip
navigation(
    N_("My opening key"), "tenders.my_key", Role.PROGRAMME_OFFICER, Role.SUPERVISOR, rank=19, under="tenders.desk",
    covers=("tenders.prove",),
)  # fmt: skip
