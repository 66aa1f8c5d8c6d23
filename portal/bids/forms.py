"""Forms of proposals. A draft may be incomplete, so these only read; what is missing is said by the rules."""

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    EmailField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)  # fmt: skip
from wtforms import Form as Rows
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from portal.bids import rules
from portal.bids.values import BudgetLine, Declaration, Head, ProposalContent, Text
from portal.core.forms import Form, MoneyField, NumberField, tidy
from portal.core.money import Money

ACCEPT = "image/jpeg,image/png,application/pdf"


class Counted:
    """Show how many characters are left; too long a draft is still saved."""

    def __init__(self, name: Text) -> None:
        self.field_flags = {"maxlength": rules.MOST_CHARACTERS[name]}

    def __call__(self, form: Any, field: Any) -> None:
        """Accept everything: the rules say what is too long before submitting."""


def _area(name: Text, hint: Any, rows: int = 8) -> TextAreaField:
    return TextAreaField(
        _l(name.label), validators=[Counted(name)], description=hint, render_kw={"rows": rows}
    )


class DraftForm(Form):
    """A step of the editor; ``merge`` puts what was typed into the draft."""

    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    def merge(self, draft: ProposalContent) -> ProposalContent:
        """The draft with the fields of this step."""
        names = {item.name for item in fields(draft)}
        typed = {field.name: field.data for field in self if field.name in names}
        texts: dict[str, Any] = {name: tidy(value) for name, value in typed.items() if isinstance(value, str)}
        return replace(draft, **texts)


class BasicsForm(DraftForm):
    title = StringField(
        _l(Text.TITLE.label), validators=[Counted(Text.TITLE)], description=_l("As it will stand in notices and in the contract.")
    )  # fmt: skip
    summary = _area(Text.SUMMARY, _l("What you do, for whom and what it changes, in a few sentences."), 5)
    needs = _area(Text.NEEDS, _l("Which need you found, how you know, and how it fits the call."))
    target_group = _area(Text.TARGET_GROUP, _l("Who takes part or is served, and where."), 3)
    beneficiaries = NumberField(
        _l("People served directly"), description=_l("Different people, not visits; for example 60.")
    )  # fmt: skip

    def merge(self, draft: ProposalContent) -> ProposalContent:
        """The texts and the number; an empty number is kept as 0."""
        return replace(super().merge(draft), beneficiaries=max(0, self.beneficiaries.data or 0))


class PlanForm(DraftForm):
    goals = _area(Text.GOALS, _l("Numbers that can be checked at the end, for example 600 visits."))
    activities = _area(Text.ACTIVITIES, _l("What happens, how often, where, from when to when."), 12)
    risk = _area(Text.RISK, _l("What may go wrong and what you do about it, insurance included."), 5)


class TeamForm(DraftForm):
    team = _area(Text.TEAM, _l("Names, qualifications and tasks, one person a line."), 10)


def budget_form(heads: Sequence[Head]) -> type[DraftForm]:
    """The budget step for the heads of one call."""
    choices = [
        SelectChoice("", _l("Please choose")),
        *(SelectChoice(head.code, head.title) for head in heads),
    ]

    class LineForm(Rows):
        head_code = SelectField(_l("Head"), choices=choices, validate_choice=False)
        content = StringField(_l("What for"), validators=[Length(max=200)])
        unit = StringField(_l("Unit"), validators=[Length(max=20)])
        unit_price = MoneyField(_l("Unit price (yuan)"))
        quantity = NumberField(_l("Quantity"), validators=[Optional()])
        own = MoneyField(_l("Own funds (yuan)"))

    class BudgetForm(DraftForm):
        lines = FieldList(FormField(LineForm), _l("Budget"), min_entries=1, max_entries=rules.LINES_AT_MOST)

        def merge(self, draft: ProposalContent) -> ProposalContent:
            """The lines that are not empty."""
            typed = (_line(entry.data) for entry in self.lines)
            return replace(draft, lines=tuple(line for line in typed if line != BudgetLine()))

    return BudgetForm


