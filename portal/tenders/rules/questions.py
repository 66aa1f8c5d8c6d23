"""Public questions about a call, and corrections of it: until when, and what they do to the deadline."""

from collections.abc import Sequence
from datetime import date, datetime

from portal.core.calendar import SHANGHAI, Calendar, Walk
from portal.core.errors import Problem, problem
from portal.core.text import N_
from portal.procedures.rules import count_back
from portal.procedures.values import Move, Procedure

MOST_WAITING = 20  # of one organisation in one call; more is no question any more


def cut_off(procedure: Procedure, calendar: Calendar, published: date, deadline: date) -> Walk:
    """The walk to the last day for questions, which ends at 24:00: an answer can then still be published in time.

    It lies the period for corrections before the deadline, but never before the day of publication.
    """
    walk = count_back(calendar, procedure.figures["clarification"], deadline)
    return walk if walk.end >= published else Walk(published, published, (), walk.provisional)


def check_question(text: str, *, day: date, last_day: date, waiting: int) -> list[Problem]:
    """What is wrong with a question asked on ``day`` by an organisation with so many unanswered ones."""
    if day > last_day:
        return [problem(N_("Questions were taken until %(day)s."), field="text", day=last_day)]
    if not text.strip():
        return [problem(N_("Please write your question."), field="text")]
    if waiting >= MOST_WAITING:
        return [problem(N_("Please wait for the answers to your earlier questions."), field="text")]
    return []


def check_answers(pairs: Sequence[tuple[str, str]]) -> list[Problem]:
    """What is wrong with the ``(wording, answer)`` pairs of a form: empty answers wait, but one must be there."""
    found = [
        problem(N_("Please keep the wording of the question."), field=f"rows-{i}-wording")
        for i, (wording, answer) in enumerate(pairs)
        if answer.strip() and not wording.strip()
    ]
    if not any(answer.strip() for _wording, answer in pairs):
        found.append(problem(N_("Please answer at least one question."), field="rows"))
    return found


def check_correction(
    *, text: str, old: datetime, new: datetime, move: Move | None, calendar: Calendar
) -> list[Problem]:
    """What is wrong with a correction; ``move`` is what the rule demands when it affects proposals, else ``None``.

    Time is never taken away; a new deadline is a working day and leaves the whole period.
    """
    found = []
    if not text.strip():
        found.append(problem(N_("Please say what is corrected."), field="text"))
    day = new.astimezone(SHANGHAI).date()
    if new < old:
        found.append(problem(N_("A correction never brings the deadline forward."), field="deadline_at"))
    elif move and day < move.day:
        found.append(
            problem(
                N_("The correction affects proposals, so the deadline moves to %(day)s at the earliest (%(source)s)."),
                field="deadline_at", day=move.day, source=move.figure.source,
            )
        )  # fmt: skip
    elif new != old and not calendar.is_working_day(day):
        found.append(
            problem(
                N_("The deadline falls on %(day)s, which is a day off (%(kind)s). Please choose a working day, for example %(next)s."),
                field="deadline_at", day=day, kind=calendar.kind(day), next=calendar.next_working_day(day),
            )
        )  # fmt: skip
    return found
