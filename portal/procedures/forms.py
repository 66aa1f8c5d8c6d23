"""Forms of the calendar."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from portal.core.calendar import DayKind
from portal.core.forms import ChoiceField, DayField, Form
from portal.procedures.rules import ENTERED

_NOTICE = _l("For example 国务院办公厅关于2027年部分节假日安排的通知.")


class DayForm(Form):
    day = DayField(_l("Date"), [InputRequired(_l("Please give a date, for example 2026-12-31."))])
    kind = ChoiceField(_l("What the day is"), kind=DayKind)
    source = StringField(_l("Official notice"), [InputRequired(), Length(max=200)], description=_NOTICE)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.kind.limit(ENTERED)


class PublishForm(Form):
    source = StringField(_l("Official notice"), [InputRequired(), Length(max=200)], description=_NOTICE)
