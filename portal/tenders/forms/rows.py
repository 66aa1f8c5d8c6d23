"""Sections that are tables: lots, budget heads, milestones, instalments."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    FieldList,
    FormField,
    HiddenField,
    SelectField,
    StringField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import Length, Optional

from portal.core.forms import MoneyField, NumberField, tidy
from portal.core.money import Money
from portal.core.text import N_
from portal.tenders.forms.parts import (
    COUNT,
    TITLE,
    ListRow,
    Needed,
    PercentField,
    SectionForm,
)
from portal.tenders.rules.instalments import MOST_STARS
from portal.tenders.values import (
    HeadDraft,
    InstalmentCondition,
    InstalmentDraft,
    LotDraft,
    MilestoneDraft,
    Requirement,
    TenderDraft,
)

_PASSED = "passed"
_EVALUATION = [
    SelectChoice("", _l("not waited for")),
    SelectChoice(_PASSED, _l("passed")),
    *[SelectChoice(str(n), _l("at least %(stars)s stars", stars=n)) for n in range(1, MOST_STARS + 1)],
]
_FIRST = (Requirement(InstalmentCondition.CONTRACT_SIGNED),)


class LotRow(ListRow):
    title = StringField(_l("Lot"), [Needed(N_("Please give the lot a title.")), TITLE])
    description = StringField(_l("Explanation"), [Length(max=500)])
    cap = MoneyField(_l("Most for one project"), [Needed(N_("Please give an amount."))])
    awards_max = NumberField(_l("Number of awards"), [Optional(), COUNT])


class HeadRow(ListRow):
    code = HiddenField()
    title = StringField(_l("Head"), [Needed(N_("Please give the budget head a title.")), TITLE])
    cap = PercentField(_l("Largest share in percent"), [Optional()])


class MilestoneRow(ListRow):
    title = StringField(_l("Milestone"), [Needed(N_("Please give the milestone a title.")), TITLE])
    due_days = NumberField(
        _l("Due, days after the start"), [Needed(N_("Please give the number of days.")), COUNT]
    )


class InstalmentRow(ListRow):
    share = PercentField(_l("Share in percent"), [Needed(N_("Please give the share."))])
    milestone_position = NumberField(_l("Milestone no."), [Optional(), COUNT])
    evaluation = SelectField(_l("Final evaluation"), choices=_EVALUATION, default="")
    spent = PercentField(_l("Spent of what was paid, in percent"), [Optional()])


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
        return {"instalments": [_instalment_row(i) for i in draft.instalments]}

    def written(self, draft: TenderDraft) -> TenderDraft:
        """A row without any condition waits for the contract alone."""
        return replace(draft, instalments=tuple(_instalment(row) for row in self.instalments.data))


def _instalment_row(draft: InstalmentDraft) -> dict[str, Any]:
    numbers = {each.kind: each.number for each in draft.requirements}
    passed = _PASSED if InstalmentCondition.EVALUATION_PASSED in numbers else ""
    return {
        "share": draft.share_bp,
        "milestone_position": numbers.get(InstalmentCondition.MILESTONE_MET),
        "evaluation": str(numbers.get(InstalmentCondition.STARS_REACHED, passed)),
        "spent": numbers.get(InstalmentCondition.MONEY_SPENT),
    }


def _instalment(row: Mapping[str, Any]) -> InstalmentDraft:
    asked = []
    if row["milestone_position"] is not None:
        asked.append(Requirement(InstalmentCondition.MILESTONE_MET, row["milestone_position"]))
    if row["evaluation"] == _PASSED:
        asked.append(Requirement(InstalmentCondition.EVALUATION_PASSED))
    elif row["evaluation"]:
        asked.append(Requirement(InstalmentCondition.STARS_REACHED, int(row["evaluation"])))
    if row["spent"] is not None:
        asked.append(Requirement(InstalmentCondition.MONEY_SPENT, row["spent"]))
    first, *further = asked or _FIRST
    milestone = first.number if first.kind == InstalmentCondition.MILESTONE_MET else None
    if first.kind in (InstalmentCondition.STARS_REACHED, InstalmentCondition.MONEY_SPENT):
        first, further = _FIRST[0], asked
    return InstalmentDraft(row["share"], first.kind, milestone, tuple(further))
