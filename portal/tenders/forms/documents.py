"""One document that applicants accept."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import IntegerField, StringField
from wtforms.validators import DataRequired, Optional
from wtforms.widgets import HiddenInput

from portal.core.forms import Form
from portal.settings import Settings
from portal.tenders.forms.parts import TITLE


class DocumentForm(Form):
    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
    title = StringField(
        _l("Name of the document"), [DataRequired(_l("Please give the document a name.")), TITLE],
        description=_l("For example: measures for the management of project funds"),
    )  # fmt: skip
    file = FileField(
        _l("File (PDF)"), [FileRequired(_l("Please choose a file."))],
        render_kw={"accept": "application/pdf", "data-max-bytes": Settings.max_upload_bytes},
    )  # fmt: skip
