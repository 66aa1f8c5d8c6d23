"""Forms of home."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired

from portal.core.forms import Form, LocalDateTimeField


class ClockForm(Form):
    to = LocalDateTimeField(
        _l("Date and time in Beijing"), validators=[InputRequired(_l("Please give date and time."))]
    )
