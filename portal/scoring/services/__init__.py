"""Use cases of scoring: sheets and the ranking."""

from portal.scoring.services.ranking import close_panel, in_the_way, publish_rankings
from portal.scoring.services.sheets import open_sheets, return_sheet, save_marks, sign, submit_sheet

__all__ = [
    "close_panel",
    "in_the_way",
    "open_sheets",
    "publish_rankings",
    "return_sheet",
    "save_marks",
    "sign",
    "submit_sheet",
]
