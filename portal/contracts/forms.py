"""Forms of contracts."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, PasswordField
from wtforms.validators import InputRequired

from portal.core.forms import Form


class SignForm(Form):
    read = BooleanField(
        _l("I have read the contract and I am authorised to sign it."),
        validators=[InputRequired(_l("Please confirm that you have read the contract."))],
    )
    password = PasswordField(
        _l("Your password, to confirm that it is you"),
        validators=[InputRequired(_l("Please give your password."))],
    )
