"""Plain values of accounts."""

from portal.core.enums import Labelled
from portal.core.text import N_


class UserStatus(Labelled):
    ACTIVE = "active", N_("Active"), "good"
    DISABLED = "disabled", N_("Disabled"), "bad"
