"""Questions, answers and corrections."""

from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField, IntegerField, SelectField, StringField, TextAreaField
from wtforms import Form as Part
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from portal.core.forms import Form, LocalDateTimeField
from portal.tenders.models import Question

_TEXT = Length(max=2000, message=_l("At most %(max)d characters."))


def _uuid(value: object) -> UUID | None:
    try:
        return value if isinstance(value, UUID) else UUID(str(value))
    except ValueError:
        return None


class QuestionForm(Form):
    party = SelectField(_l("Organisation"), coerce=_uuid)
    text = TextAreaField(_l("Your question"), [DataRequired(_l("Please write your question.")), _TEXT])


class AnswerRow(Part):
    question = StringField(widget=HiddenInput())
    wording = TextAreaField(_l("The question as everybody will read it"), [_TEXT])
    answer = TextAreaField(_l("Answer"), [Length(max=5000, message=_l("At most %(max)d characters."))])


class AnswersForm(Form):
    rows = FieldList(FormField(AnswerRow))

    def fill(self, questions: list[Question]) -> None:
        """A row for each question that waits."""
        for question in questions:
            self.rows.append_entry({"question": str(question.id), "wording": question.text})

    def written(self) -> dict[UUID, tuple[str, str]]:
        """What was typed, by question; rows that were tampered with are left out."""
        found = {}
        for row in self.rows:
            if (key := _uuid(row.question.data)) is not None:
                found[key] = (row.wording.data or "", row.answer.data or "")
        return found


class CorrectionForm(Form):
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
    text = TextAreaField(
        _l("What is corrected"), [InputRequired(_l("Please say what is corrected.")), Length(max=5000)]
    )
    affects = BooleanField(_l("The correction may affect the content of proposals"))
    deadline_at = LocalDateTimeField(
        _l("New deadline"), [Optional()],
        description=_l("Leave it empty to let the portal compute it: it moves only as far as the rule demands."),
    )  # fmt: skip
