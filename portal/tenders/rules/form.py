"""The form of proposals that a call asks organisations to fill in."""

import json
from functools import cache
from pathlib import Path

from portal.core.errors import Problem, problem
from portal.core.questions import QuestionForm, check_form
from portal.core.text import N_

KEPT = {
    "title": "line", "beneficiaries": "number", "target_group": "text", "goals": "text", "activities": "text", "risk": "text",
    "team": "text",
}  # fmt: skip
"""Questions whose answers stand in contracts, notices and lists: they may be reworded and moved, but neither removed nor
given another kind."""

_DATA = Path(__file__).parent.parent / "data" / "proposal_form.json"


@cache
def usual_form() -> QuestionForm:
    """The form that a call begins with, whatever its procedure."""
    return QuestionForm.from_json(json.loads(_DATA.read_text(encoding="utf-8")))


def form_problems(form: QuestionForm) -> list[Problem]:
    """What keeps a call from being published with this form; fields are codes of questions."""
    found = check_form(form)
    for code, kind in KEPT.items():
        question = form.question(code)
        if question is None or question.kind != kind or question.only_if is not None:
            usual = usual_form().question(code)
            message = N_(
                "“%(label)s” is part of every contract: it must be asked, always and in its own kind."
            )
            found.append(problem(message, field=code, label=usual.label if usual else code))
    return found
