"""Begin a call."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired

from portal.core.forms import Form
from portal.tenders.forms.parts import TITLE


class CreateForm(Form):
    title = StringField(_l("Title"), [DataRequired(_l("Please give a title.")), TITLE])
    programme = SelectField(_l("Programme"), [DataRequired(_l("Please choose one."))], coerce=str)
    procedure = SelectField(_l("Procedure"), [DataRequired(_l("Please choose one."))], coerce=str)

    def offer(self, programmes: list[tuple[str, str]], procedures: list[tuple[str, str]]) -> None:
        """Fill the lists; nothing is chosen beforehand, because a call keeps both for good."""
        self.programme.choices = [("", _l("Please choose")), *programmes]
        self.procedure.choices = [("", _l("Please choose")), *procedures]


class CloneForm(Form):
    title = StringField(_l("Title of the new call"), [DataRequired(_l("Please give a title.")), TITLE])
