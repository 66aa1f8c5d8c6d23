"""Forms of calls: one for each section of the editor, each filled from a draft and giving a draft back."""

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any, Self

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    Field,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms import Form as Row
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, StopValidation
from wtforms.widgets import HiddenInput

from portal.core.forms import ChoiceField, DayField, Form, LocalDateTimeField, MoneyField, NumberField, tidy
from portal.core.money import Money
from portal.core.text import N_
from portal.tenders.values import (
    AggregationMethod,
    CriterionDraft,
    CriterionKind,
    HeadDraft,
    InstalmentCondition,
    InstalmentDraft,
    LotDraft,
    MilestoneDraft,
    Section,
    TenderDraft,
)

_PLAIN = str.maketrans("０１２３４５６７８９．，％", "0123456789.,%")
_TITLE = Length(max=120)
_COUNT = NumberRange(0, 9999, _l("Please give a number from 0 to 9999."))


class PointsField(StringField):
    """A decimal number such as a mark; ``data`` is a ``Decimal`` or ``None``."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data:f}"

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number as people type it."""
        self.data = None
        text = tidy(valuelist[0]).translate(_PLAIN).replace(",", "") if valuelist else ""
        if not text:
            return
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or abs(number) > 9999 or number != round(number, 2):
            raise ValueError(
                gettext("Please give a number with at most two decimal places, for example 12.5.")
            )
        self.data = number  # type: ignore[assignment]  # a points field holds a decimal


class PercentField(PointsField):
    """A share as percent on screen; ``data`` is whole basis points or ``None``."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{Decimal(self.data) / 100:f}"

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the percentage, with or without its sign."""
        super().process_formdata([value.translate(_PLAIN).rstrip("% ") for value in valuelist])
        if self.data is not None:
            self.data = int(Decimal(self.data) * 100)  # type: ignore[assignment]  # basis points


class Needed:
    """A row in which anything was typed needs this field too."""

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, form: "ListRow", field: Field) -> None:
        """Raise ``StopValidation`` when the field is empty in a row that is not; check nothing in an empty row."""
        if form.is_blank:
            raise StopValidation
        if not field.data and field.data != 0 and not field.errors:
            raise StopValidation(gettext(self.message))


class ListRow(Row):
    """One row of a table; a row without any text is thrown away."""

    @property
    def is_blank(self) -> bool:
        """True when nothing was typed."""
        return not any(
            field.raw_data and tidy(str(field.raw_data[0]))
            for field in self
            if not isinstance(field, (HiddenField, SelectField))
        )


class LotRow(ListRow):
    title = StringField(_l("Lot"), [Needed(N_("Please give the lot a title.")), _TITLE])
    description = StringField(_l("Explanation"), [Length(max=500)])
    cap = MoneyField(_l("Most for one project"), [Needed(N_("Please give an amount."))])
    awards_max = NumberField(_l("Number of awards"), [Optional(), _COUNT])


class CriterionRow(ListRow):
    code = HiddenField()
    title = StringField(_l("Criterion"), [Needed(N_("Please give the criterion a title.")), _TITLE])
    description = StringField(_l("Explanation"), [Length(max=500)])
    kind = ChoiceField(_l("Kind"), kind=CriterionKind, default=CriterionKind.SUBJECTIVE)
    maximum = PointsField(_l("Maximum"), [Needed(N_("Please give the maximum."))])
    step = PointsField(_l("Marking step"), [Optional()])


class HeadRow(ListRow):
    code = HiddenField()
    title = StringField(_l("Head"), [Needed(N_("Please give the budget head a title.")), _TITLE])
    cap = PercentField(_l("Largest share in percent"), [Optional()])


class MilestoneRow(ListRow):
    title = StringField(_l("Milestone"), [Needed(N_("Please give the milestone a title.")), _TITLE])
    due_days = NumberField(
        _l("Due, days after the start"), [Needed(N_("Please give the number of days.")), _COUNT]
    )


class InstalmentRow(ListRow):
    share = PercentField(_l("Share in percent"), [Needed(N_("Please give the share."))])
    condition = ChoiceField(
        _l("Condition"), kind=InstalmentCondition, default=InstalmentCondition.CONTRACT_SIGNED
    )
    milestone_position = NumberField(_l("Milestone no."), [Optional(), _COUNT])


