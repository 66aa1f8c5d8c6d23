"""Forms of budgets."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FileField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from portal.budgets.values import FundKind, ProgrammeKind, QuotaMethod, YearShare
from portal.core.forms import AmountRequired, ChoiceField, Form, MoneyField, NumberField
from portal.core.money import Money
from portal.core.sheet_reading import MOST_BYTES


def _id(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


class FundSourceForm(Form):
    unit_id = SelectField(_l("Unit"), [InputRequired(_l("Please choose one."))], coerce=_id)
    name = StringField(_l("Name"), [InputRequired(_l("Please give a name.")), Length(max=100)])
    kind = ChoiceField(_l("Kind of fund"), kind=FundKind)
    restriction = TextAreaField(
        _l("What it may be spent on"),
        [InputRequired(_l("Please say what the money may be spent on.")), Length(max=300)],
        description=_l("The restriction stays with the money until it is paid."),
    )


class ProgrammeForm(Form):
    version = IntegerField(validators=[Optional()])
    unit_id = SelectField(_l("Unit"), [InputRequired(_l("Please choose one."))], coerce=_id)
    name = StringField(_l("Name"), [InputRequired(_l("Please give a name.")), Length(max=100)])
    kind = ChoiceField(_l("Kind"), kind=ProgrammeKind)
    year = NumberField(_l("Year"), [InputRequired(_l("Please give a year."))])
    fund_source_id = SelectField(_l("Fund source"), [InputRequired(_l("Please choose one."))], coerce=_id)
    description = TextAreaField(_l("Description"), [Length(max=2000)])


class AppropriationForm(Form):
    amount = MoneyField(_l("Amount"), [AmountRequired()])
    reference = StringField(
        _l("Number of the paper"),
        [InputRequired(_l("Please give a reference.")), Length(max=100)],
        description=_l(
            "For example 示财社〔2026〕12号. A number is posted once: for a paper with several lines add the line, such as 12号-2."
        ),
    )
    memo = StringField(_l("Memo"), [Length(max=200)])


class ConfirmForm(Form):
    version = IntegerField(validators=[Optional()])
    reference = StringField(
        _l("Number of the quota document"),
        [InputRequired(_l("Please give the number of the quota document.")), Length(max=100)],
        description=_l("For example 示财社指〔2026〕12号"),
    )
    economic_class = StringField(
        _l("Economic class"),
        [InputRequired(_l("Please give the five digits of the economic class, such as 50205."))],
        description=_l("Five digits: 50205 commissioned services, 50299 other goods and services, 59908 subsidies to private non-profit organisations."),
    )  # fmt: skip
    shares = FieldList(MoneyField(_l("Year"), [AmountRequired()]), _l("Years"))

    def offer_years(self, shares: Sequence[YearShare]) -> None:
        """One amount for each year of the call, filled in as proposed unless something was sent."""
        self.years = [share.year for share in shares]
        if len(self.shares.entries) == len(shares):
            return
        while self.shares.entries:
            self.shares.pop_entry()
        for share in shares:
            self.shares.append_entry(share.amount)

    def year_shares(self) -> list[YearShare]:
        """The amounts as typed, with their years."""
        return [
            YearShare(year, cast(Money, entry.data))
            for year, entry in zip(self.years, self.shares.entries, strict=True)
        ]


class StandardForm(Form):
    unit_id = SelectField(_l("Unit"), [InputRequired(_l("Please choose one."))], coerce=_id)
    fund_source_id = SelectField(_l("Fund source"), [InputRequired(_l("Please choose one."))], coerce=_id)
    year = NumberField(_l("Year"), [InputRequired(_l("Please give a year."))])
    method = ChoiceField(_l("How the share is counted"), kind=QuotaMethod)
    amount = MoneyField(_l("Amount for each community or household"), [AmountRequired()])
    floor = MoneyField(_l("Floor for each community"), [Optional()], description=_l("Only with an amount for each household: no community gets less."))  # fmt: skip
    target = NumberField(_l("Projects that each community aims at"), [InputRequired(_l("Please give a number."))], default=1)  # fmt: skip
    source = StringField(_l("Paper that sets the standard"), [InputRequired(_l("Please name the paper that sets the standard.")), Length(max=200)])  # fmt: skip


class SheetForm(Form):
    file = FileField(_l("Filled-in sheet"), render_kw={"accept": ".xlsx", "data-max-bytes": MOST_BYTES})


class UseForm(Form):
    amount = MoneyField(_l("Amount"), [AmountRequired()])
    reference = StringField(_l("Call, contract or paper"), [InputRequired(_l("Please give a reference.")), Length(max=100)])  # fmt: skip
    memo = StringField(_l("Project"), [Optional(), Length(max=200)])
