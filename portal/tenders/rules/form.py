"""The form of proposals that a call asks organisations to fill in."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

from portal.core.errors import Problem, problem
from portal.core.questions import Paper, QuestionForm, check_form
from portal.core.text import N_

KEPT = {
    "title": "line", "beneficiaries": "number", "target_group": "text", "goals": "text", "activities": "text", "risk": "text",
    "team": "text",
}  # fmt: skip
"""Questions whose answers stand in contracts, notices and lists: they may be reworded and moved, but neither removed nor
given another kind."""

_DATA = Path(__file__).parent.parent / "data"


@cache
def usual_form() -> QuestionForm:
    """The form that a call begins with, whatever its procedure."""
    return QuestionForm.from_json(json.loads((_DATA / "proposal_form.json").read_text(encoding="utf-8")))


def with_redacted_paper(form: QuestionForm) -> QuestionForm:
    """The form of a call that experts read blind: it asks for a copy of the papers without names as well."""
    paper = Paper(**json.loads((_DATA / "redacted_paper.json").read_text(encoding="utf-8")))
    known = any(one.code == paper.code for one in form.papers)
    return form if known else replace(form, papers=(*form.papers, paper))


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
