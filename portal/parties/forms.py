"""Forms of parties."""

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import (
    EmailField,
    HiddenField,
    PasswordField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional

from portal.core.forms import ChoiceField, DayField, Form, tidy
from portal.parties.values import PartyKind, Profile, Role, UnitLevel

_UPLOAD = {"accept": "application/pdf,image/jpeg,image/png", "data-max-bytes": str(10 * 1024 * 1024)}


def _required(message: Any, longest: int = 200) -> list[Any]:
    return [DataRequired(message), Length(max=longest)]


def _id(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


def _email() -> EmailField:
    return EmailField(
        _l("E-mail address"),
        filters=[tidy],
        validators=[
            *_required(_l("Please give an e-mail address.")),
            Email(_l("Please give an e-mail address, for example name@example.org.")),
        ],
    )


def _password() -> PasswordField:
    return PasswordField(
        _l("Password"),
        description=_l("10 to 128 characters. Several words in a row are easy to remember."),
        validators=[InputRequired(_l("Please choose a password.")), Length(max=200)],
        render_kw={"autocomplete": "new-password"},
    )


class _ProfileForm(Form):
    """What an organisation says about itself, at registration and later."""

    name = StringField(
        _l("Name of the organisation"),
        description=_l("As on the registration certificate."),
        filters=[tidy],
        validators=_required(_l("Please give the name.")),
    )
    legal_representative = StringField(
        _l("Legal representative"),
        filters=[tidy],
        validators=_required(_l("Please give the legal representative.")),
    )
    founded_on = DayField(_l("Founded on"), validators=[Optional()])
    address = StringField(_l("Address"), filters=[tidy], validators=_required(_l("Please give the address.")))
    description = TextAreaField(
        _l("About the organisation"),
        description=_l("Fields of work, team, past projects. Shown to the public."),
        filters=[tidy],
        validators=[Optional(), Length(max=500)],
    )
    contact_name = StringField(
        _l("Contact person"), filters=[tidy], validators=_required(_l("Please give the contact person."))
    )
    contact_phone = TelField(
        _l("Phone"), filters=[tidy], validators=_required(_l("Please give a phone number."), 40)
    )
    bank_name = StringField(_l("Bank"), filters=[tidy], validators=[Optional(), Length(max=200)])
    bank_account = StringField(
        _l("Account number"),
        description=_l("An account in the organisation's own name. It is needed before the first payment."),
        filters=[tidy],
        validators=[Optional(), Length(max=60)],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


class RegisterForm(_ProfileForm):
    unit_id = SelectField(_l("District that registers you"), coerce=_id)
    credit_code = StringField(
        _l("Unified social credit code"),
        description=_l("18 signs, as on the registration certificate."),
        filters=[tidy],
        validators=_required(_l("Please give the code."), 40),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    kind = ChoiceField(
        _l("Legal form"), kind=PartyKind, blank=True, validators=[InputRequired(_l("Please choose one."))]
    )
    file = FileField(
        _l("Registration certificate (optional now, needed for verification)"), render_kw=_UPLOAD
    )
    email = _email()
    password = _password()


class PartyForm(_ProfileForm):
    version = HiddenField()
    contact_email = _email()

    def seen_version(self) -> int | None:
        """The version of the entry that the page showed."""
        text = str(self.version.data or "")
        return int(text) if text.isdecimal() else None

    def profile(self) -> Profile:
        """What was typed, as a value."""
        texts = {name: self[name].data or "" for name in Profile.__dataclass_fields__ if name != "founded_on"}
        return Profile(founded_on=self.founded_on.data, **texts)


class CertificateForm(Form):
    file = FileField(_l("Registration certificate"), render_kw=_UPLOAD)


class MemberForm(Form):
    email = _email()
    name = StringField(
        _l("Full name"), filters=[tidy], validators=_required(_l("Please give the name."), 100)
    )
    role = ChoiceField(
        _l("Role"), kind=Role, blank=True, validators=[InputRequired(_l("Please choose one."))]
    )


class InviteForm(MemberForm):
    scope_id = SelectField(_l("Unit"), coerce=_id)


class RoleForm(Form):
    role = ChoiceField(
        _l("Role"), kind=Role, blank=True, validators=[InputRequired(_l("Please choose one."))]
    )
    scope_id = SelectField(_l("Unit"), coerce=_id)


class AcceptForm(Form):
    name = StringField(
        _l("Your name"), filters=[tidy], validators=_required(_l("Please give your name."), 100)
    )
    password = _password()


class UnitForm(Form):
    name = StringField(_l("Name"), filters=[tidy], validators=_required(_l("Please give the name.")))
    level = ChoiceField(
        _l("Level"), kind=UnitLevel, blank=True, validators=[InputRequired(_l("Please choose one."))]
    )
    parent_id = SelectField(_l("Below"), coerce=_id)
    code = StringField(
        _l("Administrative division code"), filters=[tidy], validators=[Optional(), Length(max=20)]
    )
