"""Forms of panels."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileRequired
from wtforms import (
    BooleanField,
    EmailField,
    FieldList,
    FileField,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms import Form as Row
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, Email, Length, NumberRange, Optional

from portal.accounts.models import User
from portal.core.forms import ChoiceField, DayField, Form, MoneyField, NumberField, tidy
from portal.core.sheet_reading import MOST_BYTES
from portal.panels import rules
from portal.panels.values import (
    Cell,
    Declaration,
    ExpertEntry,
    ExpertGroup,
    OrganisationTie,
    Quota,
    Relative,
    Standing,
    TieKind,
    TitleLevel,
)
from portal.parties.values import Role


def _id(value: object) -> UUID:
    return value if isinstance(value, UUID) else UUID(str(value))


def _chosen(value: object) -> UUID | None:
    """A person who was chosen, or nobody."""
    return _id(value) if value and value != "None" else None


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
    unit_id = SelectField(_l("Pool of"), coerce=_id)


class ImportForm(Form):
    """A spreadsheet of experts."""

    unit_id = SelectField(_l("Pool of"), coerce=_id)
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
        validators=[DataRequired(_l("Please choose a third witness."))],
        description=_l(
            "Somebody of the buyer's units who neither runs nor supervises calls, for example a community representative."
        ),
    )

    def offer(self, people: Iterable[User], posts: Mapping[UUID, Iterable[tuple[Role, str]]]) -> None:
        """Let one of these be chosen, each told by role and unit: nobody is the choice by accident."""
        labels = {
            person.id: " · ".join(
                [person.name, *(f"{gettext(role.label)} {unit}" for role, unit in posts.get(person.id, ()))]
            )
            for person in people
        }
        chosen = [SelectChoice(str(key), label) for key, label in labels.items()]
        self.witness_id.choices = [SelectChoice("", _l("Please choose")), *chosen]

    @property
    def witness(self) -> UUID:
        """The person chosen in a valid form."""
        return UUID(self.witness_id.data)


class RepresentativeForm(Form):
    """Who sits on the panel for the buyer."""

    representative_id = SelectField(
        _l("The buyer's representative"),
        coerce=_id,
        description=_l(
            "Counts as a member, not as an expert; never takes the chair. A programme approver approves the person."
        ),
    )

    def offer(self, people: Iterable[User]) -> None:
        """Let one of these be chosen."""
        self.representative_id.choices = [SelectChoice(person.id, person.name) for person in people]


class QuotaForm(WitnessForm):
    """How many seats each group has, who witnesses, and when the review is."""

    cells = FieldList(FormField(CellRow), _l("Seats"), max_entries=20)
    review_on = DayField(
        _l("Day of the review"), validators=[DataRequired(_l("Please give the day of the review."))]
    )

    representative_id = SelectField(
        _l("The buyer's representative"),
        coerce=_chosen,
        validators=[Optional()],
        description=_l(
            "Counts as a member, not as an expert; never takes the chair. A programme approver approves the person."
        ),
    )

    def offer_buyers(self, people: Iterable[User]) -> None:
        """Let one of these sit for the buyer, or nobody."""
        choices = [SelectChoice(person.id, person.name) for person in people]
        self.representative_id.choices = [SelectChoice("", gettext("Nobody")), *choices]

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


class RecusalForm(Form):
    """A bidder's request that somebody be recused."""

    person = StringField(
        _l("Full name of the person"),
        filters=[tidy],
        validators=[DataRequired(_l("Please give the name of the person.")), Length(max=100)],
    )
    reason = TextAreaField(
        _l("What ties the person to a bidder"),
        validators=[DataRequired(_l("Please give a reason.")), Length(max=2000)],
    )


class TieOfBidRow(Row):
    """Whether something ties the expert to one proposal."""

    bid_id = HiddenField()
    conflict = BooleanField()
    tie = StringField(
        _l("What ties you to it"),
        filters=[tidy],
        description=_l("For example: I worked there until 2025; my wife sits on the board."),
        validators=[Length(max=500)],
    )


class AcceptForm(Form):
    """Take a seat: a declaration about each proposal."""

    bids = FieldList(FormField(TieOfBidRow), max_entries=400)
    no_conflict = BooleanField(
        _l(
            "I have looked at every organisation in this list. Nothing ties me to those that I did not mark, and I keep the review confidential."
        ),
        validators=[DataRequired(_l("Please confirm that you have looked at every organisation."))],
    )

    def offer(self, names: Mapping[UUID, str]) -> None:
        """One row for each proposal, with its name; what was typed stays."""
        typed = {str(entry.form.bid_id.data): entry.form for entry in self.bids.entries}
        if set(typed) != {str(bid_id) for bid_id in names}:
            while self.bids.entries:
                self.bids.pop_entry()
            for bid_id in names:
                self.bids.append_entry({"bid_id": bid_id})
        for entry in self.bids.entries:
            entry.form.conflict.label.text = names[UUID(str(entry.form.bid_id.data))]

    @property
    def ties(self) -> dict[UUID, str | None]:
        """What was declared about each proposal; ``None`` is nothing. A row of no proposal is left out."""
        found: dict[UUID, str | None] = {}
        for row in self.bids.entries:
            try:
                bid_id = UUID(str(row.form.bid_id.data))
            except ValueError:
                continue
            found[bid_id] = (row.form.tie.data or "") if row.form.conflict.data else None
        return found
