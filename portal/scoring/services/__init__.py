"""Use cases of scoring: sheets, the comparison before signing, and the ranking."""

from portal.scoring.services.clarifications import (
    answer_question,
    ask_bidder,
    keep_question_back,
    release_question,
)
from portal.scoring.services.comparison import explain, sign, someone_left, waits_for
from portal.scoring.services.correction import correct_value, entered_in, exclude_bid, keep_letter
from portal.scoring.services.entered import confirm_values, enter_values, fingerprint, take_over_declared
from portal.scoring.services.ranking import close_panel, in_the_way, publish_rankings
from portal.scoring.services.reading import destroy_readings, keep_reading, request_reading
from portal.scoring.services.refusal import note_silence, refuse_to_sign, silent
from portal.scoring.services.reminders import remind
from portal.scoring.services.roadshow import call_next, draw_roadshow
from portal.scoring.services.sheets import (
    open_sheets,
    return_sheet,
    revise_sheet,
    save_column,
    save_marks,
    submit_sheet,
)

__all__ = [
    "answer_question",
    "ask_bidder",
    "keep_question_back",
    "release_question",
    "call_next",
    "close_panel",
    "confirm_values",
    "correct_value",
    "destroy_readings",
    "draw_roadshow",
    "enter_values",
    "entered_in",
    "exclude_bid",
    "explain",
    "fingerprint",
    "in_the_way",
    "keep_letter",
    "keep_reading",
    "note_silence",
    "open_sheets",
    "publish_rankings",
    "refuse_to_sign",
    "remind",
    "request_reading",
    "return_sheet",
    "revise_sheet",
    "save_column",
    "save_marks",
    "sign",
    "silent",
    "someone_left",
    "submit_sheet",
    "take_over_declared",
    "waits_for",
]
