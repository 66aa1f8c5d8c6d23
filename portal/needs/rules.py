"""Pure rules of needs: what may be handed in, the priority, and the code of a receipt."""

import hashlib
import re
from datetime import date

from portal.core.errors import Problem, problem
from portal.core.text import N_
from portal.needs.values import Opinion, Round

TEXT_LENGTH = 1000
MOST_OPINIONS = 100_000
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without signs that look alike on paper
CODE_LENGTH = 10
URGENCY_WEIGHT, BREADTH_WEIGHT = 12, 8


def priority(urgency: int, breadth: int) -> int:
    """The declared formula: 12 × urgency + 8 × breadth, both from 1 to 5, so from 20 to 100.

    It orders the desk's list and decides nothing. Raises ``ValueError`` for a level that does not exist.
    """
    if not (1 <= urgency <= 5 and 1 <= breadth <= 5):
        raise ValueError("levels go from 1 to 5")
    return URGENCY_WEIGHT * urgency + BREADTH_WEIGHT * breadth


def tidy_code(code: str) -> str:
    """A receipt code as people type it, in one spelling: capitals without dashes and blanks."""
    return re.sub(r"[\s\-－—]", "", code).upper()


def spaced_code(code: str) -> str:
    """The code in groups of five, as it is printed."""
    return f"{code[:5]}-{code[5:]}"


def code_hash(code: str) -> str:
    """What the database keeps of a receipt code (SHA-256 of about 49 random bits)."""
    return hashlib.sha256(tidy_code(code).encode()).hexdigest()


def check_text(text: str) -> list[Problem]:
    """Problems of a need's text: present and at most 1000 signs."""
    if not text.strip():
        return [problem(N_("Please say what is needed."), field="text")]
    if len(text) > TEXT_LENGTH:
        return [problem(N_("At most %(most)s characters, please."), field="text", most=TEXT_LENGTH)]
    return []


def check_round(collected: Round, today: date) -> list[Problem]:
    """Problems of a round of collection; each opinion's problem names its row (``opinions-0-text``)."""
    found = []
    if not collected.title.strip():
        found.append(problem(N_("Please give a title."), field="title"))
    if collected.held_on > today:
        found.append(problem(N_("This day is still to come."), field="held_on"))
    if collected.participants < 1:
        found.append(problem(N_("At least one person took part."), field="participants"))
    if collected.sites < 1:
        found.append(problem(N_("At least one place was visited."), field="sites"))
    if not collected.opinions:
        found.append(problem(N_("Please enter at least one need."), field="opinions"))
    for row, opinion in enumerate(collected.opinions):
        found += [Problem(p.message, f"opinions-{row}-{p.field}", p.params) for p in _check_opinion(opinion)]
    return found


def _check_opinion(opinion: Opinion) -> list[Problem]:
    found = check_text(opinion.text)
    if not 1 <= opinion.count <= MOST_OPINIONS:
        found.append(
            problem(N_("Please give a number from 1 to %(most)s."), field="count", most=MOST_OPINIONS)
        )
    return found


def check_answer(summary: str, answer: str) -> list[Problem]:
    """An answer is public: it needs a public wording of the need and the reason."""
    found = []
    if not summary.strip():
        found.append(problem(N_("Please give the public wording of the need."), field="summary"))
    if not answer.strip():
        found.append(problem(N_("Please give the reason; everybody can read it."), field="answer"))
    return found


_PHONE = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8})(?!\d)")
_IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


def check_public_wording(text: str) -> list[Problem]:
    """Telephone and identity numbers have no place in a public text."""
    if _PHONE.search(text) or _IDENTITY.search(text):
        return [
            problem(
                N_("The public wording holds a telephone or identity number; take it out."), field="summary"
            )
        ]
    return []
