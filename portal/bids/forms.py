"""Forms of proposals. A draft may be incomplete, so these only read; what is missing is said by the rules."""

from collections.abc import Sequence
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
from portal.bids.values import Accepted, BudgetLine, Declaration, Elsewhere, Head, Opinion
from portal.core.forms import ChoiceField, Form, MoneyField, NumberField, tidy
from portal.core.money import Money
from portal.core.sheet_reading import MOST_BYTES

XLSX_ACCEPT = ".xlsx"
ACCEPT = "image/jpeg,image/png,application/pdf"


class DraftForm(Form):
    """A page of the editor. ``version`` counts the saves of this page only, so that two pages never clash."""

    version = IntegerField(widget=HiddenInput(), validators=[Optional()])


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
        own = MoneyField(_l("Not from the programme (yuan)"))
        source = ChoiceField(_l("Where that comes from"), kind=Elsewhere, default=Elsewhere.OWN)

    class BudgetForm(DraftForm):
        lines = FieldList(FormField(LineForm), _l("Budget"), min_entries=1, max_entries=rules.LINES_AT_MOST)

        def written(self) -> tuple[BudgetLine, ...]:
            """The lines that are not empty."""
            typed = (_line(entry.data) for entry in self.lines)
            return tuple(line for line in typed if line != BudgetLine())

    return BudgetForm


def _line(data: dict[str, Any]) -> BudgetLine:
    return BudgetLine(
        head_code=data["head_code"] or "", content=tidy(data["content"]), unit=tidy(data["unit"]),
        unit_price=data["unit_price"] or Money.ZERO, quantity=max(0, data["quantity"] or 0), own=data["own"] or Money.ZERO,
        source=data["source"] if data["own"] and data["source"] else Elsewhere.OWN,
    )  # fmt: skip


class SheetForm(Form):
    file = FileField(
        _l("Spreadsheet"), validators=[FileRequired(_l("Please choose a file."))],
        render_kw={"accept": XLSX_ACCEPT, "data-max-bytes": MOST_BYTES},
    )  # fmt: skip


class UnlessUploaded(FileRequired):  # type: ignore[misc]  # flask_wtf has no types
    """A file is required, unless it arrived in pieces before."""

    def __call__(self, form: Any, field: Any) -> None:
        """Raise ``StopValidation`` when there is neither."""
        if not form.upload.data:
            super().__call__(form, field)


class FileForm(Form):
    kind = SelectField(_l("What it is"), validate_choice=False)
    upload = HiddenField()
    upload_name = HiddenField(validators=[Length(max=400)])
    file = FileField(
        _l("File"), validators=[UnlessUploaded(_l("Please choose a file."))], description=_l("A phone photo of a paper is fine."),
        render_kw={"accept": ACCEPT, "data-max-bytes": rules.FILE_BYTES},
    )  # fmt: skip


def _uuid(value: object) -> UUID:
    return UUID(str(value))


def _maybe_uuid(value: object) -> UUID | None:
    return UUID(str(value)) if value else None


class StartForm(Form):
    party = SelectField(_l("Organisation"), coerce=_uuid)
    lot = SelectField(_l("Call and lot"), coerce=_uuid)
    hosted = SelectField(
        _l("For whom"), coerce=_maybe_uuid, validators=[Optional()],
        description=_l("A group on file has no legal personality: you apply, sign and answer for it as its hub."),
    )  # fmt: skip


class PartnerForm(Form):
    task = StringField(
        _l("What the member does"), validators=[InputRequired(_l("Please say what the member does.")), Length(max=120)],
        description=_l("For example: professional training of volunteers, 20,000 yuan."),
    )  # fmt: skip


class JoinForm(Form):
    party = SelectField(_l("Organisation"), coerce=_uuid)


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

    accepted = BooleanField(_l("We have read these documents and accept each of them."))

    def declaration(self, documents: tuple[Accepted, ...]) -> Declaration:
        """What was ticked; ``documents`` are those of the call."""
        return Declaration(
            bool(self.truthful.data), bool(self.no_violation.data), bool(self.accepts_audit.data),
            documents if self.accepted.data else (),
        )  # fmt: skip


