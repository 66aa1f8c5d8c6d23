"""Forms of the pool: application, profile, entry, import."""

from dataclasses import replace

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileRequired
from wtforms import (
    BooleanField,
    EmailField,
    FieldList,
    FileField,
    FormField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms import Form as Row
from wtforms.validators import DataRequired, Email, Length, NumberRange, Optional

from portal.core.forms import ChoiceField, DayField, Form, MoneyField, NumberField, tidy
from portal.core.sheet_reading import MOST_BYTES
from portal.panels import rules
from portal.panels.forms.choices import chosen_id
from portal.panels.values import (
    Declaration,
    ExpertEntry,
    ExpertGroup,
    OrganisationTie,
    Relative,
    Standing,
    TieKind,
    TitleLevel,
)


def lines_of(text: str | None) -> list[str]:
    """One entry a line, without blanks."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


class TieRow(Row):
    """A tie to an organisation, with its code where it is known."""

    kind = ChoiceField(_l("Tie"), kind=TieKind)
    name = StringField(_l("Organisation"), filters=[tidy], validators=[Optional(), Length(max=200)])
    code = StringField(_l("Unified credit code"), filters=[tidy], validators=[Optional(), Length(max=18)])
    until = DayField(_l("Until"), validators=[Optional()])


class RelativeRow(Row):
    """A relative and where that person works or sits."""

    name = StringField(_l("Full name"), filters=[tidy], validators=[Optional(), Length(max=100)])
    relation = StringField(_l("Relation"), filters=[tidy], validators=[Optional(), Length(max=50)])
    organisation = StringField(_l("Organisation"), filters=[tidy], validators=[Optional(), Length(max=200)])


class AbsenceRow(Row):
    """Days on which an expert cannot sit."""

    first = DayField(_l("From"), validators=[Optional()])
    last = DayField(_l("Until"), validators=[Optional()])


class _EmployerForm(Form):
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


class ProfileForm(_EmployerForm):
    """An expert's own declarations."""

    phone = StringField(_l("Telephone"), filters=[tidy], validators=[Optional(), Length(max=30)])
    address = StringField(_l("Home address"), filters=[tidy], validators=[Optional(), Length(max=200)])
    ties = FieldList(FormField(TieRow), _l("Ties to organisations"), max_entries=30)
    relatives = FieldList(
        FormField(RelativeRow), _l("Relatives who work or sit in social organisations"), max_entries=20
    )
    unavailable = FieldList(FormField(AbsenceRow), _l("Not available"), max_entries=20)
    agreed = BooleanField(
        _l(
            "All of this is true today. I accept the rules of the pool: I review in person, keep everything confidential, and withdraw where I have an interest."
        )
    )

    @property
    def declaration(self) -> Declaration:
        """What was declared; rows without a name or a first day are left out."""
        return Declaration(
            employer=self.employer.data or "", past_employers=tuple(lines_of(self.past_employers.data)),
            interests=tuple(lines_of(self.interests.data)), address=self.address.data or "", phone=self.phone.data or "",
            ties=tuple(
                OrganisationTie(row.form.kind.data, row.form.name.data, row.form.code.data or "", row.form.until.data)
                for row in self.ties.entries if row.form.name.data
            ),
            relatives=tuple(
                Relative(row.form.name.data, row.form.relation.data or "", row.form.organisation.data or "")
                for row in self.relatives.entries if row.form.name.data
            ),
            unavailable=tuple(
                (row.form.first.data, row.form.last.data or row.form.first.data)
                for row in self.unavailable.entries if row.form.first.data
            ),
            agreed=bool(self.agreed.data),
        )  # fmt: skip


class ApplyForm(_EmployerForm):
    """What somebody writes about himself or herself to enter the pool."""

    group = ChoiceField(_l("Expert group"), kind=ExpertGroup)
    specialties = StringField(
        _l("Specialties"),
        filters=[tidy],
        description=_l("Several are separated by commas."),
        validators=[DataRequired(_l("Please give the specialty.")), Length(max=200)],
    )
    title = StringField(
        _l("Professional title"),
        filters=[tidy],
        validators=[DataRequired(_l("Please give the professional title.")), Length(max=100)],
    )
    title_level = ChoiceField(_l("Level of the title"), kind=TitleLevel, default=TitleLevel.OTHER)
    years = NumberField(_l("Years of work in the profession"), validators=[Optional(), NumberRange(0, 80)])
    born_on = DayField(_l("Date of birth"), validators=[Optional()])

    @property
    def entry(self) -> ExpertEntry:
        """Everything but the person, as the services take it."""
        return ExpertEntry(
            group=self.group.data, specialties=rules.names_of(self.specialties.data), title=self.title.data or "",
            employer=self.employer.data or "", past_employers=tuple(lines_of(self.past_employers.data)),
            interests=tuple(lines_of(self.interests.data)),
            standing=Standing(self.title_level.data, self.years.data or 0, self.born_on.data),
        )  # fmt: skip


class ExpertForm(ApplyForm):
    """An entry of the pool as the officer keeps it."""

    sanctioned_on = DayField(_l("Last sanction, if any"), validators=[Optional()])
    term_ends_on = DayField(_l("Term ends on"), validators=[Optional()])
    fee_rate = MoneyField(_l("Fee for one review, before tax"), validators=[Optional()])

    @property
    def entry(self) -> ExpertEntry:
        """With what only the officer says."""
        written, rate = super().entry, self.fee_rate.data
        return replace(
            written, standing=replace(written.standing, sanctioned_on=self.sanctioned_on.data),
            term_ends_on=self.term_ends_on.data, fee_rate=rate.fen if rate else 0,  # type: ignore[attr-defined]  # a money field holds Money
        )  # fmt: skip


class NewExpertForm(ExpertForm):
    """Enter a person who has an account."""

    email = EmailField(
        _l("E-mail address of the account"),
        filters=[tidy],
        validators=[DataRequired(_l("Please give an e-mail address.")), Length(max=200)],
    )
    unit_id = SelectField(_l("Pool of"), coerce=chosen_id)


class ImportForm(Form):
    """A spreadsheet of experts."""

    unit_id = SelectField(_l("Pool of"), coerce=chosen_id)
    file = FileField(
        _l("Spreadsheet (XLSX)"),
        validators=[FileRequired(_l("Please choose a file."))],
        render_kw={"accept": ".xlsx", "data-max-bytes": str(MOST_BYTES)},
    )


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
    unit_id = SelectField(_l("Pool of"), coerce=chosen_id)
