"""The rubric and how its marks become a result."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    FieldList,
    FormField,
    HiddenField,
    StringField,
)
from wtforms.validators import InputRequired, Length, Optional

from portal.core.forms import ChoiceField, NumberField, tidy
from portal.core.text import N_
from portal.tenders.forms.parts import (
    COUNT,
    TITLE,
    ListRow,
    Needed,
    PointsField,
    SectionForm,
)
from portal.tenders.values import (
    AggregationMethod,
    CriterionDraft,
    CriterionKind,
    TenderDraft,
)


class CriterionRow(ListRow):
    code = HiddenField()
    title = StringField(_l("Criterion"), [Needed(N_("Please give the criterion a title.")), TITLE])
    description = StringField(_l("Explanation"), [Length(max=500)])
    kind = ChoiceField(_l("Kind"), kind=CriterionKind, default=CriterionKind.SUBJECTIVE)
    maximum = PointsField(_l("Maximum"), [Needed(N_("Please give the maximum."))])
    step = PointsField(_l("Marking step"), [Optional()])


class RubricForm(SectionForm):
    rows = "criteria"
    criteria = FieldList(FormField(CriterionRow), _l("Rubric"), max_entries=40)
    panel_size = NumberField(_l("Members of the panel"), [InputRequired(_l("Please give a number.")), COUNT])
    aggregation = ChoiceField(_l("How the experts' marks become one"), kind=AggregationMethod)
    decimals = NumberField(_l("Decimal places of the result"), [InputRequired(_l("Please give a number.")), COUNT])  # fmt: skip
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
