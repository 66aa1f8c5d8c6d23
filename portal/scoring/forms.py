"""Forms of scoring."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, IntegerField, PasswordField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from portal.bids.models import Bid
from portal.core.errors import Problem
from portal.core.forms import ChoiceField, Form, MoneyField, NumberField, tidy
from portal.core.proofs import spell
from portal.scoring.models import Mark, ScoreSheet
from portal.scoring.values import CorrectionGround, Cut
from portal.tenders.models import Criterion

# Written out and short: a power of ten or forty digits is no mark, and exact arithmetic would choke on it.
_MARK = re.compile(r"[+-]?(\d{1,9}(\.\d{0,12})?|\.\d{1,12})")


class MarkField(StringField):
    """A mark as people type it (full-width digits too); ``data`` is a ``Decimal`` or ``None``."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else spell(Decimal(self.data))

    def process_formdata(self, valuelist: list[str]) -> None:
        """Parse what was typed."""
        self.data = None
        text = unicodedata.normalize("NFKC", tidy(valuelist[0]) if valuelist else "").replace("。", ".")
        if not text:
            return
        if not _MARK.fullmatch(text) or (value := Decimal(text)) != round(value, 6):
            raise ValueError(gettext("Please give a mark as a number, for example 17.5."))
        self.data = value  # type: ignore[assignment]  # a mark field holds a decimal


class HiddenNumber(IntegerField):
    """A number that the page carries along, such as the version that was seen."""

    widget = HiddenInput()


class SheetForm(Form):
    """One expert's marks for one proposal; ``sheet_form`` adds two fields for each criterion."""

    version = IntegerField(validators=[Optional()])
    comment = TextAreaField(_l("Comment on the whole proposal"))
    note = TextAreaField(_l("My notes"))
    criteria: Sequence[Criterion] = ()

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Show problems, which name criteria by code, at the mark, or at its reason where one is missing."""
        super().add_problems(replace(found, field=self._place(found)) for found in problems)

    def _place(self, found: Problem) -> str | None:
        for number, criterion in enumerate(self.criteria):
            if criterion.code == found.field:
                return f"{'r' if 'share' in found.params else 'm'}{number}"
        return found.field

    @property
    def marks(self) -> dict[UUID, tuple[Decimal | None, str]]:
        """Marks and reasons by criterion, as the service takes them."""
        return {
            criterion.id: (self[f"m{number}"].data, self[f"r{number}"].data or "")
            for number, criterion in enumerate(self.criteria)
        }

    def refused_marks(self) -> dict[UUID, str]:
        """The criteria whose mark cannot be read, each with the sentence that says why."""
        return {
            criterion.id: str(self[f"m{number}"].errors[0])
            for number, criterion in enumerate(self.criteria)
            if self[f"m{number}"].errors
        }

    @property
    def rows(self) -> list["SheetRow"]:
        """Each criterion with its two fields, for the page."""
        return [
            SheetRow(criterion, self[f"m{number}"], self[f"r{number}"])
            for number, criterion in enumerate(self.criteria)
        ]


@dataclass(frozen=True)
class SheetRow:
    """A criterion and its fields; ``threshold`` is the mark below which a reason is needed (60 %)."""

    criterion: Criterion
    mark: Field
    reason: Field

    @property
    def threshold(self) -> str:
        """As a number to read."""
        return threshold(self.criterion)


def threshold(criterion: Criterion) -> str:
    """The mark below which a reason is needed (60 % of the highest mark), as a number to read."""
    return spell(criterion.top * Decimal("0.6"))


def sheet_form(criteria: Sequence[Criterion]) -> type[SheetForm]:
    """The form for these criteria, in their order."""
    fields: dict[str, Any] = {"criteria": criteria}
    for number, criterion in enumerate(criteria):
        fields[f"m{number}"] = MarkField(
            _l("%(title)s (at most %(maximum)s)", title=criterion.title, maximum=spell(criterion.top))
        )
        fields[f"r{number}"] = TextAreaField(_l("Reason"))
    return type("CriteriaForm", (SheetForm,), fields)


def marks_as_data(criteria: Sequence[Criterion], marks: dict[UUID, Mark]) -> dict[str, Any]:
    """What was saved, by field name."""
    data: dict[str, Any] = {}
    for number, criterion in enumerate(criteria):
        mark = marks.get(criterion.id)
        data[f"m{number}"] = mark.value if mark else None
        data[f"r{number}"] = mark.reason if mark else ""
    return data


@dataclass(frozen=True)
class ColumnRow:
    """A sheet and its fields on the page of one criterion."""

    sheet: ScoreSheet
    mark: Field
    reason: Field
    version: Field


class ColumnForm(Form):
    """One criterion across the own sheets; ``column_form`` adds three fields for each open sheet."""

    sheets: Sequence[ScoreSheet] = ()

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Show problems, which name sheets by id, at the mark."""
        places = {str(sheet.id): f"m{number}" for number, sheet in enumerate(self.sheets)}
        super().add_problems(replace(p, field=places.get(p.field or "", p.field)) for p in problems)

    @property
    def marks(self) -> dict[UUID, tuple[int | None, Decimal | None, str]]:
        """Version, mark and reason by sheet, as the service takes them."""
        return {row.sheet.id: (row.version.data, row.mark.data, row.reason.data or "") for row in self.rows}

    @property
    def rows(self) -> list[ColumnRow]:
        """Each open sheet with its fields, for the page."""
        return [
            ColumnRow(sheet, self[f"m{n}"], self[f"r{n}"], self[f"v{n}"])
            for n, sheet in enumerate(self.sheets)
        ]


