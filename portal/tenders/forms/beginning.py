"""Begin a call, and end one without a result."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, Length

from portal.core.forms import ChoiceField, Form
from portal.tenders.forms.parts import TITLE
from portal.tenders.values import EndReason


class CreateForm(Form):
    title = StringField(_l("Title"), [DataRequired(_l("Please give a title.")), TITLE])
    programme = SelectField(_l("Programme"), [DataRequired(_l("Please choose one."))], coerce=str)
    source = SelectField(
        _l("Begin with"),
        [DataRequired(_l("Please choose one."))],
        coerce=str,
        description=_l(
            "Texts, lots, rubric and money rules are taken over; dates and key holders never are."
        ),
    )

    def offer(
        self,
        *,
        programmes: list[tuple[str, str]],
        procedures: list[tuple[str, str]],
        templates: list[tuple[str, str]],
        calls: list[tuple[str, str]],
    ) -> None:
        """Fill the lists; nothing is chosen beforehand, because a call keeps programme and procedure for good."""
        self.programme.choices = [
            SelectChoice("", _l("Please choose")),
            *[SelectChoice(*p) for p in programmes],
        ]
        groups = (
            (_l("Usual form of a procedure"), procedures), (_l("Templates of our unit"), templates), (_l("Earlier calls"), calls),
        )  # fmt: skip
        self.source.choices = [
            SelectChoice("", _l("Please choose")),
            *[
                SelectChoice(value, label, optgroup=group)
                for group, found in groups
                for value, label in found
            ],
        ]


class TemplateForm(Form):
    title = StringField(_l("Name of the template"), [DataRequired(_l("Please give a title.")), TITLE])


class EndForm(Form):
    """Why a published call ends without a result."""

    code = ChoiceField(
        _l("Reason by law"), [DataRequired(_l("Please choose one."))], kind=EndReason, blank=True
    )
    reason = TextAreaField(
        _l("What happened"), [DataRequired(_l("Please give a reason.")), Length(max=2000)],
        description=_l("Published with the notice."),
    )  # fmt: skip
