"""Forms of payments."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import FieldList, FormField, HiddenField, PasswordField, SelectField, StringField
from wtforms import Form as Row
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from portal.budgets.models import Programme
from portal.core.forms import AmountRequired, DayField, Form, MoneyField, tidy
from portal.core.money import Money
from portal.core.templating import label
from portal.panels.models import Seat
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


# --- fees of experts


def _id(value: object) -> UUID:
    return value if isinstance(value, UUID) else UUID(str(value))


class FeeRow(Row):
    """What one expert gets, before tax."""

    seat_id = HiddenField()
    gross = MoneyField(_l("Fee before tax"), validators=[AmountRequired()])


class FeesForm(Form):
    """The fees of a panel."""

    basis = StringField(
        _l("Paper that sets the rate"),
        filters=[tidy],
        description=_l("For example the fee standard of the province for review experts, with its number."),
        validators=[DataRequired(_l("Please name the paper that sets the rate.")), Length(max=200)],
    )
    programme_id = SelectField(_l("Paid from the programme"), coerce=_id)
    rows = FieldList(FormField(FeeRow), _l("Fees"), max_entries=60)

    def offer(self, programmes: Iterable[Programme], seats: Iterable[Seat]) -> None:
        """Let one of these programmes be chosen, and name each row after its expert."""
        self.programme_id.choices = [SelectChoice(p.id, p.name) for p in programmes]
        known = {str(seat.id): seat for seat in seats}
        for entry in self.rows.entries:
            if seat := known.get(str(entry.form.seat_id.data)):
                facts = {"code": seat.code, "name": seat.expert.user.name, "group": label(seat.group)}
                entry.form.gross.label.text = _("%(code)s %(name)s, %(group)s", **facts)

    @property
    def gross(self) -> dict[UUID, Money]:
        """The amounts by seat; a row without a proper seat is left out and refused by the service."""
        found: dict[UUID, Any] = {}
        for entry in self.rows.entries:
            try:
                found[UUID(str(entry.form.seat_id.data))] = entry.form.gross.data  # a money field holds Money
            except ValueError:
                continue
        return found


class FeeAccountForm(Form):
    """Where an expert's fees go."""

    bank_name = StringField(
        _l("Bank and branch"),
        filters=[tidy],
        validators=[DataRequired(_l("Please give the bank of this account.")), Length(max=200)],
    )
    bank_account = StringField(
        _l("Account number"),
        description=_l("An account in your own name."),
        filters=[tidy],
        validators=[DataRequired(_l("Please give the account.")), Length(max=60)],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    id_number = StringField(
        _l("Number of your identity card"),
        description=_l(
            "The payer must name it to the tax office when it withholds tax. Only the cashier who pays sees it."
        ),
        filters=[tidy],
        validators=[DataRequired(_l("Please give the number of your identity card.")), Length(max=30)],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
