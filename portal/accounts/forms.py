"""Forms of accounts."""

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, PasswordField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from portal.core.forms import Form


class SignInForm(Form):
    email = EmailField(
        _l("E-mail address"),
        validators=[DataRequired(_l("Please give your e-mail address.")), Length(max=200)],
    )
    password = PasswordField(
        _l("Password"), validators=[InputRequired(_l("Please give your password.")), Length(max=200)]
    )


class ForgottenForm(Form):
    email = EmailField(
        _l("E-mail address"),
        validators=[DataRequired(_l("Please give your e-mail address.")), Length(max=200)],
    )


class ResetForm(Form):
    password = PasswordField(
        _l("New password"), validators=[InputRequired(_l("Please give a new password.")), Length(max=200)]
    )


class PasswordForm(Form):
    old = PasswordField(_l("Old password"), validators=[InputRequired(_l("Please give your old password."))])
    password = PasswordField(
        _l("New password"), validators=[InputRequired(_l("Please give a new password.")), Length(max=200)]
    )


class CodeForm(Form):
    code = StringField(
        _l("One-time code"),
        validators=[InputRequired(_l("Please give the one-time code.")), Length(max=40)],
        render_kw={"autocomplete": "one-time-code", "spellcheck": "false"},
    )


class ConfirmPasswordForm(Form):
    """Asks for the password before the second factor is changed."""

    password = PasswordField(
        _l("Password"), validators=[InputRequired(_l("Please give your password.")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )  # fmt: skip
