"""Plain values of the expert pool, the draw and the seats."""

from portal.core.enums import Labelled
from portal.core.text import N_


class ExpertGroup(Labelled):
    """The four dimensions; each expert belongs to exactly one."""

    TECHNICAL = "technical", N_("Technical expert")
    DEPARTMENT = "department", N_("Functional department")
    MEDIA = "media", N_("News media")
    RESIDENT = "resident", N_("Resident representative")


class PanelStatus(Labelled):
    FROZEN = "frozen", N_("List frozen, waiting for the draw"), "warn"
    SEATED = "seated", N_("Drawn"), "progress"
    SCORING = "scoring", N_("Scoring"), "progress"
    CLOSED = "closed", N_("Closed"), "good"


class SeatStatus(Labelled):
    STANDBY = "standby", N_("Standby")
    INVITED = "invited", N_("Invited"), "warn"
    ACCEPTED = "accepted", N_("Accepted"), "good"
    DECLINED = "declined", N_("Declined"), "bad"
    RECUSED = "recused", N_("Recused"), "bad"
