"""Forms of payments."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import PasswordField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from portal.core.forms import AmountRequired, DayField, Form, MoneyField
from portal.settings import Settings


class RequestForm(Form):
    invoice_number = StringField(
        _l("Number of the invoice"),
        validators=[DataRequired(_l("Please give the number of the invoice.")), Length(max=60)],
        description=_l("As printed on the invoice or receipt that you issue to the buyer."),
    )


class PayForm(Form):
    reference = StringField(
        _l("Bank reference"),
        validators=[DataRequired(_l("Please give the bank's reference.")), Length(max=80)],
        description=_l("The number on the bank's receipt; each can be used once."),
    )
    paid_on = DayField(_l("Paid on"), validators=[InputRequired(_l("Please give the day of the payment."))])
    password = PasswordField(
        _l("Your password, to confirm that it is you"),
        validators=[InputRequired(_l("Please give your password."))],
    )


class SpendingForm(Form):
    head_code = SelectField(
        _l("Budget head"),
        validators=[InputRequired(_l("Please choose a head."))],
        validate_choice=False,  # the rule says it in our words
    )
    spent_on = DayField(_l("Date"), validators=[InputRequired(_l("Please give the date."))])
    payee = StringField(
        _l("Paid to"), validators=[DataRequired(_l("Please say who was paid.")), Length(max=120)]
    )
    voucher = StringField(
        _l("Voucher number"),
        validators=[DataRequired(_l("Please give the number of the voucher.")), Length(max=60)],
        description=_l("Number of the invoice or receipt; each can be entered once."),
    )
    amount = MoneyField(_l("Amount"), validators=[AmountRequired()])
    note = StringField(_l("What for"), validators=[Optional(), Length(max=200)])
    file = FileField(
        _l("Scan or photo"),
        validators=[Optional()],
        render_kw={
            "accept": "image/jpeg,image/png,application/pdf",
            "data-max-bytes": Settings.max_upload_bytes,
        },
    )

    def __init__(self, heads: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.head_code.choices = list(heads)
