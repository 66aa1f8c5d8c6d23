"""Forms of the eligibility check."""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from portal.core.forms import ChoiceField, Form
from portal.qualification.values import CheckResult


class CheckForm(Form):
    result = ChoiceField(
        _l("Result"), kind=CheckResult, blank=True, validators=[InputRequired(_l("Please choose one."))]
    )
    reason = TextAreaField(
        _l("Reason"), validators=[Optional(), Length(max=1000)], render_kw={"rows": 4},
        description=_l("Needed when it fails: name the condition of the call or the article. The organisation gets these words."),
    )  # fmt: skip
