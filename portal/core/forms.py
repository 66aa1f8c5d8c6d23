"""Forms: fields for money and local time, problems at their field, and a once-only key against double sending."""

from collections.abc import Callable, Collection, Iterable
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

from flask import flash, redirect, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from werkzeug.wrappers import Response
from wtforms import (
    DateField,
    DateTimeLocalField,
    Field,
    FileField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import Optional, StopValidation

from portal.core import once
from portal.core.clock import SHANGHAI, local
from portal.core.enums import Labelled
from portal.core.errors import Invalid, Problem, Stale, problem
from portal.core.money import parse_yuan
from portal.core.templating import problem_text
from portal.core.text import N_

T = TypeVar("T")

_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－", "0123456789.,-")


def tidy(text: str | None) -> str:
    """Text without outer blanks; full-width digits become plain ones in number fields only."""
    return (text or "").strip()


class Form(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """Base of all forms. ``op_id`` is the once-only key; ``status`` is what the page answers."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What was sent: files for file fields, texts for the others, whatever the request calls them; no JSON."""
            given = super().wrap_formdata(form, formdata)
            if not isinstance(given, CombinedMultiDict):
                return MultiDict() if given is not None and request.is_json else given
            wanted = {field.name for field in form if isinstance(field, FileField)}
            files = [(name, file) for name, file in request.files.items(multi=True) if name in wanted]
            return CombinedMultiDict([MultiDict(files), request.form])

    op_id = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.status = 200
        if not self.op_id.data:
            self.op_id.data = str(uuid4())

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the shape of what was sent; the page answers 422 when it is not right."""
        valid: bool = super().validate(extra_validators)
        if not valid:
            self.status = 422
        return valid

    def perform(
        self, act: Callable[[], T], to: Callable[[T], str], message: str | None = None
    ) -> Response | None:
        """Run ``act`` once and redirect to ``to(result)``; ``None`` when the domain refused and the page is shown again.

        ``act`` runs in a use case together with the once-only key. Problems land at their fields.
        """
        try:
            location, fresh = once.run(self.key(), self._body(), lambda: to(act()))
        except Invalid as error:
            self.add_problems(error.problems)
            return None
        except Stale as error:
            self.form_errors.append(gettext(error.message))
            self.status = 409
            if "version" in self and error.current is not None:
                self["version"].data, self["version"].raw_data = (
                    error.current,
                    None,
                )  # shown instead of what was sent
            return None
        if message:
            flash(
                message if fresh else gettext("This was saved before; nothing was done twice."),
                "success" if fresh else "info",
            )
        return redirect(location, 303)

    def key(self) -> UUID:
        """The once-only key of the page; ``Invalid`` when something else was sent in its place."""
        try:
            return UUID(str(self.op_id.data))
        except ValueError:
            raise Invalid(problem(N_("Please open the page anew and send it again."))) from None

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Show ``problems`` at their fields, and those of no field on top; the page answers 422."""
        self.status = 422
        for found in problems:
            text = problem_text(found)
            target = self._find(found.field)
            if target is None:
                self.form_errors.append(text)
            else:
                target.errors = [*target.errors, text]

    def _find(self, name: str | None) -> Field | None:
        """The field ``name``; ``lines-2-amount`` reaches into a list of rows."""
        field: Any = self
        for part in (name or "").split("-"):
            entries = getattr(field, "entries", None)
            if entries is not None and part.isdecimal() and int(part) < len(entries):
                field = entries[int(part)]
            elif hasattr(field, "_fields") and part in field._fields:
                field = field._fields[part]
            elif hasattr(getattr(field, "form", None), "_fields") and part in field.form._fields:
                field = field.form._fields[part]
            else:
                return None
        return field if isinstance(field, Field) else None

    def _body(self) -> bytes:
        pairs = [f"{k}={v}" for k, v in request.form.items(multi=True) if k != "csrf_token"]
        sizes = [f"{k}={f.filename}" for k, f in request.files.items(multi=True)]
        return "\n".join([request.path, *sorted(pairs), *sorted(sizes)]).encode()


class ActionForm(Form):
    """A button: a POST without fields, or with a reason and the version of the page."""

    reason = TextAreaField(_l("Reason"))
    version = IntegerField(validators=[Optional()])


def act(call: Callable[[ActionForm], object], to: str, message: str | None = None) -> Response:
    """Run a button's use case once and redirect to the address ``to``; a refusal becomes the error page."""
    form = ActionForm()
    if not form.validate_on_submit():
        raise Invalid(*(Problem(str(e)) for errors in form.errors.values() for e in errors))
    location, fresh = once.run(form.key(), form._body(), lambda: (call(form), to)[1])
    if message:
        flash(
            message if fresh else gettext("This was saved before; nothing was done twice."),
            "success" if fresh else "info",
        )
    return redirect(location, 303)


class MoneyField(StringField):
    """An amount in yuan as people write it (full-width digits, commas, 元); ``data`` is ``Money`` or ``None``."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data.yuan)  # type: ignore[attr-defined]  # a money field holds Money

    def process_formdata(self, valuelist: list[str]) -> None:
        """Parse what was typed."""
        self.data = None
        text = tidy(valuelist[0]) if valuelist else ""
        if not text:
            return
        try:
            self.data = parse_yuan(text)  # type: ignore[assignment]  # a money field holds Money
        except ValueError:
            raise ValueError(gettext("Please give an amount in yuan, for example 12,345.60.")) from None


class AmountRequired:
    """Refuse an empty amount; ``0`` is an amount."""

    field_flags = {"required": True}

    def __call__(self, form: Any, field: Field) -> None:
        """Raise ``StopValidation`` when nothing was typed."""
        if field.data is None and not field.errors:
            raise StopValidation(gettext("Please give an amount."))


def _sensible(day: date | None) -> None:
    """Refuse years that no case of ours can mean, before any arithmetic overflows."""
    if day is not None and not 1900 <= day.year <= 2200:
        raise ValueError("a year out of reach")


class LocalDateTimeField(DateTimeLocalField):
    """A wall-clock time in Beijing on screen; ``data`` is an aware UTC instant or ``None``."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(
            label, validators, format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"], **kwargs
        )

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return local(self.data).strftime("%Y-%m-%dT%H:%M") if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Parse what was typed and place it in Beijing."""
        try:
            super().process_formdata(valuelist)
            _sensible(self.data)
        except ValueError:
            self.data = None
            raise ValueError(gettext("Please give date and time, for example 2026-12-31 17:00.")) from None
        if isinstance(self.data, datetime):
            self.data = self.data.replace(tzinfo=SHANGHAI).astimezone(UTC)


class DayField(DateField):
    """A date; the message says how to write one."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Parse what was typed."""
        try:
            super().process_formdata(valuelist)
            _sensible(self.data)
        except ValueError:
            self.data = None
            raise ValueError(gettext("Please give a date, for example 2026-12-31.")) from None


class NumberField(IntegerField):
    """A whole number; full-width digits and commas are understood."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Parse what was typed."""
        self.data = None
        text = tidy(valuelist[0]).translate(_FULL_WIDTH).replace(",", "") if valuelist else ""
        if not text:
            return
        try:
            self.data = int(text)
        except ValueError:
            raise ValueError(gettext("Please give a whole number.")) from None

    def pre_validate(self, form: Any) -> None:
        """Stop at what is no number: a second sentence about its size would not help."""
        if self.process_errors:
            raise StopValidation()


class ChoiceField(SelectField):
    """A choice among the members of an enumeration; ``data`` is the member."""

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        *,
        kind: type[Labelled],
        blank: bool = False,
        **kwargs: Any,
    ) -> None:
        self.kind, self.blank = kind, blank
        choices = [SelectChoice(member.value, _l(member.label)) for member in kind]
        if blank:
            choices.insert(0, SelectChoice("", _l("Please choose")))
        super().__init__(
            label, validators, choices=choices, coerce=lambda v: kind(v) if v else None, **kwargs
        )

    def limit(self, members: Collection[Labelled]) -> None:
        """Offer only some of the members; the service decides about the others too."""
        self.choices = [(m.value, _l(m.label)) for m in self.kind if m in members]
        if self.blank:
            self.choices.insert(0, ("", _l("Please choose")))

    def pre_validate(self, form: Any) -> None:
        """Refuse what is not a member, in words."""
        unknown = self.data is None and any(value for value in self.raw_data or [])
        if unknown or (self.data is None and not self.blank):
            raise StopValidation(gettext("Please choose one."))

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the member that was chosen."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None
