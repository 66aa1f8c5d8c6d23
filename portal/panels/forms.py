"""Forms of panels."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    EmailField,
    FieldList,
    FormField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms import Form as Row
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, Email, Length, Optional

from portal.accounts.models import User
from portal.core.forms import ChoiceField, DayField, Form, NumberField, tidy
from portal.panels.values import Cell, ExpertGroup, Quota


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


class CellRow(Row):
    """Seats of one group, or of one specialty of it."""

    group = ChoiceField(_l("Expert group"), kind=ExpertGroup)
    specialty = StringField(
        _l("Specialty"),
        filters=[tidy],
        validators=[Optional(), Length(max=100)],
        render_kw={"list": "specialties"},
    )
    seats = NumberField(_l("Seats"), validators=[Optional()])
    standby = NumberField(_l("Standby, at least"), validators=[Optional()])


class WitnessForm(Form):
    """Who is the third witness of a draw."""

    witness_id = SelectField(
        _l("Third witness"),
        coerce=_id,
        description=_l(
            "Somebody of the buyer's units who neither runs nor supervises calls, for example a community representative."
        ),
    )

    def offer(self, people: Iterable[User]) -> None:
        """Let one of these be chosen."""
        self.witness_id.choices = [SelectChoice(person.id, person.name) for person in people]


class QuotaForm(WitnessForm):
    """How many seats each group has, who witnesses, and when the review is."""

    cells = FieldList(FormField(CellRow), _l("Seats"), max_entries=20)
    review_on = DayField(
        _l("Day of the review"), validators=[DataRequired(_l("Please give the day of the review."))]
    )

    @property
    def quotas(self) -> list[Quota]:
        """The rows that have seats, as the services take them."""
        return [
            Quota(
                Cell(row.form.group.data, row.form.specialty.data or ""),
                row.form.seats.data,
                row.form.standby.data or 0,
            )
            for row in self.cells.entries
            if row.form.seats.data
        ]


class CommitmentForm(Form):
    """The digest of a string that stays away from the portal."""

    commitment = StringField(
        _l("Commitment"),
        filters=[tidy],
        description=_l("64 digits from 0 to 9 and a to f, made on this page or with the command below."),
        validators=[DataRequired(_l("Please make a commitment first.")), Length(max=100)],
        render_kw={"autocomplete": "off", "spellcheck": "false", "data-commitment": ""},
    )


class RevealForm(Form):
    """The string behind a commitment."""

    words = StringField(
        _l("The line that you kept"),
        description=_l("The whole line with its random digits."),
        validators=[DataRequired(_l("Please give the line that you kept.")), Length(max=300)],
        render_kw={"autocomplete": "off", "spellcheck": "false", "data-kept": ""},
    )


class AcceptForm(Form):
    """Take a seat."""

    no_conflict = BooleanField(
        _l(
            "I have no conflict of interest with any of these organisations, and I keep the review confidential."
        )
    )
