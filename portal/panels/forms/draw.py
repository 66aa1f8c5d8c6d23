"""Forms of the draw: quotas and witnesses, the representative, commitments and strings."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    FieldList,
    FormField,
    SelectField,
    StringField,
)
from wtforms import Form as Row
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, Length, Optional

from portal.accounts.models import User
from portal.core.forms import ChoiceField, DayField, Form, NumberField, tidy
from portal.panels.forms.choices import chosen_id, chosen_or_nobody
from portal.panels.values import (
    Cell,
    ExpertGroup,
    Quota,
)
from portal.parties.values import Role


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
        coerce=chosen_id,
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
        coerce=chosen_or_nobody,
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
