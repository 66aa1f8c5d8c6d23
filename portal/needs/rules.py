"""Pure rules of needs: what may be handed in, the priority, and the code of a receipt."""

import hashlib
import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import TypeVar

from portal.core.errors import Problem, problem
from portal.core.text import N_
from portal.needs.values import DELIBERATIONS, Job, Opinion, Plan, Round, Sitting, Spot, Stage, StepResult

T = TypeVar("T")
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


# --- ideas

NOTICE_DAYS = 7
"""Default length of the first publication in calendar days; no law sets one, the officer may choose another."""


def check_plan(plan: Plan) -> list[Problem]:
    """Problems of what an idea says about itself."""
    found = []
    if not plan.title.strip():
        found.append(problem(N_("Please give a title."), field="title"))
    if not plan.summary.strip():
        found.append(problem(N_("Please say what is to be done."), field="summary"))
    if plan.estimate_fen <= 0:
        found.append(problem(N_("The amount must be above zero."), field="estimate"))
    return found


def check_sitting(
    stage: Stage, sitting: Sitting, *, today: date, not_before: date | None, has_minutes: bool
) -> list[Problem]:
    """Problems of a recorded step.

    A step lies neither in the future nor before the one ahead of it. A deliberation has minutes and people; what
    it agrees to needs more than half of those present (Organic Law of the Urban Residents' Committees, article 10).
    A step that does not agree says why.
    """
    found = []
    if sitting.held_on > today:
        found.append(problem(N_("This day is still to come."), field="held_on"))
    if not_before is not None and sitting.held_on < not_before:
        found.append(problem(N_("The step before was on %(day)s."), field="held_on", day=not_before))
    if stage in DELIBERATIONS:
        found += _check_votes(sitting)
        if not has_minutes:
            found.append(problem(N_("Please upload the minutes."), field="file"))
    elif sitting.result != StepResult.PASSED:
        found.append(
            problem(N_("This step records a fact; it agrees to nothing and refuses nothing."), field="result")
        )
    if stage == Stage.SOLICIT and sitting.present < 1:
        found.append(problem(N_("At least one person took part."), field="present"))
    return found


def _check_votes(sitting: Sitting) -> list[Problem]:
    if sitting.present < 1:
        return [problem(N_("At least one person took part."), field="present")]
    if not 0 <= sitting.in_favour <= sitting.present:
        return [problem(N_("No more can agree than were present."), field="in_favour")]
    if sitting.result == StepResult.PASSED and sitting.in_favour * 2 <= sitting.present:
        return [problem(N_("An agreement needs more than half of those present."), field="in_favour")]
    if sitting.result != StepResult.PASSED and not sitting.note.strip():
        return [problem(N_("Please give the reason."), field="note")]
    return []


def last_day_of_notice(first_day: date, days: int = NOTICE_DAYS) -> date:
    """The last of ``days`` calendar days of public notice, the first day included."""
    return first_day + timedelta(days=days - 1)


# --- matching


def closeness(one: str, other: str) -> int:
    """How near two places are, by the paths of their units.

    3: the same unit; 2: one lies in the other; 1: the same unit right above both; 0: farther.
    """
    if one == other:
        return 3
    if one.startswith(other) or other.startswith(one):
        return 2
    above = [path.rstrip("/").rpartition("/")[0] for path in (one, other)]
    return 1 if above[0] == above[1] and above[0] else 0


def match(one: Spot, other: Spot) -> int:
    """How well two entries of the lists fit: 0 is not at all, 7 is the same field in the same unit.

    The same field counts 4 and an offer for every field 2, nearness up to 3; other fields and far places never fit.
    """
    near = closeness(one.path, other.path)
    if not near:
        return 0
    if one.field is None or other.field is None:
        return 2 + near
    return 4 + near if one.field == other.field else 0


def best(wanted: Spot, offers: Iterable[tuple[T, Spot]], at_most: int = 8) -> list[tuple[T, int]]:
    """The offers that fit, the best first, in the given order among equals."""
    fits = [(offer, match(wanted, spot)) for offer, spot in offers]
    return sorted((fit for fit in fits if fit[1]), key=lambda fit: -fit[1])[:at_most]


# --- small tasks

MOST_PLACES = 500


def check_job(job: Job, today: date) -> list[Problem]:
    """Problems of a small task before it is published."""
    found = []
    if not job.title.strip():
        found.append(problem(N_("Please give a title."), field="title"))
    if not job.description.strip():
        found.append(problem(N_("Please say what is to be done."), field="description"))
    if not 1 <= job.places <= MOST_PLACES:
        found.append(
            problem(N_("Please give a number from 1 to %(most)s."), field="places", most=MOST_PLACES)
        )
    if job.due_on < today:
        found.append(problem(N_("This day is over."), field="due_on"))
    if not job.contact.strip():
        found.append(problem(N_("Please say whom the helpers call."), field="contact"))
    return found


def check_claim(*, is_open: bool, due_on: date, taken: int, places: int, today: date) -> list[Problem]:
    """Why a place of a small task cannot be claimed; empty when it can, up to and including the last day."""
    if not is_open:
        return [problem(N_("This task takes no helpers any more."))]
    if today > due_on:
        return [problem(N_("The day of this task is over."))]
    return [problem(N_("All places are taken."))] if taken >= places else []
