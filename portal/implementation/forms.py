"""Forms of delivery."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from portal.core.forms import Form, NumberField
from portal.settings import Settings

_COUNT = [InputRequired(_l("Please give a number; 0 is a number.")), NumberRange(min=0, max=10_000_000)]


class ReportForm(Form):
    text = TextAreaField(
        _l("What was done"),
        validators=[DataRequired(_l("Please describe what was done.")), Length(max=5000)],
        description=_l("Activities, results, difficulties; what comes next. At least 20 signs."),
    )
    sessions = NumberField(_l("Sessions held"), validators=_COUNT)
    person_times = NumberField(
        _l("Person-times served"),
        validators=_COUNT,
        description=_l("Every attendance counts: ten people who came three times are 30."),
    )
    persons = NumberField(
        _l("Distinct persons served"),
        validators=_COUNT,
        description=_l("Everybody counts once: ten people who came three times are 10."),
    )
    volunteers = NumberField(_l("Volunteers"), validators=_COUNT)
    evidence = MultipleFileField(
        _l("Photos and documents"),
        description=_l("At least one, at most ten. Place and device are taken out of photos."),
        render_kw={
            "accept": "image/jpeg,image/png,application/pdf",
            "multiple": True,
            "data-max-bytes": Settings.max_upload_bytes,
        },
    )
