"""Which ideas of the reserve library a call carries out."""

from collections.abc import Iterable
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from portal.core.forms import Form


class IdeasForm(Form):
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
    idea_ids = SelectMultipleField(
        _l("Project ideas of the reserve library"), [Optional()], coerce=str,
        widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
    )  # fmt: skip

    def offer(self, ideas: Iterable[tuple[UUID, str]]) -> None:
        """Offer these ideas by id and name."""
        self.idea_ids.choices = [SelectChoice(str(idea_id), name) for idea_id, name in ideas]
