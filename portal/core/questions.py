"""Forms that somebody builds: typed questions in parts, conditions between them, papers to attach.

The definition is plain data, kept as JSON with what it belongs to; answers are plain values by the code of their
question. Nothing here knows where either is stored or shown.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Self

from portal.core.enums import Labelled
from portal.core.errors import Problem, problem
from portal.core.text import N_

Answer = str | int | Sequence[str] | Sequence[Sequence[str]]
Answers = Mapping[str, Answer]

YES, NO = "yes", "no"
ROWS_AT_MOST = 60
CELL_AT_MOST = 500
QUESTIONS_AT_MOST = 80


class QuestionKind(Labelled):
    """What is typed as an answer, and so how it is kept: texts, choices and dates as text, tables as rows of texts."""

    LINE = "line", N_("One line")
    TEXT = "text", N_("Long text")
    NUMBER = "number", N_("Whole number")
    DATE = "date", N_("Date")
    CHOICE = "choice", N_("One choice")
    CHOICES = "choices", N_("Several choices")
    YES_NO = "yes_no", N_("Yes or no")
    TABLE = "table", N_("Table")


CLOSED = frozenset({QuestionKind.CHOICE, QuestionKind.CHOICES, QuestionKind.YES_NO})
"""Kinds whose answers are known beforehand, so that a condition can name one."""


@dataclass(frozen=True, slots=True)
class Condition:
    """The question is asked only if the question ``code`` was answered with ``answer``."""

    code: str
    answer: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; its numbers are added up where they count the same (``summed``)."""

    title: str
    numeric: bool = False
    summed: bool = True


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``limit`` is the most characters of a text, or the largest number."""

    code: str
    kind: QuestionKind
    label: str
    help: str = ""
    required: bool = True
    limit: int | None = None
    options: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    only_if: Condition | None = None

    @property
    def possible(self) -> tuple[str, ...]:
        """The answers that can be given to a closed question."""
        return (YES, NO) if self.kind is QuestionKind.YES_NO else self.options

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {**asdict(self), "kind": str(self.kind)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The question that ``to_json`` wrote; what is missing is as usual."""
        condition = data.get("only_if")
        return cls(
            code=str(data["code"]), kind=QuestionKind(data["kind"]), label=str(data["label"]), help=str(data.get("help", "")),
            required=bool(data.get("required", True)), limit=data.get("limit"), options=tuple(data.get("options", ())),
            columns=tuple(Column(**column) for column in data.get("columns", ())),
            only_if=Condition(**condition) if condition else None,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """Questions that are answered on one page."""

    code: str
    title: str
    questions: tuple[Question, ...] = ()
    help: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A kind of attachment: how many files of it at least (``required``: one) and at most.

    ``stamped`` is a page that the portal prints, to be signed, sealed and handed back; ``opinion`` is what somebody
    outside the organisation says of it, asked for by link.
    """

    code: str
    title: str
    help: str = ""
    required: bool = False
    most: int = 3
    stamped: bool = False
    opinion: bool = False


@dataclass(frozen=True, slots=True)
class QuestionForm:
    """A form somebody built."""

    parts: tuple[Part, ...] = ()
    papers: tuple[Paper, ...] = ()

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions in the order of the form."""
        return tuple(question for part in self.parts for question in part.questions)

    def part(self, code: str) -> Part | None:
        """The part with this code."""
        return next((part for part in self.parts if part.code == code), None)

    def question(self, code: str) -> Question | None:
        """The question with this code."""
        return next((question for question in self.questions if question.code == code), None)

    def part_of(self, code: str) -> Part | None:
        """The part in which the question with this code stands."""
        return next((part for part in self.parts if any(q.code == code for q in part.questions)), None)

    def paper(self, code: str) -> Paper | None:
        """The kind of attachment with this code."""
        return next((paper for paper in self.papers if paper.code == code), None)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        parts = [
            {
                "code": p.code,
                "title": p.title,
                "help": p.help,
                "questions": [q.to_json() for q in p.questions],
            }
            for p in self.parts
        ]
        return {"parts": parts, "papers": [asdict(paper) for paper in self.papers]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The form that ``to_json`` wrote."""
        return cls(
            parts=tuple(
                Part(p["code"], p["title"], tuple(map(Question.from_json, p["questions"])), p.get("help", ""))
                for p in data.get("parts", ())
            ),
            papers=tuple(Paper(**paper) for paper in data.get("papers", ())),
        )


# Answers


def is_asked(question: Question, form: QuestionForm, answers: Answers) -> bool:
    """Whether a question is asked at all, given the answers so far; one that hangs on an unasked one is not."""
    condition = question.only_if
    if condition is None:
        return True
    cause = form.question(condition.code)
    if cause is None or not is_asked(cause, form, answers):
        return False
    given = answers.get(condition.code, "")
    return condition.answer in given if isinstance(given, (list, tuple)) else given == condition.answer


def asked_only(form: QuestionForm, answers: Answers) -> dict[str, Answer]:
    """The answers that belong to questions which are asked; others were typed before the condition changed."""
    wanted = {question.code for question in form.questions if is_asked(question, form, answers)}
    return {code: answer for code, answer in answers.items() if code in wanted}


def is_empty(answer: Answer | None) -> bool:
    """Whether nothing was answered; zero is an answer."""
    if isinstance(answer, str):
        return not answer.strip()
    return answer is None or (not isinstance(answer, int) and not answer)


def check_answers(form: QuestionForm, answers: Answers) -> list[Problem]:
    """Everything that is missing or wrong in the answers; the field is ``part-question``."""
    found = []
    for part in form.parts:
        for question in part.questions:
            if is_asked(question, form, answers) and (
                wrong := check_answer(question, answers.get(question.code))
            ):
                found.append(replace(wrong, field=f"{part.code}-{question.code}"))
    return found


def check_answer(question: Question, answer: Answer | None) -> Problem | None:
    """What is wrong with one answer, told with the question's label; ``None`` when it is as it should be."""
    label = question.label
    if is_empty(answer):
        if not question.required:
            return None
        return problem(N_("%(label)s: please fill this in."), label=label)
    checks = {
        QuestionKind.LINE: _too_long, QuestionKind.TEXT: _too_long, QuestionKind.NUMBER: _no_number, QuestionKind.DATE: _no_date,
        QuestionKind.CHOICE: _not_offered, QuestionKind.CHOICES: _not_offered, QuestionKind.YES_NO: _not_offered,
        QuestionKind.TABLE: _bad_table,
    }  # fmt: skip
    return checks[question.kind](question, answer)


def _too_long(question: Question, answer: Any) -> Problem | None:
    count = len(str(answer))
    if question.limit is None or count <= question.limit:
        return None
    message = N_("%(label)s: at most %(most)s characters, these are %(count)s.")
    return problem(message, label=question.label, most=question.limit, count=count)


def _no_number(question: Question, answer: Any) -> Problem | None:
    if not isinstance(answer, int) or answer < (1 if question.required else 0):
        return problem(N_("%(label)s: please give a whole number above zero."), label=question.label)
    if question.limit is not None and answer > question.limit:
        return problem(N_("%(label)s: at most %(most)s."), label=question.label, most=question.limit)
    return None


def _no_date(question: Question, answer: Any) -> Problem | None:
    try:
        date.fromisoformat(str(answer))
    except ValueError:
        return problem(N_("%(label)s: please give a date, for example 2026-12-31."), label=question.label)
    return None


def _not_offered(question: Question, answer: Any) -> Problem | None:
    given = [answer] if isinstance(answer, str) else answer
    if all(one in question.possible for one in given):
        return None
    return problem(N_("%(label)s: please choose from the list."), label=question.label)


def _bad_table(question: Question, answer: Any) -> Problem | None:
    if len(answer) > ROWS_AT_MOST:
        return problem(N_("%(label)s: at most %(most)s rows."), label=question.label, most=ROWS_AT_MOST)
    for number, row in enumerate(answer, start=1):
        for column, cell in zip(question.columns, row, strict=False):
            if len(cell) > CELL_AT_MOST:
                message = N_("%(label)s, row %(row)s: at most %(most)s characters in a cell.")
                return problem(message, label=question.label, row=number, most=CELL_AT_MOST)
            if column.numeric and cell and not re.fullmatch(r"\d{1,12}(\.\d{1,2})?", cell.replace(",", "")):
                message = N_("%(label)s, row %(row)s: “%(column)s” must be a number.")
                return problem(message, label=question.label, row=number, column=column.title)
    return None


# Building a form


def check_form(form: QuestionForm) -> list[Problem]:
    """What in the definition of a form cannot work; fields are codes of questions."""
    found = []
    earlier: dict[str, Question] = {}
    for part in form.parts:
        for question in part.questions:
            found += [replace(wrong, field=question.code) for wrong in _question_problems(question, earlier)]
            earlier[question.code] = question
    if not form.parts:
        found.append(problem(N_("The form has no questions yet.")))
    if len(earlier) > QUESTIONS_AT_MOST:
        found.append(problem(N_("A form has at most %(most)s questions."), most=QUESTIONS_AT_MOST))
    return found


def empty_parts(form: QuestionForm) -> list[Problem]:
    """Parts that have no question yet; a draft may have them."""
    message = N_("“%(title)s” has no question yet.")
    return [problem(message, title=part.title) for part in form.parts if not part.questions]


def _question_problems(question: Question, earlier: Mapping[str, Question]) -> Iterable[Problem]:
    label = question.label
    if not label.strip():
        yield problem(N_("Please write the question."))
    if question.kind in (QuestionKind.CHOICE, QuestionKind.CHOICES) and len(set(question.options)) < 2:
        yield problem(N_("“%(label)s”: please give at least two different choices."), label=label)
    if question.kind is QuestionKind.TABLE and not question.columns:
        yield problem(N_("“%(label)s”: please give the table at least one column."), label=label)
    condition = question.only_if
    if condition is None:
        return
    cause = earlier.get(condition.code)
    if cause is None:
        yield problem(N_("“%(label)s”: its condition names a question that does not come before it."), label=label)  # fmt: skip
    elif cause.kind not in CLOSED or condition.answer not in cause.possible:
        yield problem(N_("“%(label)s”: its condition names an answer that cannot be given."), label=label)


def with_question(form: QuestionForm, part_code: str, question: Question) -> QuestionForm:
    """The form with ``question`` changed where it stands, or added at the end of the part."""
    if form.question(question.code):
        change = {question.code: question}
        return replace(
            form,
            parts=tuple(
                replace(p, questions=tuple(change.get(q.code, q) for q in p.questions)) for p in form.parts
            ),
        )
    return replace(
        form,
        parts=tuple(
            replace(p, questions=(*p.questions, question)) if p.code == part_code else p for p in form.parts
        ),
    )


def without_question(form: QuestionForm, code: str) -> QuestionForm:
    """The form without one question; conditions on it stay, and ``check_form`` names them."""
    return replace(
        form,
        parts=tuple(
            replace(p, questions=tuple(q for q in p.questions if q.code != code)) for p in form.parts
        ),
    )


def part_up(form: QuestionForm, code: str) -> QuestionForm:
    """The form with one part a place further up."""
    parts = list(form.parts)
    at = next((n for n, part in enumerate(parts) if part.code == code), 0)
    if at:
        parts[at - 1], parts[at] = parts[at], parts[at - 1]
    return replace(form, parts=tuple(parts))


def question_up(form: QuestionForm, code: str) -> QuestionForm:
    """The form with one question a place further up; the first of a part moves to the end of the part before."""
    parts = [list(part.questions) for part in form.parts]
    at = next((n for n, questions in enumerate(parts) if any(q.code == code for q in questions)), None)
    if at is None:
        return form
    place = next(n for n, question in enumerate(parts[at]) if question.code == code)
    if place:
        parts[at][place - 1], parts[at][place] = parts[at][place], parts[at][place - 1]
    elif at:
        parts[at - 1].append(parts[at].pop(0))
    pairs = zip(form.parts, parts, strict=True)
    return replace(form, parts=tuple(replace(part, questions=tuple(questions)) for part, questions in pairs))


def new_code(letter: str, taken: Iterable[str]) -> str:
    """A code that nothing in the form has, such as ``q7``; given once and kept, because answers are found by it."""
    used = set(taken)
    return next(code for n in range(1, 10_000) if (code := f"{letter}{n}") not in used)
