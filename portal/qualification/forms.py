"""Forms of the eligibility check, of papers asked for, and of saved searches."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from portal.core.forms import ChoiceField, Form, LocalDateTimeField, tidy
from portal.core.templating import problem_text
from portal.qualification.values import CheckResult, Line, SupplementDraft, Verdict


class CheckForm(Form):
    """The decision; ``for_lines`` adds a verdict and a reason for each condition of the call."""

    result = ChoiceField(
        _l("Result"), kind=CheckResult, blank=True, validators=[InputRequired(_l("Please choose one."))]
    )
    reason = TextAreaField(
        _l("Reason"), validators=[Optional(), Length(max=1000)], render_kw={"rows": 4},
        description=_l("Needed when it fails: name the condition of the call or the article. The organisation gets these words."),
    )  # fmt: skip

    def verdicts(self) -> Mapping[int, tuple[Verdict, str]]:
        """What was chosen for each condition, by its place."""
        return {
            place: (self[f"verdict_{place}"].data, self[f"why_{place}"].data or "")
            for place in range(self.count)
            if self[f"verdict_{place}"].data
        }

    count = 0


def check_form(lines: Sequence[Line], earlier: Sequence[Mapping[str, Any]] = ()) -> CheckForm:
    """The form for these conditions, filled with the ``earlier`` findings or with what the data says."""
    fields: dict[str, Any] = {"count": len(lines)}
    known: dict[str, Any] = {}
    for place, line in enumerate(lines):
        fields[f"verdict_{place}"] = ChoiceField(_l("Finding"), kind=Verdict, blank=True)
        fields[f"why_{place}"] = StringField(
            _l("Reason"), filters=[tidy], validators=[Optional(), Length(max=300)]
        )
        if place < len(earlier):
            known[f"verdict_{place}"] = Verdict(earlier[place]["verdict"])
            known[f"why_{place}"] = earlier[place]["reason"]
        elif line.suggested:
            known[f"verdict_{place}"] = line.suggested
            known[f"why_{place}"] = problem_text(line.answer.why)
    made: CheckForm = type("CheckFormOfCall", (CheckForm,), fields)(**known)
    return made


class SupplementForm(Form):
    items = TextAreaField(
        _l("Papers or facts asked for"), validators=[InputRequired(_l("Please name at least one paper or fact.")), Length(max=1000)],
        description=_l("One in each line. The organisation answers these and nothing else."), render_kw={"rows": 4},
    )  # fmt: skip
    due_at = LocalDateTimeField(_l("Deadline"), validators=[InputRequired(_l("Please give the deadline."))])

    def draft(self) -> SupplementDraft:
        """What was typed, as a value."""
        assert self.due_at.data  # noqa: S101 - the field is required
        items = tuple(line.strip() for line in str(self.items.data or "").splitlines() if line.strip())
        return SupplementDraft(items, self.due_at.data)


class AnswerForm(Form):
    text = TextAreaField(_l("Your answer"), validators=[Optional(), Length(max=2000)], render_kw={"rows": 6})
    files = MultipleFileField(
        _l("Files"),
        render_kw={"accept": "application/pdf,image/jpeg,image/png", "data-max-bytes": str(10 * 1024 * 1024)},
    )  # fmt: skip

    def sent(self) -> list[tuple[str, bytes]]:
        """Name and bytes of each file that came."""
        return [(file.filename, file.read()) for file in self.files.data or [] if file and file.filename]


class SearchForm(Form):
    name = StringField(
        _l("Name of the search"), filters=[tidy],
        validators=[DataRequired(_l("Please give the search a name.")), Length(max=60)],
    )  # fmt: skip
