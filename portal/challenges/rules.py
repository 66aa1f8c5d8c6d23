"""Pure rules of challenges: when one may be filed, and what it must say."""

from datetime import date, datetime

from portal.core.calendar import end_of_day
from portal.core.errors import Problem, problem
from portal.core.text import N_

MAX_LENGTH = 4000


def check_filing(
    received_at: datetime, until: date | None, *, is_bidder: bool, has_open: bool
) -> list[Problem]:
    """Why a challenge cannot be filed; ``until`` is the last day for it, ``None`` before there is a result.

    It must arrive before that day ends (24:00 in Beijing), from a bidder of the call, one at a time. The right runs
    on after the public notice (GPL article 52, GPR article 53).
    """
    if not is_bidder:
        return [
            problem(N_("Only an organisation whose proposal was opened in this call can file a challenge."))
        ]
    if until is None:
        return [problem(N_("This call has no result that could be challenged."))]
    if received_at >= end_of_day(until):
        return [problem(N_("Challenges were possible until the end of %(day)s."), day=until)]
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
