"""Forms of the calendar and of versions of a procedure."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from portal.core.calendar import DayKind
from portal.core.forms import ChoiceField, DayField, Form, NumberField
from portal.procedures.rules import ENTERED
from portal.procedures.values import Figure, LocalFigure

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


class FigureForm(Form):
    value = NumberField(_l("New number"), [InputRequired(_l("Please give a whole number."))])
    count_first_day = BooleanField(_l("The first day is counted too"))
    since = DayField(_l("Applies from"), [InputRequired(_l("Please give a date, for example 2026-12-31."))])
    source = StringField(
        _l("Document that sets it"), [InputRequired(), Length(max=300)], description=_l("Title, number and article."),
    )  # fmt: skip
    reason = TextAreaField(_l("Reason"), [InputRequired(), Length(max=2000)])

    def __init__(self, figure: Figure) -> None:
        super().__init__()
        if not figure.unit.is_period:
            del self.count_first_day

    def written(self, procedure: str, name: str) -> LocalFigure:
        """What was typed, as a version of the figure ``name``."""
        first = self.count_first_day.data if self.count_first_day else False
        return LocalFigure(
            procedure, name, self.value.data or 0, self.since.data, self.source.data or "", self.reason.data or "", bool(first)  # type: ignore[arg-type]  # InputRequired saw a date
        )  # fmt: skip
