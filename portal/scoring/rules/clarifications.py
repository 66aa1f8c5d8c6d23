"""What may be asked of a bidder while the panel scores, and until when the answer counts."""

from collections.abc import Callable
from datetime import datetime

from portal.core.errors import Problem, problem
from portal.core.text import N_

LONGEST_QUESTION = 500
LONGEST_ANSWER = 1000
SHORTEST_MINUTES, LONGEST_MINUTES = 15, 3 * 24 * 60


def check_text(text: str, most: int, field: str) -> list[Problem]:
    """What is wrong with a question or an answer of at most ``most`` characters."""
    if not text.strip():
        return [problem(N_("Please write something."), field=field)]
    if len(text.strip()) > most:
        return [problem(N_("Please write at most %(most)s characters."), field=field, most=most)]
    return []


def check_minutes(minutes: int | None) -> list[Problem]:
    """The time to answer lies between 15 minutes and three days."""
    if minutes is not None and SHORTEST_MINUTES <= minutes <= LONGEST_MINUTES:
        return []
    message = N_("The time to answer is %(least)s to %(most)s minutes.")
    return [problem(message, field="minutes", least=SHORTEST_MINUTES, most=LONGEST_MINUTES)]


def check_arrival(
    received_at: datetime, answer_by: datetime, local: Callable[[datetime], datetime]
) -> list[Problem]:
    """An answer counts when it came before ``answer_by``; that instant itself is too late."""
    if received_at < answer_by:
        return []
    message = N_("Answers were taken until %(at)s. The panel goes on without one.")
    return [problem(message, at=f"{local(answer_by):%Y-%m-%d %H:%M}")]
