"""Forms of panels."""

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Email, Length, Optional

from portal.core.forms import ChoiceField, Form, NumberField, tidy
from portal.panels.values import ExpertGroup


def _id(value: object) -> UUID:
    return value if isinstance(value, UUID) else UUID(str(value))


def lines_of(text: str | None) -> list[str]:
    """One entry a line, without blanks."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


class _DeclarationForm(Form):
    """Where an expert works and worked, and what else may tie to a bidder."""

    version = IntegerField(validators=[Optional()])
    employer = StringField(
        _l("Present employer"),
        filters=[tidy],
        validators=[DataRequired(_l("Please give the employer.")), Length(max=200)],
    )
    past_employers = TextAreaField(
        _l("Employers of the last three years"),
        description=_l("One a line, full names. They are compared with the bidders of each call."),
        validators=[Optional(), Length(max=2000)],
    )
    interests = TextAreaField(
        _l("Organisations with another tie"),
        description=_l("One a line: board seats, membership, advisory work, family."),
        validators=[Optional(), Length(max=2000)],
    )

    @property
    def declared(self) -> dict[str, Any]:
        """The three declarations as the services take them."""
        return {
            "employer": self.employer.data,
            "past_employers": lines_of(self.past_employers.data),
            "interests": lines_of(self.interests.data),
        }


class ProfileForm(_DeclarationForm):
    """An expert's own declarations."""


class ExpertForm(_DeclarationForm):
    """An entry of the pool as the officer keeps it."""

    group = ChoiceField(_l("Expert group"), kind=ExpertGroup)
    specialty = StringField(
        _l("Specialty"),
        filters=[tidy],
        validators=[DataRequired(_l("Please give the specialty.")), Length(max=100)],
    )
    title = StringField(
        _l("Professional title"),
        filters=[tidy],
        validators=[DataRequired(_l("Please give the professional title.")), Length(max=100)],
    )

    @property
    def entered(self) -> dict[str, Any]:
        """Everything but the person, as the services take it."""
        return {
            "group": self.group.data,
            "specialty": self.specialty.data,
            "title": self.title.data,
            **self.declared,
        }


class NewExpertForm(ExpertForm):
    """Enter a person who has an account."""

    email = EmailField(
        _l("E-mail address of the account"),
        filters=[tidy],
        validators=[DataRequired(_l("Please give an e-mail address.")), Length(max=200)],
    )
    unit_id = SelectField(_l("Pool of"), coerce=_id)


class InviteForm(Form):
    """Invite a person without an account."""

    email = EmailField(
        _l("E-mail address"),
        filters=[tidy],
        validators=[
            DataRequired(_l("Please give an e-mail address.")),
            Email(_l("Please give an e-mail address, for example name@example.org.")),
            Length(max=200),
        ],
    )
    name = StringField(
        _l("Full name"),
        filters=[tidy],
        validators=[DataRequired(_l("Please give the name.")), Length(max=100)],
    )
    unit_id = SelectField(_l("Pool of"), coerce=_id)


class QuotaForm(Form):
    """How many seats each group has."""

    technical = NumberField(_l("Technical expert"), default=0, validators=[Optional()])
    department = NumberField(_l("Functional department"), default=0, validators=[Optional()])
    media = NumberField(_l("News media"), default=0, validators=[Optional()])
    resident = NumberField(_l("Resident representative"), default=0, validators=[Optional()])

    @property
    def quotas(self) -> dict[ExpertGroup, int]:
        """Seats by group."""
        return {group: self[group.value].data or 0 for group in ExpertGroup}


class WordsForm(Form):
    """A string of one's own for the draw."""

    words = StringField(
        _l("Your string"),
        description=_l("At least 12 characters that nobody can guess, such as a sentence with some numbers."),
        validators=[DataRequired(_l("Please type a string.")), Length(max=200)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


class AcceptForm(Form):
    """Take a seat."""

    no_conflict = BooleanField(
        _l(
            "I have no conflict of interest with any of these organisations, and I keep the review confidential."
        )
    )