def column_form(sheets: Sequence[ScoreSheet], names: Sequence[str]) -> type[ColumnForm]:
    """The form for these sheets, in their order; ``names`` are the labels of the marks."""
    fields: dict[str, Any] = {"sheets": sheets}
    for number, name in enumerate(names):
        fields[f"m{number}"] = MarkField(name)
        fields[f"r{number}"] = TextAreaField(_l("Reason"))
        fields[f"v{number}"] = HiddenNumber(validators=[Optional()])
    return type("SheetsForm", (ColumnForm,), fields)


def column_as_data(sheets: Sequence[ScoreSheet], criterion_id: UUID) -> dict[str, Any]:
    """What was saved for one criterion, by field name."""
    data: dict[str, Any] = {}
    for number, sheet in enumerate(sheets):
        mark = next((m for m in sheet.marks if m.criterion_id == criterion_id), None)
        data[f"m{number}"] = mark.value if mark else None
        data[f"r{number}"] = mark.reason if mark else ""
        data[f"v{number}"] = sheet.version
    return data


class ValuesForm(Form):
    """Value and basis of each proposal for one criterion; ``values_form`` adds two fields for each."""

    bids: Sequence[Bid] = ()

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Show problems, which name proposals by id, at the value."""
        places = {str(bid.id): f"m{number}" for number, bid in enumerate(self.bids)}
        super().add_problems(replace(p, field=places.get(p.field or "", p.field)) for p in problems)

    @property
    def values(self) -> dict[UUID, tuple[Decimal | None, str]]:
        """Value and basis by proposal, as the service takes them."""
        return {bid.id: (self[f"m{n}"].data, self[f"r{n}"].data or "") for n, bid in enumerate(self.bids)}

    @property
    def rows(self) -> list[tuple[Bid, Field, Field]]:
        """Each proposal with its fields, for the page."""
        return [(bid, self[f"m{n}"], self[f"r{n}"]) for n, bid in enumerate(self.bids)]


def values_form(bids: Sequence[Bid]) -> type[ValuesForm]:
    """The form for these proposals, in their order."""
    fields: dict[str, Any] = {"bids": bids}
    for number, bid in enumerate(bids):
        fields[f"m{number}"] = MarkField(bid.party.name)
        fields[f"r{number}"] = StringField(_l("Basis"), validators=[Optional(), Length(max=2000)])
    return type("ProposalsForm", (ValuesForm,), fields)


class RoadshowForm(Form):
    """How long each bidder speaks and answers."""

    talk_minutes = NumberField(_l("Minutes to talk"), [InputRequired(_l("Please give the minutes."))])
    question_minutes = NumberField(
        _l("Minutes for questions"), [InputRequired(_l("Please give the minutes."))]
    )


class StatementForm(Form):
    """The reason for a deviation."""

    statement = TextAreaField(_l("Reason for the deviation"))


class SignForm(Form):
    """Sign with the password; a dissent goes on record with the signature."""

    dissent = TextAreaField(_l("Dissent"), validators=[Optional()])

    password = PasswordField(
        _l("Password"),
        validators=[InputRequired(_l("Please give your password.")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )


class RefuseForm(Form):
    """State why one does not sign, with the password as for a signature."""

    reason = TextAreaField(_l("Why I do not sign"), validators=[InputRequired(_l("Please write why you do not sign. Who gives no reason is taken to agree."))])  # fmt: skip
    password = PasswordField(
        _l("Password"),
        validators=[InputRequired(_l("Please give your password.")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )


class ExcludeForm(Form):
    """Take a proposal out of a fixed ranking."""

    ground = ChoiceField(_l("Ground"), kind=CorrectionGround, blank=True)
    explanation = TextAreaField(_l("What was wrong, with the article"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ground.limit([ground for ground in CorrectionGround if ground.excludes])


class CorrectValueForm(Form):
    """Correct a value that holds for all experts after the ranking was fixed."""

    value = MarkField(_l("Right value"))
    ground = ChoiceField(_l("Ground"), kind=CorrectionGround, blank=True)
    explanation = TextAreaField(_l("What was wrong, with the article"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ground.limit([ground for ground in CorrectionGround if ground.corrects_values])

    @property
    def right(self) -> Decimal | None:
        """The value that was typed."""
        typed: Any = self.value.data
        found: Decimal | None = typed
        return found


class WhatIfForm(Form):
    """Another line through a fixed ranking; sent by GET, nothing is changed."""

    class Meta(Form.Meta):
        csrf = False

    awards = NumberField(_l("Number of awards in each lot"), [Optional(), NumberRange(min=0, max=999)])
    envelope = MoneyField(_l("Budget of each lot (yuan)"), [Optional()])
    per_organisation = NumberField(
        _l("Most awards for one organisation"), [Optional(), NumberRange(min=0, max=999)]
    )
    minimum_total = MarkField(_l("Minimum total"), [Optional()])
    partial = BooleanField(_l("Give what is left to the first that does not fit"))
    pass_over = BooleanField(_l("Let smaller amounts further down follow"))

    @property
    def cut(self) -> Cut:
        """The line that was asked for."""
        money: Any = self.envelope.data
        minimum: Any = self.minimum_total.data
        return Cut(
            minimum_total=minimum, envelope_fen=money.fen if money else None, awards=self.awards.data,
            per_organisation=self.per_organisation.data, partial=bool(self.partial.data),
            pass_over=bool(self.pass_over.data),
        )  # fmt: skip


class AskForm(Form):
    """A question about a proposal, put to the chair."""

    text = TextAreaField(_l("Question to the bidder"))


class ReleaseForm(Form):
    """The chair's wording of a question, and the time to answer it."""

    text = TextAreaField(_l("Question to the bidder"))
    minutes = NumberField(_l("Minutes to answer"), [InputRequired(_l("Please give the minutes."))])


class AnswerForm(Form):
    """The bidder's answer."""

    text = TextAreaField(_l("Answer"))
