"""The keys of the seal."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, SelectField
from wtforms.validators import InputRequired

from portal.core.forms import Form, tidy
from portal.tenders.forms.parts import Later


class SealForm(Form):
    """Who holds the two keys of the call."""

    officer = SelectField(_l("Programme officer who holds the first key"), [Later()], coerce=tidy)
    supervisor = SelectField(_l("Supervisor who holds the second key"), [Later()], coerce=tidy)


class ProofForm(Form):
    code = PasswordField(
        _l("Code of your opening key"),
        [InputRequired(_l("Please type the code from the paper."))],
        description=_l("Fourteen groups of four signs; case, blanks and dashes do not matter."),
    )


class KeyForm(Form):
    password = PasswordField(_l("Your password"), [InputRequired(_l("Please give your password."))])
