"""Web forms of forms that somebody built: one to answer a part, and those with which the officer builds it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import Form as Rows
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, Length, Optional
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from portal.core.forms import ChoiceField, DayField, Form, NumberField, tidy
from portal.core.questions import (
    CLOSED,
    NO,
    ROWS_AT_MOST,
    YES,
    Answer,
    Answers,
    Column,
    Condition,
    Paper,
    Part,
    Question,
    QuestionForm,
    QuestionKind,
)

WIDE_TEXT = 1000  # characters from which a long text gets a tall field


class Unfinished(Optional):
    """An answer may be left out of a draft; what is missing or too long is said by the rules, not by the form."""

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.field_flags = {} if question.required else {"optional": True}
        if question.kind in (QuestionKind.LINE, QuestionKind.TEXT) and question.limit:
            self.field_flags["maxlength"] = question.limit


def answer_form(base: type[Form], part: Part) -> type[Any]:
    """A form on ``base`` with one field for each question of ``part``, named by its code."""
    return type("AnswerForm", (base,), {question.code: _field(question) for question in part.questions})


def _field(question: Question) -> Any:
    known: dict[str, Any] = {
        "label": question.label,
        "description": question.help,
        "validators": [Unfinished(question)],
    }
    if question.kind is QuestionKind.TABLE:
        rows = type(
            "TableRow", (Rows,), {f"c{n}": StringField(c.title) for n, c in enumerate(question.columns)}
        )
        return FieldList(
            FormField(rows),
            question.label,
            description=question.help,
            min_entries=1,
            max_entries=ROWS_AT_MOST,
        )
    if question.kind is QuestionKind.CHOICES:
        return SelectMultipleField(
            **known, choices=[SelectChoice(option, option) for option in question.options], validate_choice=False,
            widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
        )  # fmt: skip
    if question.kind is QuestionKind.CHOICE:
        return RadioField(
            **known,
            choices=[SelectChoice(option, option) for option in question.options],
            validate_choice=False,
        )
    if question.kind is QuestionKind.YES_NO:
        return RadioField(
            **known, choices=[SelectChoice(YES, _l("Yes")), SelectChoice(NO, _l("No"))], validate_choice=False
        )
    if question.kind is QuestionKind.TEXT:
        tall = (question.limit or WIDE_TEXT) >= WIDE_TEXT
        return TextAreaField(**known, render_kw={"rows": 8 if tall else 4})
    plain: dict[QuestionKind, Callable[..., Any]] = {
        QuestionKind.LINE: StringField, QuestionKind.NUMBER: NumberField, QuestionKind.DATE: DayField,
    }  # fmt: skip
    return plain[question.kind](**known)


def shown(part: Part, answers: Answers) -> dict[str, Any]:
    """The answers as data of the form; what was not answered stays empty."""
    return {question.code: _shown(question, answers.get(question.code)) for question in part.questions}


def _shown(question: Question, answer: Answer | None) -> Any:
    if question.kind is QuestionKind.TABLE and isinstance(answer, (list, tuple)):
        return [{f"c{n}": cell for n, cell in enumerate(row)} for row in answer]
    if question.kind is QuestionKind.DATE and isinstance(answer, str):
        try:
            return date.fromisoformat(answer)
        except ValueError:
            return None
    if question.kind is QuestionKind.NUMBER:
        return answer or None
    return answer


def typed(form: Form, part: Part) -> dict[str, Answer]:
    """What was typed, as answers."""
    return {question.code: _typed(question, form[question.code]) for question in part.questions}


def _typed(question: Question, field: Field) -> Answer:
    data: Any = field.data
    if question.kind is QuestionKind.TABLE:
        rows = [[tidy(row.get(f"c{n}")) for n in range(len(question.columns))] for row in data]
        return [row for row in rows if any(row)]
    if question.kind is QuestionKind.NUMBER:
        return max(0, data or 0)
    if question.kind is QuestionKind.DATE:
        return data.isoformat() if data else ""
    if question.kind is QuestionKind.CHOICES:
        return list(data or [])
    return tidy(data)


# Building


class ColumnRow(Rows):
    """One column of a table question."""

    title = StringField(_l("Column"), [Length(max=40)])
    kind = SelectField(_l("Content"), choices=[SelectChoice("text", _l("Text")), SelectChoice("number", _l("Number, added up")), SelectChoice("count", _l("Number, not added up"))])  # fmt: skip


class QuestionEditor(Form):
    """One question, as the officer writes it."""

    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
    label = StringField(_l("Question"), [DataRequired(_l("Please write the question.")), Length(max=120)])
    help = TextAreaField(_l("Help below the question"), [Optional(), Length(max=500)], render_kw={"rows": 2})
    kind = ChoiceField(_l("Kind of answer"), kind=QuestionKind, default=QuestionKind.TEXT)
    required = BooleanField(_l("Must be answered"), default=True)
    limit = NumberField(
        _l("Most characters, or the largest number"), [Optional()], description=_l("Empty: no limit. For example 2000.")
    )  # fmt: skip
    options = TextAreaField(_l("Choices"), [Optional(), Length(max=3000)], description=_l("One a line; only for choices."))  # fmt: skip
    columns = FieldList(FormField(ColumnRow), _l("Columns of the table"), min_entries=1, max_entries=8, description=_l("Only for tables."))  # fmt: skip
    only_if = SelectField(_l("Asked"), validate_choice=False, description=_l("Conditions name a question with choices that comes before this one."))  # fmt: skip

    def offer(self, causes: Iterable[Question], words: Mapping[str, str], always: str) -> None:
        """List the answers that this question can hang on; ``words`` are those for yes and no."""
        self.only_if.choices = [SelectChoice("", always)] + [
            SelectChoice(f"{q.code}={answer}", f"{q.label} = {words.get(answer, answer)}") for q in causes for answer in q.possible
        ]  # fmt: skip

    @staticmethod
    def shown(question: Question) -> dict[str, Any]:
        """The question as data of this form."""
        condition = question.only_if
        return {
            "label": question.label, "help": question.help, "kind": question.kind, "required": question.required,
            "limit": question.limit, "options": "\n".join(question.options),
            "columns": [{"title": c.title, "kind": ("number" if c.summed else "count") if c.numeric else "text"} for c in question.columns],
            "only_if": f"{condition.code}={condition.answer}" if condition else "",
        }  # fmt: skip

    def written(self, code: str) -> Question:
        """What was written, with only what its kind needs."""
        kind: Any = self.kind.data
        cause, _equals, answer = (self.only_if.data or "").partition("=")
        options = dict.fromkeys(filter(None, map(tidy, (self.options.data or "").splitlines())))
        columns = [
            Column(tidy(r["title"]), r["kind"] != "text", r["kind"] != "count")
            for r in self.columns.data
            if tidy(r["title"])
        ]
        chosen = kind in (QuestionKind.CHOICE, QuestionKind.CHOICES)
        return Question(
            code=code, kind=kind, label=tidy(self.label.data), help=tidy(self.help.data), required=bool(self.required.data),
            limit=self.limit.data if kind not in CLOSED and kind is not QuestionKind.TABLE else None,
            options=tuple(options) if chosen else (), columns=tuple(columns) if kind is QuestionKind.TABLE else (),
            only_if=Condition(cause, answer) if cause else None,
        )  # fmt: skip


class PartEditor(Form):
    """The heading of a part."""

    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
    title = StringField(_l("Title of the page"), [DataRequired(_l("Please give a title.")), Length(max=40)])
    help = TextAreaField(_l("Help on top of the page"), [Optional(), Length(max=500)], render_kw={"rows": 3})


class PaperRow(Rows):
    """One kind of attachment."""

    code = HiddenField()
    title = StringField(_l("Kind of attachment"), [Length(max=60)])
    help = StringField(_l("Help"), [Length(max=300)])
    required = SelectField(_l("Needed"), choices=[SelectChoice("", _l("No")), SelectChoice("y", _l("Yes"))])
    most = NumberField(_l("Most files"), [Optional()])
    stamped = SelectField(_l("Signed and sealed on a page that the portal prints"), choices=[SelectChoice("", _l("No")), SelectChoice("y", _l("Yes"))])  # fmt: skip
    opinion = SelectField(_l("Opinion of an outsider, asked for by link"), choices=[SelectChoice("", _l("No")), SelectChoice("y", _l("Yes"))])  # fmt: skip


class PapersEditor(Form):
    """The kinds of attachments."""

    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
    papers = FieldList(FormField(PaperRow), _l("Attachments"), min_entries=1, max_entries=20)

    @staticmethod
    def shown(form: QuestionForm) -> dict[str, Any]:
        """The kinds as data of this form."""
        return {
            "papers": [
                {"code": p.code, "title": p.title, "help": p.help, "required": "y" if p.required else "", "most": p.most, "stamped": "y" if p.stamped else "", "opinion": "y" if p.opinion else ""}
                for p in form.papers
            ]
        }  # fmt: skip

    def written(self, most: int) -> tuple[Paper, ...]:
        """The rows that have a title; new ones have no code yet, and none allows more than ``most`` files."""
        return tuple(
            Paper(row["code"] or "", tidy(row["title"]), tidy(row["help"]), bool(row["required"]), min(max(row["most"] or 1, 1), most), bool(row["stamped"]), bool(row["opinion"]) and not row["stamped"])
            for row in self.papers.data
            if tidy(row["title"])
        )  # fmt: skip
