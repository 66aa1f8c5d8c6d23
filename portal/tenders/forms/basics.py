"""What is wanted and when."""

from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal.core.forms import DayField, LocalDateTimeField, MoneyField, NumberField, tidy
from portal.core.money import Money
from portal.tenders.forms.parts import (
    COUNT,
    TITLE,
    Later,
    SectionForm,
)
from portal.tenders.values import (
    FundingForm,
    TenderDraft,
)


class BasicsForm(SectionForm):
    title = StringField(_l("Title"), [DataRequired(_l("Please give a title.")), TITLE])
    description = TextAreaField(_l("What is wanted"), [Length(max=5000)])
    field = StringField(
        _l("Field of service"), [Length(max=40)], description=_l("For example: care for the elderly")
    )
    area = StringField(_l("Area"), [Length(max=80)], description=_l("Streets or communities that are served"))
    funding = SelectMultipleField(
        _l("How the money is given"), [Later()], coerce=str, choices=[SelectChoice(form.value, _l(form.label)) for form in FundingForm],
        widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
        description=_l("Forms may be combined. Where there is an award, an instalment waits for the final evaluation."),
    )  # fmt: skip
    budget = MoneyField(_l("Budget"), description=_l("Reserved in the programme when the call is published"))

    @staticmethod
    def shown(draft: TenderDraft) -> dict[str, Any]:
        """A budget that is not given yet is shown as empty."""
        return {
            **vars(draft),
            "budget": draft.budget or None,
            "funding": [form.value for form in draft.funding],
        }

    def written(self, draft: TenderDraft) -> TenderDraft:
        """An empty budget is zero, which the checklist reports as missing."""
        return replace(
            draft, title=tidy(self.title.data), description=tidy(self.description.data), field=tidy(self.field.data),
            area=tidy(self.area.data), budget=self["budget"].data or Money.ZERO,
            funding=tuple(form for form in FundingForm if form.value in (self.funding.data or [])),
        )  # fmt: skip


class PeriodsForm(SectionForm):
    intention_on = DayField(_l("The purchase intention was published on"), [Optional()])
    sole_source_on = DayField(_l("The public notice of the single source was published on"), [Later()])
    documents_from = DayField(_l("Planned day of publication"), [Later()])
    deadline_at = LocalDateTimeField(_l("Deadline for proposals"), [Later()], description=_l("Beijing time; proposals that arrive at this very moment are late"))  # fmt: skip
    project_starts_on = DayField(_l("First day of the projects"), [Later()])
    project_ends_on = DayField(_l("Last day of the projects"), [Later()])
    notice_working_days = NumberField(_l("Public notice of the result in working days"), [InputRequired(_l("Please give a number.")), COUNT])  # fmt: skip
    minimum_bids = NumberField(_l("Fewest proposals for a lot"), [InputRequired(_l("Please give a number.")), COUNT])  # fmt: skip
