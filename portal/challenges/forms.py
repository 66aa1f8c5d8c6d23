"""Forms of challenges."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length

from portal.challenges.rules import MAX_LENGTH
from portal.core.forms import Form


class ChallengeForm(Form):
    grounds = TextAreaField(
        _l("Facts and reasons"),
        validators=[InputRequired(_l("Please write the facts and reasons.")), Length(max=MAX_LENGTH)],
        description=_l(
            "What exactly is wrong with the result, and which rule it breaks. Do not name experts."
        ),
    )


class AnswerForm(Form):
    outcome = RadioField(
        _l("Decision"),
        choices=[SelectChoice("rejected", _l("Rejected")), SelectChoice("upheld", _l("Upheld"))],
        validators=[InputRequired(_l("Please choose one."))],
    )
    answer = TextAreaField(
        _l("Answer with reasons"),
        validators=[InputRequired(_l("Please write the facts and reasons.")), Length(max=MAX_LENGTH)],
        description=_l("The answer is published without the challenger's text."),
    )
