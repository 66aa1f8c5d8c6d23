"""Pure rules of challenges: when one may be filed, and what it must say."""

from collections.abc import Sequence
from datetime import date, datetime

from portal.core.calendar import end_of_day
from portal.core.errors import Problem, problem
from portal.core.text import N_

MAX_LENGTH = 4000


def check_filing(
    received_at: datetime, notice_ends: Sequence[date], *, is_bidder: bool, has_open: bool
) -> list[Problem]:
    """Why a challenge cannot be filed; ``notice_ends`` are the last days of the awards in public notice.

    It must arrive before the last day ends (24:00 in Beijing), from a bidder of the call, one at a time.
    """
    if not is_bidder:
        return [
            problem(N_("Only an organisation whose proposal was opened in this call can file a challenge."))
        ]
    if not notice_ends:
        return [problem(N_("No result of this call is in public notice now."))]
    if received_at >= end_of_day(max(notice_ends)):
        return [problem(N_("Challenges were possible until the end of %(day)s."), day=max(notice_ends))]
    if has_open:
        return [problem(N_("Your challenge waits for its answer. Another one is possible afterwards."))]
    return []


def check_text(text: str, field: str) -> list[Problem]:
    """Grounds and answers are written out, at most 4000 characters."""
    if not text.strip():
        return [problem(N_("Please write the facts and reasons."), field=field)]
    if len(text) > MAX_LENGTH:
        return [problem(N_("At most %(most)d characters are possible."), field=field, most=MAX_LENGTH)]
    return []