class CommentForm(Form):
    page = SelectField(_l("Page"), validate_choice=False)
    text = TextAreaField(
        _l("Comment"), validators=[InputRequired(_l("Please write a comment.")), Length(max=1000)], render_kw={"rows": 3}
    )  # fmt: skip


class ApprovalForm(Form):
    needed = BooleanField(_l("A second person approves each proposal before it is submitted"))


class RestoreForm(Form):
    file = FileField(
        _l("Data file"), validators=[FileRequired(_l("Please choose a file."))],
        description=_l("The file that you downloaded with your own copy, ending in .zip or .json."),
        render_kw={"accept": ".zip,.json"},
    )  # fmt: skip


class CodeForm(Form):
    code = StringField(
        _l("Reopen code"), validators=[InputRequired(_l("Please type the reopen code.")), Length(max=200)],
        description=_l("14 groups of four signs, shown once when you submitted."), render_kw={"autocomplete": "off"},
    )  # fmt: skip


class RehearsalForm(CodeForm):
    code = StringField(
        _l("Code of the rehearsal"), validators=[InputRequired(_l("Please type the code.")), Length(max=200)],
        description=_l("14 groups of four signs, from your paper or photo."), render_kw={"autocomplete": "off"},
    )  # fmt: skip


class CopyForm(CodeForm):
    kind = RadioField(
        _l("Kind of copy"), choices=[SelectChoice("pdf", _l("PDF to read and print")), SelectChoice("zip", _l("Data file with all attachments")), SelectChoice("json", _l("Data file without attachments"))], default="pdf"
    )  # fmt: skip


class AskOpinionForm(Form):
    asked = StringField(
        _l("Who is asked"), validators=[InputRequired(_l("Please say who is asked.")), Length(max=80)],
        description=_l("For example: residents' committee of Jinghe community."),
    )  # fmt: skip
    summary = BooleanField(_l("Show the summary of the project, too"), default=True)
    site = StringField(
        _l("Site that the opinion is about (optional)"), validators=[Length(max=120)],
        description=_l("For example: service station, Jinghe Road 12."),
    )  # fmt: skip
    days = RadioField(
        _l("The link works for"), default="14",
        choices=[SelectChoice(str(days), _l("%(days)s days", days=days)) for days in (7, 14, 30)],
    )  # fmt: skip


class OpinionCodeForm(Form):
    code = StringField(
        _l("Code"), validators=[InputRequired(_l("Please type the code.")), Length(max=40)],
        description=_l("Three groups of four signs, in the message that you got."),
        render_kw={"autocomplete": "off", "data-from-hash": ""},
    )  # fmt: skip


class OpinionForm(Form):
    opinion = RadioField(
        _l("Your opinion"), choices=[SelectChoice(one.value, _l(one.label)) for one in Opinion], coerce=Opinion,
        validators=[InputRequired(_l("Please choose one."))],
    )  # fmt: skip
    text = TextAreaField(
        _l("In words"), validators=[InputRequired(_l("Please write your opinion.")), Length(max=1000)], render_kw={"rows": 4}
    )  # fmt: skip
    name = StringField(
        _l("Your name"), validators=[InputRequired(_l("Please give your name.")), Length(max=40)]
    )
    post = StringField(
        _l("Your unit and post"), validators=[InputRequired(_l("Please give your unit and post.")), Length(max=80)]
    )  # fmt: skip
    photo = FileField(
        _l("Photo of your signature or seal"), validators=[FileRequired(_l("Please take a photo of the signature or seal."))],
        description=_l("Sign or seal a sheet of paper and photograph it. The place that a phone writes into photos is removed."),
        render_kw={"accept": "image/jpeg,image/png", "data-max-bytes": rules.FILE_BYTES},
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
