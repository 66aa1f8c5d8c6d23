"""What every use case of a panel at work asks first."""

from portal.core.errors import Invalid, problem
from portal.core.text import N_
from portal.panels.models import Panel
from portal.panels.values import PanelStatus

LONGEST_TEXT = 2000


def require_running(panel: Panel) -> None:
    """Raise ``Invalid`` unless the experts of the panel score now."""
    if panel.status != PanelStatus.SCORING:
        raise Invalid(problem(N_("The work of this panel is over.")))
