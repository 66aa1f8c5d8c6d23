"""Forms of needs."""

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import (
    FieldList,
    FileField,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from portal.core.forms import AmountRequired, ChoiceField, DayField, Form, MoneyField, NumberField, tidy
from portal.core.money import Money
from portal.needs.rules import MOST_OPINIONS, TEXT_LENGTH
from portal.needs.values import (
    ANSWERED,
    TYPED_IN,
    Breadth,
    Contact,
    Job,
    NeedChannel,
    NeedStatus,
    Opinion,
    Plan,
    ProjectKind,
    ResourceKind,
    Round,
    ServiceField,
    Sitting,
    Stage,
    StepResult,
    Urgency,
)
from portal.settings import Settings

NUMBER = NumberRange(1, MOST_OPINIONS, _l("Please give a number from 1 to 100,000."))
_PHOTO = {"accept": "image/jpeg,image/png", "data-max-bytes": Settings.max_upload_bytes}


def _id(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


class _Place:
    """What forms with a grid share: the grids of the place, and that none is fine."""

    def offer_grids(self: Any, names: Iterable[str]) -> None:
        """Offer the grids of the community, or leave the question out where it has none."""
        known = list(names)
        if known:
            self.grid.choices = [("", _l("I do not know")), *((name, name) for name in known)]
        else:
            del self.grid


class HandInForm(Form, _Place):
    text = TextAreaField(
        _l("What is needed?"),
        [InputRequired(_l("Please say what is needed.")), Length(max=TEXT_LENGTH)],
        filters=[tidy],
        description=_l(
            "In your own words, for example: the stairs of building 6 have no handrail, old people fall."
        ),
    )
    field = ChoiceField(_l("What is it about?"), kind=ServiceField, blank=True, validators=[InputRequired(_l("Please choose one."))])  # fmt: skip
    grid = SelectField(_l("Your grid"), [Optional()], coerce=str, validate_choice=False)
    file = FileField(_l("A photo"), [Optional()], render_kw=_PHOTO)
    contact_name = StringField(_l("Your name"), [Optional(), Length(max=50)], filters=[tidy])
    contact_phone = TelField(_l("Your telephone number"), [Optional(), Length(max=30)], filters=[tidy])

    def contact(self) -> Contact:
        """The contact that was left, if any."""
        return Contact(self.contact_name.data or "", self.contact_phone.data or "")


class CodeForm(PlainForm):
    code = StringField(_l("Code of your receipt"))


class EnterForm(Form):
    unit_id = SelectField(_l("Place"), [InputRequired(_l("Please choose one."))], coerce=_id)
    grid = StringField(_l("Grid"), [Optional(), Length(max=50)], filters=[tidy])
    channel = ChoiceField(_l("How it came in"), kind=NeedChannel, blank=True, validators=[InputRequired(_l("Please choose one."))])  # fmt: skip
    field = ChoiceField(_l("Field of service"), kind=ServiceField, blank=True, validators=[InputRequired(_l("Please choose one."))])  # fmt: skip
    text = TextAreaField(_l("What is needed"), [InputRequired(_l("Please say what is needed.")), Length(max=TEXT_LENGTH)], filters=[tidy])  # fmt: skip
    opinions = NumberField(_l("How many people said so"), [InputRequired(_l("Please give a number.")), NUMBER], default=1)  # fmt: skip
    contact_name = StringField(_l("Name of the resident"), [Optional(), Length(max=50)], filters=[tidy])
    contact_phone = TelField(_l("Telephone number"), [Optional(), Length(max=30)], filters=[tidy])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.channel.limit([channel for channel in NeedChannel if channel in TYPED_IN])


class OpinionRow(PlainForm):
    text = StringField(_l("What is needed"), [Length(max=TEXT_LENGTH)], filters=[tidy])
    field = ChoiceField(_l("Field of service"), kind=ServiceField, blank=True, validators=[Optional()])
    grid = StringField(_l("Grid"), [Optional(), Length(max=50)], filters=[tidy])
    count = NumberField(_l("How many said so"), [Optional(), NUMBER])


class RoundForm(Form):
    unit_id = SelectField(_l("Place"), [InputRequired(_l("Please choose one."))], coerce=_id)
    channel = ChoiceField(_l("Kind of round"), kind=NeedChannel, blank=True, validators=[InputRequired(_l("Please choose one."))])  # fmt: skip
    title = StringField(_l("Title"), [InputRequired(_l("Please give a title.")), Length(max=100)], description=_l("For example: bench council in the yard of building 3"))  # fmt: skip
    held_on = DayField(_l("Day"), [InputRequired(_l("Please give a date, for example 2026-12-31."))])
    participants = NumberField(
        _l("People who took part"), [InputRequired(_l("Please give a number.")), NUMBER]
    )
    sites = NumberField(_l("Courtyards or places visited"), [InputRequired(_l("Please give a number.")), NUMBER], default=1)  # fmt: skip
    opinions = FieldList(FormField(OpinionRow), _l("What was said"), min_entries=3, max_entries=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.channel.limit([channel for channel in NeedChannel if channel in TYPED_IN])

    def collected(self) -> Round:
        """The round as typed; rows without a text are left out, and close up."""
        rows = [row.form for row in self.opinions if row.form.text.data]
        assert self.held_on.data is not None  # noqa: S101 - InputRequired saw it
        return Round(
            self.unit_id.data, self.channel.data, self.title.data or "", self.held_on.data, self.participants.data or 0,
            self.sites.data or 0,
            tuple(
                Opinion(row.text.data or "", row.field.data or ServiceField.OTHER, row.grid.data or "", row.count.data or 1)
                for row in rows
            ),
        )  # fmt: skip


class RateForm(Form):
    version = IntegerField(validators=[Optional()])
    field = ChoiceField(_l("Field of service"), kind=ServiceField)
    urgency = ChoiceField(_l("How urgent"), kind=Urgency, blank=True, validators=[InputRequired(_l("Please choose one."))])  # fmt: skip
    breadth = ChoiceField(_l("How many it concerns"), kind=Breadth, blank=True, validators=[InputRequired(_l("Please choose one."))])  # fmt: skip


class AnswerForm(Form):
    version = IntegerField(validators=[Optional()])
    decision = ChoiceField(_l("Answer"), kind=NeedStatus, blank=True, validators=[InputRequired(_l("Please choose one."))])  # fmt: skip
    summary = TextAreaField(
        _l("Public wording of the need"),
        [InputRequired(_l("Please give the public wording of the need.")), Length(max=500)],
        filters=[tidy],
        description=_l("Everybody reads this. No names, telephone numbers or flats."),
    )
    answer = TextAreaField(
        _l("Reason"),
        [InputRequired(_l("Please give the reason; everybody can read it.")), Length(max=1000)],
        filters=[tidy],
        description=_l(
            "What happens next, who takes care of it, or why it is not taken up. Everybody reads this."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.decision.limit(ANSWERED)


class MergeForm(Form):
    version = IntegerField(validators=[Optional()])
    into = StringField(
        _l("Number of the need that speaks for both"),
        [InputRequired(_l("Please give the number.")), Length(max=30)],
        filters=[tidy],
        description=_l("For example XQ-2026-00017"),
    )


class GridForm(Form):
    name = StringField(_l("Name of the grid"), [InputRequired(_l("Please give a name.")), Length(max=50)], filters=[tidy])  # fmt: skip


class IdeaForm(Form):
    version = IntegerField(validators=[Optional()])
    title = StringField(
        _l("Title"), [InputRequired(_l("Please give a title.")), Length(max=100)], filters=[tidy]
    )
    summary = TextAreaField(
        _l("What is to be done"),
        [InputRequired(_l("Please say what is to be done.")), Length(max=2000)],
        filters=[tidy],
        description=_l("For whom, what, where, and what should be better afterwards. It becomes public."),
    )
    field = ChoiceField(_l("Field of service"), kind=ServiceField)
    kind = ChoiceField(_l("Kind of project"), kind=ProjectKind)
    estimate = MoneyField(_l("Estimated amount"), [AmountRequired()])

    def plan(self) -> Plan:
        """The idea as typed."""
        amount = cast(Money, self.estimate.data)
        return Plan(
            self.title.data or "", self.summary.data or "", self.field.data, self.kind.data, amount.fen
        )


class StepForm(Form):
    version = IntegerField(validators=[Optional()])
    stage = HiddenField()
    result = ChoiceField(_l("Result"), kind=StepResult, blank=True, validators=[InputRequired(_l("Please choose one."))])  # fmt: skip
    held_on = DayField(_l("Day"), [InputRequired(_l("Please give a date, for example 2026-12-31."))])
    present = NumberField(_l("People present"), [InputRequired(_l("Please give a number.")), NUMBER])
    in_favour = NumberField(
        _l("In favour"), [InputRequired(_l("Please give a number.")), NumberRange(0, MOST_OPINIONS)]
    )
    note = TextAreaField(_l("Main opinions"), [Optional(), Length(max=2000)], filters=[tidy], description=_l("The reason is needed when the step does not agree."))  # fmt: skip
    file = FileField(_l("Minutes"), [Optional()], render_kw={"accept": "application/pdf,image/jpeg,image/png", "data-max-bytes": Settings.max_upload_bytes})  # fmt: skip

    def fit(self, stage: Stage) -> None:
        """Ask only what the stage records: collecting opinions has neither result nor votes."""
        if stage == Stage.SOLICIT:
            del self.result, self.in_favour
            self.present.label.text = _l("People who gave their opinion")

    def sitting(self) -> Sitting:
        """The step as typed."""
        assert self.held_on.data is not None  # noqa: S101 - InputRequired saw it
        result = self.result.data if self.result else StepResult.PASSED
        votes = self.in_favour.data or 0 if self.in_favour else 0
        return Sitting(result, self.held_on.data, self.present.data or 0, votes, self.note.data or "")


class PublishForm(Form):
    version = IntegerField(validators=[Optional()])
    stage = HiddenField()
    last_day = DayField(_l("Last day of the public notice"), [InputRequired(_l("Please give a date, for example 2026-12-31."))])  # fmt: skip


class ResourceForm(Form):
    party_id = SelectField(_l("Who offers it"), [Optional()], coerce=lambda v: _id(v) if v else None)
    unit_id = SelectField(_l("Where"), [InputRequired(_l("Please choose one."))], coerce=_id)
    kind = ChoiceField(_l("Kind of resource"), kind=ResourceKind, blank=True, validators=[InputRequired(_l("Please choose one."))])  # fmt: skip
    field = ChoiceField(_l("Field of service"), kind=ServiceField, blank=True, validators=[Optional()], description=_l("Empty when it fits every field."))  # fmt: skip
    title = StringField(_l("Title"), [InputRequired(_l("Please give a title.")), Length(max=100)], filters=[tidy], description=_l("For example: activity room of 80 square metres, free on weekday afternoons"))  # fmt: skip
    description = TextAreaField(_l("Description"), [Optional(), Length(max=1000)], filters=[tidy])
    contact = StringField(_l("Whom the community calls"), [InputRequired(_l("Please say whom the community calls.")), Length(max=100)], filters=[tidy], description=_l("Not shown to the public."))  # fmt: skip

    def offer_parties(self, parties: list[tuple[UUID, str]], *, own_unit: bool) -> None:
        """Offer the organisations of the person; the desk offers for its unit."""
        self.party_id.choices = [*([("", _l("My unit"))] if own_unit else []), *parties]


class TaskForm(Form):
    unit_id = SelectField(_l("Place"), [InputRequired(_l("Please choose one."))], coerce=_id)
    title = StringField(
        _l("Title"), [InputRequired(_l("Please give a title.")), Length(max=100)], filters=[tidy]
    )
    description = TextAreaField(_l("What is to be done"), [InputRequired(_l("Please say what is to be done.")), Length(max=1000)], filters=[tidy])  # fmt: skip
    field = ChoiceField(_l("Field of service"), kind=ServiceField, blank=True, validators=[InputRequired(_l("Please choose one."))])  # fmt: skip
    places = NumberField(_l("How many helpers"), [InputRequired(_l("Please give a number."))], default=1)
    due_on = DayField(_l("Until when"), [InputRequired(_l("Please give a date, for example 2026-12-31."))])
    contact = StringField(_l("Whom the helpers call"), [InputRequired(_l("Please say whom the helpers call.")), Length(max=100)], filters=[tidy], description=_l("Shown to those who claimed a place."))  # fmt: skip

    def job(self) -> Job:
        """The task as typed."""
        assert self.due_on.data is not None  # noqa: S101 - InputRequired saw it
        return Job(
            self.title.data or "", self.description.data or "", self.field.data, self.places.data or 0, self.due_on.data, self.contact.data or ""
        )  # fmt: skip


class ClaimForm(Form):
    party_id = SelectField(_l("For whom"), [Optional()], coerce=lambda v: _id(v) if v else None)

    def offer_parties(self, parties: list[tuple[UUID, str]]) -> None:
        """Let members choose between themselves and their organisations; others need no choice."""
        if parties:
            self.party_id.choices = [*parties, ("", _l("Myself"))]
        else:
            del self.party_id
