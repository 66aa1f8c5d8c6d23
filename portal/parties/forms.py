"""Forms of parties."""

from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    EmailField,
    HiddenField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal.core.forms import ChoiceField, DayField, Form, NumberField, tidy
from portal.core.sheet_reading import MOST_BYTES
from portal.parties.models import Party
from portal.parties.values import (
    CertificateKind,
    CheckItem,
    DocumentDraft,
    EntryDraft,
    Grade,
    Inspection,
    ListKind,
    PartyKind,
    PartyOrganisation,
    Profile,
    Role,
    Standing,
    Strength,
    UnitLevel,
)

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
        description=_l(
            "18 signs, as on the registration certificate. Community organisations on file give their filing number."
        ),
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


class _VersionedForm(Form):
    version = HiddenField()

    def seen_version(self) -> int | None:
        """The version of the entry that the page showed."""
        text = str(self.version.data or "")
        return int(text) if text.isdecimal() else None


class PartyForm(_VersionedForm, _ProfileForm):
    contact_email = _email()

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


class StandingForm(_VersionedForm):
    """Grade, inspections of the last years (the view names them), party organisation, hub."""

    assessment_grade = ChoiceField(_l("Assessment grade"), kind=Grade, blank=True, validators=[Optional()])
    grade_until = DayField(_l("Grade valid until"), validators=[Optional()])
    year_0 = ChoiceField(kind=Inspection, blank=True, validators=[Optional()])
    year_1 = ChoiceField(kind=Inspection, blank=True, validators=[Optional()])
    year_2 = ChoiceField(kind=Inspection, blank=True, validators=[Optional()])
    party_organisation = ChoiceField(
        _l("Party organisation"), kind=PartyOrganisation, blank=True, validators=[Optional()]
    )
    party_members = NumberField(
        _l("Party members"), validators=[Optional()], render_kw={"inputmode": "numeric"}
    )
    cross_posts = StringField(
        _l("Cross-posting"), filters=[tidy], validators=[Optional(), Length(max=200)],
        description=_l("Who serves both in the party organisation and in the management."),
    )  # fmt: skip
    hub_code = StringField(
        _l("Code of the hub organisation"), filters=[tidy], validators=[Optional(), Length(max=40)],
        description=_l("If a federation or hub manages you. Community organisations on file apply through it."),
    )  # fmt: skip

    def name_years(self, years: list[int], label: str) -> None:
        """Say which year each of the three choices is about; ``label`` has the place ``%(year)s``."""
        for place, year in enumerate(years):
            self[f"year_{place}"].label.text = label % {"year": year}

    def standing(self, party: Party, years: list[int]) -> Standing:
        """What was typed, as a value; inspections of years that are not shown stay."""
        results = {year: text for year, text in party.inspections.items() if int(year) not in years}
        for place, year in enumerate(years):
            if result := self[f"year_{place}"].data:
                results[str(year)] = str(result)
        return Standing(
            assessment_grade=str(self.assessment_grade.data or ""), grade_until=self.grade_until.data, inspections=results,
            party_organisation=self.party_organisation.data, party_members=self.party_members.data,
            cross_posts=self.cross_posts.data or "", hub_code=self.hub_code.data or "",
        )  # fmt: skip


class StrengthForm(_VersionedForm):
    staff = NumberField(_l("Full-time staff"), validators=[Optional()], render_kw={"inputmode": "numeric"})
    social_workers = NumberField(
        _l("Social workers with a certificate among them"),
        validators=[Optional()],
        render_kw={"inputmode": "numeric"},
    )
    volunteers = NumberField(_l("Volunteers"), validators=[Optional()], render_kw={"inputmode": "numeric"})
    venues = TextAreaField(
        _l("Venues"), validators=[Optional(), Length(max=1000)], render_kw={"rows": 4},
        description=_l("One line each: name, address, size."),
    )  # fmt: skip

    def strength(self) -> Strength:
        """What was typed, as a value."""
        venues = tuple(line.strip() for line in str(self.venues.data or "").splitlines() if line.strip())
        return Strength(self.staff.data, self.social_workers.data, self.volunteers.data, venues)