class SectionForm(Form):
    """A section of the editor: ``fill`` shows a draft, ``written`` puts what was typed into it."""

    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
    rows: str | None = None

    @classmethod
    def fill(cls, draft: TenderDraft, version: int) -> Self:
        """The form as the draft has it; on a POST what was typed wins."""
        form = cls(data={**cls.shown(draft), "version": version})
        if form.rows and not form.is_submitted():
            form[form.rows].append_entry()
        return form

    @staticmethod
    def shown(draft: TenderDraft) -> dict[str, Any]:
        """What the fields show of ``draft``."""
        return dict(vars(draft))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the shape and throw empty rows away."""
        valid = super().validate(extra_validators)
        if self.rows:
            entries = self[self.rows].entries
            entries[:] = [entry for entry in entries if not entry.form.is_blank]
        return valid

    def written(self, draft: TenderDraft) -> TenderDraft:
        """``draft`` with what was typed in this section."""
        names = [name for name in vars(draft) if name in self]
        return replace(draft, **{name: self[name].data for name in names})


class BasicsForm(SectionForm):
    title = StringField(_l("Title"), [DataRequired(_l("Please give a title.")), _TITLE])
    description = TextAreaField(_l("What is wanted"), [Length(max=5000)])
    field = StringField(
        _l("Field of service"), [Length(max=40)], description=_l("For example: care for the elderly")
    )
    area = StringField(_l("Area"), [Length(max=80)], description=_l("Streets or communities that are served"))
    eligibility = TextAreaField(_l("Who may apply"), [Length(max=2000)])
    budget = MoneyField(_l("Budget"), description=_l("Reserved in the programme when the call is published"))

    @staticmethod
    def shown(draft: TenderDraft) -> dict[str, Any]:
        """A budget that is not given yet is shown as empty."""
        return {**vars(draft), "budget": draft.budget or None}

    def written(self, draft: TenderDraft) -> TenderDraft:
        """An empty budget is zero, which the checklist reports as missing."""
        return replace(
            draft, title=tidy(self.title.data), description=tidy(self.description.data), field=tidy(self.field.data),
            area=tidy(self.area.data), eligibility=tidy(self.eligibility.data), budget=self["budget"].data or Money.ZERO,
        )  # fmt: skip


class Later(Optional):
    """May be empty in a draft, but is not optional: the checklist asks for it before the call is submitted."""

    def __init__(self) -> None:
        super().__init__()
        self.field_flags = {}


class PeriodsForm(SectionForm):
    documents_from = DayField(_l("Planned day of publication"), [Later()])
    deadline_at = LocalDateTimeField(_l("Deadline for proposals"), [Later()], description=_l("Beijing time; proposals that arrive at this very moment are late"))  # fmt: skip
    project_starts_on = DayField(_l("First day of the projects"), [Later()])
    project_ends_on = DayField(_l("Last day of the projects"), [Later()])
    notice_working_days = NumberField(_l("Public notice of the result in working days"), [InputRequired(_l("Please give a number.")), _COUNT])  # fmt: skip
    minimum_bids = NumberField(_l("Fewest proposals for a lot"), [InputRequired(_l("Please give a number.")), _COUNT])  # fmt: skip


class LotsForm(SectionForm):
    rows = "lots"
    lots = FieldList(FormField(LotRow), _l("Lots"), max_entries=30)

    @staticmethod
    def shown(draft: TenderDraft) -> dict[str, Any]:
        """An amount that is not given yet is shown as empty."""
        return {"lots": [{"title": x.title, "description": x.description, "cap": x.cap or None, "awards_max": x.awards_max} for x in draft.lots]}  # fmt: skip

    def written(self, draft: TenderDraft) -> TenderDraft:
        """One award when no number is given."""
        return replace(
            draft,
            lots=tuple(
                LotDraft(tidy(r["title"]), r["cap"] or Money.ZERO, 1 if r["awards_max"] is None else r["awards_max"], tidy(r["description"]))
                for r in self.lots.data
            ),
        )  # fmt: skip


class RubricForm(SectionForm):
    rows = "criteria"
    criteria = FieldList(FormField(CriterionRow), _l("Rubric"), max_entries=40)
    panel_size = NumberField(_l("Members of the panel"), [InputRequired(_l("Please give a number.")), _COUNT])
    aggregation = ChoiceField(_l("How the experts' marks become one"), kind=AggregationMethod)
    decimals = NumberField(_l("Decimal places of the result"), [InputRequired(_l("Please give a number.")), _COUNT])  # fmt: skip
    minimum_total = PointsField(_l("Minimum total for an award"), [Optional()])

    @staticmethod
    def shown(draft: TenderDraft) -> dict[str, Any]:
        """The rubric with the settings of scoring."""
        minimum = draft.scheme.get("minimum_total")
        return {
            "criteria": [{"code": c.code, "title": c.title, "description": c.description, "kind": c.kind, "maximum": c.maximum, "step": c.step} for c in draft.criteria],
            "panel_size": draft.panel_size,
            "aggregation": draft.scheme.get("aggregation", "mean"),
            "decimals": draft.scheme.get("decimals", 2),
            "minimum_total": None if minimum is None else Decimal(minimum),
        }  # fmt: skip

    def written(self, draft: TenderDraft) -> TenderDraft:
        """Trimming drops one mark at each end; the price formula is the procedure's and stays."""
        dropped = int(self.aggregation.data == AggregationMethod.TRIMMED)
        minimum = self.minimum_total.data
        scheme = {
            **draft.scheme, "aggregation": str(self.aggregation.data), "drop_high": dropped, "drop_low": dropped,
            "decimals": self.decimals.data, "minimum_total": None if minimum is None else str(minimum),
        }  # fmt: skip
        criteria = tuple(
            CriterionDraft(tidy(r["title"]), r["kind"], r["maximum"], Decimal("0.5") if r["step"] is None else r["step"], tidy(r["description"]), r["code"] or "")
            for r in self.criteria.data
        )  # fmt: skip
        return replace(draft, criteria=criteria, panel_size=self.panel_size.data or 0, scheme=scheme)


