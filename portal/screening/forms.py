"""The form beside a finding."""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from portal.core.forms import Form


class ReviewForm(Form):
    reason = TextAreaField(
        _l("Reason"), validators=[InputRequired(_l("Please say in a few words why.")), Length(max=1000)], render_kw={"rows": 2},
        description=_l("For the file and, if raised, for the panel. Nobody is excluded by this."),
    )  # fmt: skip
