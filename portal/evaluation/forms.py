"""Forms of evaluation."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DecimalField,
    FieldList,
    FormField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, Optional

from portal.core.forms import Form, LocalDateTimeField, NumberField
from portal.evaluation.models import GroupMark
from portal.evaluation.values import Answer, Indicator

PAPER_ROWS = 10
SATISFACTION = [
    SelectChoice("5", _l("Very satisfied")), SelectChoice("4", _l("Satisfied")), SelectChoice("3", _l("So-so, or cannot judge")),
    SelectChoice("2", _l("Dissatisfied")), SelectChoice("1", _l("Very dissatisfied")),
]  # fmt: skip
YES_NO = [SelectChoice("yes", _l("Yes")), SelectChoice("no", _l("No"))]
NO_YES = YES_NO[::-1]
CHOOSE = _l("Please choose one.")


class AssignForm(Form):
    evaluator_id = RadioField(_l("Evaluator"), validators=[InputRequired(CHOOSE)])

    def offer(self, people: Mapping[UUID, str]) -> None:
        """Offer these people, by name."""
        self.evaluator_id.choices = [SelectChoice(str(user_id), name) for user_id, name in people.items()]


class CodesForm(Form):
    count = NumberField(
        _l("Number of invitation codes"), validators=[InputRequired(_l("Please give a whole number."))],
        description=_l("At most 200 at once, printed as a sheet of QR codes. The codes are shown only now."),
    )  # fmt: skip


class SurveyForm(CodesForm):
    opens_at = LocalDateTimeField(_l("Opens"), validators=[InputRequired(_l("Please give date and time."))])
    closes_at = LocalDateTimeField(_l("Closes"), validators=[InputRequired(_l("Please give date and time."))])
    population = NumberField(
        _l("Residents who can answer"), validators=[InputRequired(_l("Please give a whole number."))],
        description=_l("Residents of the place who could know of the project."),
    )  # fmt: skip

    def period(self) -> dict[str, datetime]:
        """``opens_at`` and ``closes_at``, once the form is valid."""
        return {name: at for name in ("opens_at", "closes_at") if isinstance(at := self[name].data, datetime)}


class AnswerForm(Form):
    aware = RadioField(_l("Do you know of this project?"), choices=YES_NO, validators=[InputRequired(CHOOSE)])
    took_part = RadioField(
        _l("Did you or your family take part?"), choices=YES_NO, validators=[InputRequired(CHOOSE)]
    )
    satisfaction = RadioField(
        _l("How satisfied are you with it?"), choices=SATISFACTION, validators=[InputRequired(CHOOSE)]
    )
    comment = TextAreaField(_l("Anything else?"), validators=[Optional(), Length(max=500)])


class PaperRow(PlainForm):
    aware = SelectField(_l("Knows of it"), choices=NO_YES, default="no")
    took_part = SelectField(_l("Took part"), choices=NO_YES, default="no")
    satisfaction = SelectField(
        _l("Satisfaction"),
        choices=[SelectChoice("", _l("No answer")), *SATISFACTION],
        default="",
    )
    comment = StringField(_l("Comment"), validators=[Optional(), Length(max=500)])


class PaperForm(Form):
    rows = FieldList(FormField(PaperRow), _l("Answers on paper"), min_entries=PAPER_ROWS, max_entries=100)

    def answers(self) -> list[Answer]:
        """The rows that were filled in."""
        return [
            Answer(row.form.aware.data == "yes", row.form.took_part.data == "yes", int(row.form.satisfaction.data), row.form.comment.data or "")
            for row in self.rows
            if row.form.satisfaction.data
        ]  # fmt: skip


class SubmitForm(Form):
    conclusion = TextAreaField(
        _l("Conclusion"), validators=[InputRequired(_l("Please write the conclusion.")), Length(max=4000)],
        description=_l("Published with the result: what was reached, what is to be put right."),
    )  # fmt: skip
    file = FileField(
        _l("Report as PDF"), render_kw={"accept": "application/pdf"},
        description=_l("Can be left out when a report was uploaded before."),
    )  # fmt: skip


class CloseForm(Form):
    cancel_unpaid = BooleanField(_l("Cancel the instalments that are not paid"))


class MarksForm(Form):
    """A mark and a note for each indicator of a group; see ``marks_form``."""

    indicators: Sequence[Indicator] = ()

    def marks(self) -> dict[Indicator, tuple[Decimal, str]]:
        """The marks as typed in."""
        return {
            i: (self[f"mark_{i.value}"].data, self[f"note_{i.value}"].data or "") for i in self.indicators
        }


def marks_form(indicators: Sequence[Indicator], known: Mapping[Indicator, GroupMark]) -> MarksForm:
    """The form of one group's marks, filled with what was saved."""
    fields: dict[str, Any] = {"indicators": list(indicators)}
    for indicator in indicators:
        row = known.get(indicator)
        fields[f"mark_{indicator.value}"] = DecimalField(
            _l(indicator.label), default=row.value if row else None, places=None,
            validators=[InputRequired(_l("Please give a mark from 0 to 100."))],
        )  # fmt: skip
        fields[f"note_{indicator.value}"] = StringField(
            _l("Note on %(indicator)s", indicator=_l(indicator.label)), default=row.note if row else "",
            validators=[Optional(), Length(max=500)],
        )  # fmt: skip
    made: MarksForm = type("_MarksForm", (MarksForm,), fields)()
    return made
