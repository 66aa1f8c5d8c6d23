"""Pages of eligibility: the officers' desk, what organisations see and answer, and calls found by saved searches."""

from portal.core.text import N_
from portal.core.web import navigation
from portal.parties.values import ORGANISATION
from portal.qualification.views import answers, desk, finding
from portal.qualification.views.blueprint import bp

navigation(N_("Saved searches"), "qualification.searches", *sorted(ORGANISATION), rank=46)

__all__ = ["answers", "bp", "desk", "finding"]
