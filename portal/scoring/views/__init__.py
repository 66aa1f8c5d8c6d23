"""Pages of scoring: the expert's queue and sheets, the officer's overview, the public result."""

from portal.core.text import N_
from portal.core.web import navigation
from portal.parties.values import Role
from portal.scoring.views import (
    clarifications,
    compare,
    correction,
    entered,
    letters,
    panel,
    public,
    roadshow,
    sheets,
    signing,
)
from portal.scoring.views.blueprint import bp

__all__ = [
    "bp",
    "clarifications",
    "compare",
    "correction",
    "entered",
    "letters",
    "panel",
    "public",
    "roadshow",
    "sheets",
    "signing",
]

navigation(N_("My scoring"), "scoring.queue", Role.EXPERT, rank=21)