class HeadsForm(SectionForm):
    rows = "heads"
    heads = FieldList(FormField(HeadRow), _l("Budget heads"), max_entries=30)

    @staticmethod
    def shown(draft: TenderDraft) -> dict[str, Any]:
        """The caps in percent."""
        return {"heads": [{"code": h.code, "title": h.title, "cap": h.cap_bp} for h in draft.heads]}

    def written(self, draft: TenderDraft) -> TenderDraft:
        """No percentage means no limit."""
        return replace(
            draft,
            heads=tuple(HeadDraft(tidy(r["title"]), r["cap"], r["code"] or "") for r in self.heads.data),
        )


class MilestonesForm(SectionForm):
    rows = "milestones"
    milestones = FieldList(FormField(MilestoneRow), _l("Milestones"), max_entries=20)

    @staticmethod
    def shown(draft: TenderDraft) -> dict[str, Any]:
        """Titles and days."""
        return {"milestones": [{"title": m.title, "due_days": m.due_days} for m in draft.milestones]}

    def written(self, draft: TenderDraft) -> TenderDraft:
        """The rows in their order."""
        return replace(
            draft,
            milestones=tuple(MilestoneDraft(tidy(r["title"]), r["due_days"]) for r in self.milestones.data),
        )


class InstalmentsForm(SectionForm):
    rows = "instalments"
    instalments = FieldList(FormField(InstalmentRow), _l("Instalments"), max_entries=12)

    @staticmethod
    def shown(draft: TenderDraft) -> dict[str, Any]:
        """The shares in percent."""
        return {"instalments": [{"share": i.share_bp, "condition": i.condition, "milestone_position": i.milestone_position} for i in draft.instalments]}  # fmt: skip

    def written(self, draft: TenderDraft) -> TenderDraft:
        """Only an instalment that waits for a milestone names one."""
        return replace(
            draft,
            instalments=tuple(
                InstalmentDraft(r["share"], r["condition"], r["milestone_position"] if r["condition"] == InstalmentCondition.MILESTONE_MET else None)
                for r in self.instalments.data
            ),
        )  # fmt: skip


SECTION_FORMS: dict[Section, type[SectionForm]] = {
    Section.BASICS: BasicsForm,
    Section.PERIODS: PeriodsForm,
    Section.LOTS: LotsForm,
    Section.RUBRIC: RubricForm,
    Section.HEADS: HeadsForm,
    Section.MILESTONES: MilestonesForm,
    Section.INSTALMENTS: InstalmentsForm,
}


class CreateForm(Form):
    title = StringField(_l("Title"), [DataRequired(_l("Please give a title.")), _TITLE])
    programme = SelectField(_l("Programme"), [DataRequired(_l("Please choose one."))], coerce=str)
    procedure = SelectField(_l("Procedure"), [DataRequired(_l("Please choose one."))], coerce=str)

    def offer(self, programmes: list[tuple[str, str]], procedures: list[tuple[str, str]]) -> None:
        """Fill the lists; nothing is chosen beforehand, because a call keeps both for good."""
        self.programme.choices = [("", _l("Please choose")), *programmes]
        self.procedure.choices = [("", _l("Please choose")), *procedures]


class CloneForm(Form):
    title = StringField(_l("Title of the new call"), [DataRequired(_l("Please give a title.")), _TITLE])


class SealForm(Form):
    """Who holds the two keys of the call."""

    officer = SelectField(_l("Programme officer who holds the first key"), [Later()], coerce=tidy)
    supervisor = SelectField(_l("Supervisor who holds the second key"), [Later()], coerce=tidy)


class ProofForm(Form):
    code = PasswordField(
        _l("Code of your opening key"),
        [InputRequired(_l("Please type the code from the paper."))],
        description=_l("Fourteen groups of four signs; case, blanks and dashes do not matter."),
    )


class KeyForm(Form):
    password = PasswordField(_l("Your password"), [InputRequired(_l("Please give your password."))])