class DocumentForm(Form):
    kind = ChoiceField(
        _l("Kind of paper"),
        kind=CertificateKind,
        blank=True,
        validators=[InputRequired(_l("Please choose one."))],
    )
    title = StringField(_l("Title of the paper"), filters=[tidy], validators=[Optional(), Length(max=100)])
    year = NumberField(
        _l("Year that it is about"), validators=[Optional()], render_kw={"inputmode": "numeric"}
    )
    issued_on = DayField(_l("Issued on"), validators=[Optional()])
    expires_on = DayField(
        _l("Valid until"), validators=[Optional()],
        description=_l("Your members are reminded 60, 30 and 7 days before, and on the day."),
    )  # fmt: skip
    file = FileField(_l("File"), render_kw=_UPLOAD)

    def draft(self) -> DocumentDraft:
        """What was typed, as a value."""
        return DocumentDraft(
            kind=self.kind.data, title=self.title.data or "", year=self.year.data, issued_on=self.issued_on.data,
            expires_on=self.expires_on.data,
        )  # fmt: skip


class VerifyForm(Form):
    checked = SelectMultipleField(
        _l("What you compared"), choices=[SelectChoice(item.value, _l(item.label)) for item in CheckItem],
        option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False),
    )  # fmt: skip

    def items(self) -> list[CheckItem]:
        """What was ticked."""
        return [CheckItem(value) for value in self.checked.data or []]


class AccountForm(Form):
    account = StringField(
        _l("Account number on the bank's paper"), filters=[tidy],
        description=_l("Type it from the paper, not from this page. It has to be the number that the organisation entered."),
        validators=_required(_l("Please type the number."), 60), render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )  # fmt: skip


class EntryForm(Form):
    kind = ChoiceField(
        _l("Kind of entry"), kind=ListKind, blank=True, validators=[InputRequired(_l("Please choose one."))]
    )
    reason = TextAreaField(
        _l("Reason"), description=_l("One or two sentences; they are published."), filters=[tidy],
        validators=[InputRequired(_l("Please give a reason.")), Length(max=1000)],
    )  # fmt: skip
    source = StringField(
        _l("Source"), description=_l("Number and date of the decision or paper."), filters=[tidy],
        validators=_required(_l("Please name the decision or paper that this rests on.")),
    )  # fmt: skip
    from_on = DayField(_l("From"), validators=[InputRequired(_l("Please give the day."))])
    until_on = DayField(_l("Until (a ban needs an end)"), validators=[Optional()])

    def draft(self) -> EntryDraft:
        """What was typed, as a value."""
        assert self.from_on.data  # noqa: S101 - the field is required
        return EntryDraft(
            kind=self.kind.data, reason=self.reason.data or "", source=self.source.data or "", from_on=self.from_on.data,
            until_on=self.until_on.data,
        )  # fmt: skip


class HandOverForm(Form):
    user_id = SelectField(_l("New owner"), coerce=_id)


class ImportForm(Form):
    """A spreadsheet of organisations."""

    unit_id = SelectField(_l("District"), coerce=_id)
    file = FileField(
        _l("Spreadsheet (XLSX)"),
        validators=[FileRequired(_l("Please choose a file."))],
        render_kw={"accept": ".xlsx", "data-max-bytes": str(MOST_BYTES)},
    )


class DeputyForm(Form):
    seat = SelectField(_l("Role"))
    deputy_id = SelectField(_l("Deputy"), coerce=_id)
    from_on = DayField(_l("From"), validators=[InputRequired(_l("Please give the day."))])
    until_on = DayField(_l("Until and including"), validators=[InputRequired(_l("Please give the day."))])

    def chosen(self) -> tuple[Role, UUID]:
        """Role and unit of the seat; the choices are the roles that the person holds."""
        role, _dot, scope_id = str(self.seat.data).partition(".")
        return Role(role), UUID(scope_id)

    def days(self) -> tuple[date, date]:
        """The first and the last day."""
        assert self.from_on.data and self.until_on.data  # noqa: S101, PT018 - both fields are required
        return self.from_on.data, self.until_on.data
