"""What the forms of calls are made of: fields for marks and shares, rows, sections."""

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any, Self

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    Field,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
)
from wtforms import Form as Row
from wtforms.validators import Length, NumberRange, Optional, StopValidation
from wtforms.widgets import HiddenInput

from portal.core.forms import Form, tidy
from portal.procedures.values import Procedure
from portal.tenders.values import (
    TenderDraft,
)

_PLAIN = str.maketrans("０１２３４５６７８９．，％", "0123456789.,%")
TITLE = Length(max=120)
COUNT = NumberRange(0, 9999, _l("Please give a number from 0 to 9999."))


class PointsField(StringField):
    """A decimal number such as a mark; ``data`` is a ``Decimal`` or ``None``."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data:f}"

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number as people type it."""
        self.data = None
        text = tidy(valuelist[0]).translate(_PLAIN).replace(",", "") if valuelist else ""
        if not text:
            return
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or abs(number) > 9999 or number != round(number, 2):
            raise ValueError(
                gettext("Please give a number with at most two decimal places, for example 12.5.")
            )
        self.data = number  # type: ignore[assignment]  # a points field holds a decimal


class PercentField(PointsField):
    """A share as percent on screen; ``data`` is whole basis points or ``None``."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{Decimal(self.data) / 100:f}"

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the percentage, with or without its sign."""
        super().process_formdata([value.translate(_PLAIN).rstrip("% ") for value in valuelist])
        if self.data is not None:
            self.data = int(Decimal(self.data) * 100)  # type: ignore[assignment]  # basis points


class Needed:
    """A row in which anything was typed needs this field too."""

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, form: "ListRow", field: Field) -> None:
        """Raise ``StopValidation`` when the field is empty in a row that is not; check nothing in an empty row."""
        if form.is_blank:
            raise StopValidation
        if not field.data and field.data != 0 and not field.errors:
            raise StopValidation(gettext(self.message))


class ListRow(Row):
    """One row of a table; a row without any text is thrown away."""

    @property
    def is_blank(self) -> bool:
        """True when nothing was typed."""
        return not any(
            field.raw_data and tidy(str(field.raw_data[0]))
            for field in self
            if not isinstance(field, (HiddenField, SelectField))
        )


class SectionForm(Form):
    """A section of the editor: ``fill`` shows a draft, ``written`` puts what was typed into it."""

    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
    rows: str | None = None

    @classmethod
    def fill(cls, draft: TenderDraft, version: int) -> Self:
        """The form as the draft has it; on a POST what was typed wins."""
        form = cls(data={**cls.shown(draft), "version": version})
        if form.rows and not form.is_submitted():
            form[form.rows].append_entry()
        return form

    def fit(self, draft: TenderDraft, procedure: Procedure) -> None:
        """Offer what fits the call and its procedure; most sections offer the same to all."""

    @staticmethod
    def shown(draft: TenderDraft) -> dict[str, Any]:
        """What the fields show of ``draft``."""
        return dict(vars(draft))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the shape and throw empty rows away."""
        valid = super().validate(extra_validators)
        if self.rows:
            entries = self[self.rows].entries
            entries[:] = [entry for entry in entries if not entry.form.is_blank]
        return valid

    def written(self, draft: TenderDraft) -> TenderDraft:
        """``draft`` with what was typed in this section."""
        names = [name for name in vars(draft) if name in self]
        return replace(draft, **{name: self[name].data for name in names})


class Later(Optional):
    """May be empty in a draft, but is not optional: the checklist asks for it before the call is submitted."""

    def __init__(self) -> None:
        super().__init__()
        self.field_flags = {}