def _line(data: dict[str, Any]) -> BudgetLine:
    return BudgetLine(
        head_code=data["head_code"] or "", content=tidy(data["content"]), unit=tidy(data["unit"]),
        unit_price=data["unit_price"] or Money.ZERO, quantity=max(0, data["quantity"] or 0), own=data["own"] or Money.ZERO,
    )  # fmt: skip


class UnlessUploaded(FileRequired):  # type: ignore[misc]  # flask_wtf has no types
    """A file is required, unless it arrived in pieces before."""

    def __call__(self, form: Any, field: Any) -> None:
        """Raise ``StopValidation`` when there is neither."""
        if not form.upload.data:
            super().__call__(form, field)


class FileForm(Form):
    upload = HiddenField()
    upload_name = HiddenField(validators=[Length(max=400)])
    file = FileField(
        _l("File"), validators=[UnlessUploaded(_l("Please choose a file."))], description=_l("A phone photo of a paper is fine."),
        render_kw={"accept": ACCEPT, "data-max-bytes": rules.FILE_BYTES},
    )  # fmt: skip


def _uuid(value: object) -> UUID:
    return UUID(str(value))


class StartForm(Form):
    party = SelectField(_l("Organisation"), coerce=_uuid)
    lot = SelectField(_l("Call and lot"), coerce=_uuid)


class SubmitForm(Form):
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
    truthful = BooleanField(_l("Everything in this proposal and its attachments is true."))
    no_violation = BooleanField(
        _l("The organisation is on no list of serious violators and was not banned from applying.")
    )
    accepts_audit = BooleanField(
        _l(
            "The organisation accepts supervision, audit and evaluation and uses the money for this project only."
        )
    )

    @property
    def declaration(self) -> Declaration:
        """What was ticked."""
        return Declaration(
            bool(self.truthful.data), bool(self.no_violation.data), bool(self.accepts_audit.data)
        )


class CodeForm(Form):
    code = StringField(
        _l("Reopen code"), validators=[InputRequired(_l("Please type the reopen code.")), Length(max=200)],
        description=_l("14 groups of four signs, shown once when you submitted."), render_kw={"autocomplete": "off"},
    )  # fmt: skip


class CopyForm(CodeForm):
    kind = RadioField(
        _l("Kind of copy"), choices=[SelectChoice("pdf", _l("PDF to read and print")), SelectChoice("json", _l("Data file"))], default="pdf"
    )  # fmt: skip


class ReceiptForm(Form):
    number = StringField(
        _l("Receipt number"),
        validators=[InputRequired(_l("Please give the receipt number.")), Length(max=40)],
    )
    digest = StringField(
        _l("SHA-256 on the receipt"), validators=[InputRequired(_l("Please give the SHA-256 of the receipt.")), Length(max=80)]
    )  # fmt: skip


class OpeningForm(Form):
    officer_code = PasswordField(
        _l("Key code of the officer"), validators=[InputRequired(_l("Please type the code.")), Length(max=200)],
        render_kw={"autocomplete": "off"},
    )  # fmt: skip
    supervisor_email = EmailField(
        _l("E-mail address of the supervisor"), validators=[InputRequired(_l("Please give the e-mail address.")), Length(max=200)],
        render_kw={"autocomplete": "off"},
    )  # fmt: skip
    supervisor_password = PasswordField(
        _l("Password of the supervisor"), validators=[InputRequired(_l("Please give the password.")), Length(max=200)],
        render_kw={"autocomplete": "off"},
    )  # fmt: skip
    supervisor_code = PasswordField(
        _l("Key code of the supervisor"), validators=[InputRequired(_l("Please type the code.")), Length(max=200)],
        render_kw={"autocomplete": "off"},
    )  # fmt: skip
