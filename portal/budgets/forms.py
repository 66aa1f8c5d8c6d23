"""Forms of budgets."""

from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from portal.budgets.values import FundKind, ProgrammeKind
from portal.core.forms import AmountRequired, ChoiceField, Form, MoneyField, NumberField


def _id(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


class FundSourceForm(Form):
    unit_id = SelectField(_l("Unit"), [InputRequired(_l("Please choose one."))], coerce=_id)
    name = StringField(_l("Name"), [InputRequired(_l("Please give a name.")), Length(max=100)])
    kind = ChoiceField(_l("Kind of fund"), kind=FundKind)
    restriction = TextAreaField(
        _l("What it may be spent on"),
        [InputRequired(_l("Please say what the money may be spent on.")), Length(max=300)],
        description=_l("The restriction stays with the money until it is paid."),
    )


class ProgrammeForm(Form):
    version = IntegerField(validators=[Optional()])
    unit_id = SelectField(_l("Unit"), [InputRequired(_l("Please choose one."))], coerce=_id)
    name = StringField(_l("Name"), [InputRequired(_l("Please give a name.")), Length(max=100)])
    kind = ChoiceField(_l("Kind"), kind=ProgrammeKind)
    year = NumberField(_l("Year"), [InputRequired(_l("Please give a year."))])
    fund_source_id = SelectField(_l("Fund source"), [InputRequired(_l("Please choose one."))], coerce=_id)
    description = TextAreaField(_l("Description"), [Length(max=2000)])


class AppropriationForm(Form):
    amount = MoneyField(_l("Amount"), [AmountRequired()])
    reference = StringField(
        _l("Number of the paper"),
        [InputRequired(_l("Please give a reference.")), Length(max=100)],
        description=_l(
            "For example 示财社〔2026〕12号. A number is posted once: for a paper with several lines add the line, such as 12号-2."
        ),
    )
    memo = StringField(_l("Memo"), [Length(max=200)])
