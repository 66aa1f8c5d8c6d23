"""The rubric: criteria in sections, what their marks mean, and how the marks become a result."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField, HiddenField, SelectField, StringField, TextAreaField
from wtforms import Form as Row
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from portal.core.forms import ChoiceField, NumberField, tidy
from portal.core.text import N_
from portal.procedures.values import Procedure
from portal.tenders.forms.parts import COUNT, TITLE, ListRow, Needed, PercentField, PointsField, SectionForm
from portal.tenders.rules import METHODS
from portal.tenders.values import (
    AggregationMethod,
    AggregationPer,
    Band,
    CriterionDraft,
    CriterionKind,
    ExpertGroup,
    TenderDraft,
)
from portal.tenders.values.scheme import DRAW, QUOTE, TECHNICAL

_TIES = {QUOTE: _l("Lower quote"), TECHNICAL: _l("Higher technical score"), DRAW: _l("Draw")}
_TIE_FIELDS = ("tie_1", "tie_2", "tie_3")
_USUAL: dict[str, Any] = {
    "per": AggregationPer.CRITERION, "groups": {}, "minimum_technical": None, "bonus_cap": None, "per_organisation": None,
    "bonus_above_total": False, "roadshow": False, "blind": False,
}  # fmt: skip
_BAND = re.compile(
    r"\s*(\d{1,4}(?:\.\d{1,2})?)\s*[-–—~～至到]\s*(\d{1,4}(?:\.\d{1,2})?)\s*分?\s*[:：、]?\s*(.*)"
)


class CriterionRow(ListRow):
    code = HiddenField()
    section = StringField(_l("Section"), [TITLE])
    title = StringField(_l("Criterion"), [Needed(N_("Please give the criterion a title.")), TITLE])
    description = StringField(_l("Explanation"), [Length(max=500)])
    kind = ChoiceField(_l("Kind"), kind=CriterionKind, default=CriterionKind.SUBJECTIVE)
    maximum = PointsField(_l("Maximum"), [Needed(N_("Please give the maximum."))])
    step = PointsField(_l("Marking step"), [Optional()])
    scale = PointsField(_l("Marked up to"), [Optional()])


class RubricForm(SectionForm):
    rows = "criteria"
    criteria = FieldList(FormField(CriterionRow), _l("Rubric"), max_entries=40)
    panel_size = NumberField(_l("Members of the panel"), [InputRequired(_l("Please give a number.")), COUNT])
    aggregation = ChoiceField(_l("How the experts' marks become one"), kind=AggregationMethod)
    drop_high = NumberField(_l("Highest marks dropped"), [Optional(), COUNT])
    drop_low = NumberField(_l("Lowest marks dropped"), [Optional(), COUNT])
    per = ChoiceField(_l("Marks are averaged"), kind=AggregationPer)
    decimals = NumberField(_l("Decimal places of the result"), [InputRequired(_l("Please give a number.")), COUNT])  # fmt: skip
    tie_1 = SelectField(_l("With equal results, first"), coerce=tidy)
    tie_2 = SelectField(_l("then"), coerce=tidy)
    tie_3 = SelectField(_l("at last"), coerce=tidy)
    minimum_total = PointsField(_l("Minimum total for an award"), [Optional()])
    minimum_technical = PointsField(_l("Minimum of what the experts mark"), [Optional()])
    per_organisation = NumberField(_l("Awards of one organisation in a lot, at most"), [Optional(), COUNT])
    bonus_cap = PointsField(_l("Bonus together, at most"), [Optional()])
    bonus_above_total = BooleanField(_l("A bonus may lift the result above 100"))
    roadshow = BooleanField(
        _l("There is a roadshow"),
        description=_l("Admitted bidders present their projects to the panel before it locks its sheets."),
    )
    blind = BooleanField(_l("Experts read blind, without the names of organisations"))
    technical = PercentField(_l(ExpertGroup.TECHNICAL.label), [Optional()])
    department = PercentField(_l(ExpertGroup.DEPARTMENT.label), [Optional()])
    media = PercentField(_l(ExpertGroup.MEDIA.label), [Optional()])
    resident = PercentField(_l(ExpertGroup.RESIDENT.label), [Optional()])

    def fit(self, draft: TenderDraft, procedure: Procedure) -> None:
        """Offer the ways of averaging that the procedure knows, and the criteria of the call for equal results."""
        self.aggregation.limit([AggregationMethod(name) for name in procedure.aggregations])
        if not procedure.course.roadshow:
            del self.roadshow
        criteria = [SelectChoice(c.code, c.title) for c in draft.criteria if c.code]
        for name in _TIE_FIELDS:
            self[name].choices = [
                SelectChoice("", "—"),
                *[SelectChoice(*tie) for tie in _TIES.items()],
                *criteria,
            ]

    def validate_blind(self, field: BooleanField) -> None:
        """Who speaks at a roadshow is seen: both together would be neither."""
        if field.data and "roadshow" in self and self.roadshow.data:
            raise ValidationError(
                gettext("Who speaks at a roadshow is seen. Read blind, or hold a roadshow, not both.")
            )

    @staticmethod
    def shown(draft: TenderDraft) -> dict[str, Any]:
        """The rubric with the settings of scoring."""
        scheme, ties = draft.scheme, draft.scheme.get("ties", [])
        return {
            "criteria": [{**{name: getattr(c, name) for name in ("code", "section", "title", "description", "kind", "maximum", "step", "scale")}} for c in draft.criteria],
            "panel_size": draft.panel_size,
            "aggregation": scheme.get("aggregation", "mean"), "per": scheme.get("per", "criterion"),
            "drop_high": scheme.get("drop_high") or None, "drop_low": scheme.get("drop_low") or None,
            "decimals": scheme.get("decimals", 2),
            **{name: _points(scheme.get(name)) for name in ("minimum_total", "minimum_technical", "bonus_cap")},
            "per_organisation": scheme.get("per_organisation"), "bonus_above_total": scheme.get("bonus_above_total", False),
            "roadshow": scheme.get("roadshow", False), "blind": scheme.get("blind", False),
            **dict(zip(_TIE_FIELDS, [*ties, "", "", ""], strict=False)),
            **scheme.get("groups", {}),
        }  # fmt: skip

    def written(self, draft: TenderDraft) -> TenderDraft:
        """Trimming drops one mark at each end unless told otherwise; the price formula is the procedure's and stays."""
        trimmed = self.aggregation.data == AggregationMethod.TRIMMED
        scheme = {
            **draft.scheme, "aggregation": str(self.aggregation.data), "per": str(self.per.data),
            **{name: (1 if self[name].data is None else self[name].data) if trimmed else 0 for name in ("drop_high", "drop_low")},
            "decimals": self.decimals.data, "ties": [self[name].data for name in _TIE_FIELDS if self[name].data],
            **{name: _text(self[name].data) for name in ("minimum_total", "minimum_technical", "bonus_cap")},
            "per_organisation": self.per_organisation.data, "bonus_above_total": self.bonus_above_total.data,
            **({"roadshow": self.roadshow.data} if "roadshow" in self else {}),
            "blind": self.blind.data,
            "groups": {group.value: self[group.value].data for group in ExpertGroup if self[group.value].data is not None},
        }  # fmt: skip
        scheme = {
            key: value
            for key, value in scheme.items()
            if value != _USUAL.get(key, ...) or key in draft.scheme
        }
        criteria = tuple(self._criterion(row, draft) for row in self.criteria.data)
        return replace(draft, criteria=criteria, panel_size=self.panel_size.data or 0, scheme=scheme)

    @staticmethod
    def _criterion(row: dict[str, Any], draft: TenderDraft) -> CriterionDraft:
        """A row; the bands are written on their own page and stay with their criterion."""
        bands = next((c.bands for c in draft.criteria if c.code and c.code == row["code"]), ())
        return CriterionDraft(
            tidy(row["title"]), row["kind"], row["maximum"], Decimal("0.5") if row["step"] is None else row["step"],
            tidy(row["description"]), row["code"] or "", tidy(row["section"]), row["scale"], bands,
        )  # fmt: skip


def _points(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _text(points: Decimal | None) -> str | None:
    return None if points is None else str(points)


class BandsField(TextAreaField):
    """Bands as people write them, one a line: ``16-20 依据充分``; ``data`` is a tuple of ``Band``."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "\n".join(f"{band.lower:f}-{band.upper:f} {band.text}" for band in self.data or ())  # type: ignore[attr-defined]  # a bands field holds bands

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the lines."""
        lines = [line for line in (valuelist[0] if valuelist else "").splitlines() if line.strip()]
        self.data = tuple(self._bands(lines))  # type: ignore[assignment]  # a bands field holds bands

    @staticmethod
    def _bands(lines: Iterable[str]) -> Iterable[Band]:
        for line in lines:
            found = _BAND.fullmatch(line)
            if not found or not found[3].strip():
                raise ValueError(
                    gettext(
                        "“%(line)s” is not a band. Please write it as: 16-20 well founded.", line=line.strip()
                    )
                )
            yield Band(Decimal(found[1]), Decimal(found[2]), found[3].strip())


class BandsRow(Row):
    code = HiddenField()
    bands = BandsField(_l("Bands"), [Length(max=2000)])


class BandsForm(SectionForm):
    """What ranges of marks mean, for every criterion that experts mark."""

    criteria = FieldList(FormField(BandsRow))

    @staticmethod
    def shown(draft: TenderDraft) -> dict[str, Any]:
        """The bands of each criterion that experts mark."""
        return {"criteria": [{"code": c.code, "bands": c.bands} for c in marked(draft)]}

    def written(self, draft: TenderDraft) -> TenderDraft:
        """The rubric with these bands; criteria that are not on the page keep theirs."""
        given = {row["code"]: row["bands"] for row in self.criteria.data}
        return replace(
            draft, criteria=tuple(replace(c, bands=given.get(c.code, c.bands)) for c in draft.criteria)
        )


class FactRow(Row):
    code = HiddenField()
    source = SelectField(_l("Computed from"), coerce=tidy)
    method = SelectField(_l("How"), coerce=tidy)


class FactsForm(SectionForm):
    """Which objective criteria are computed from what organisations declared."""

    criteria = FieldList(FormField(FactRow))

    def offer(self, sources: Mapping[str, str]) -> None:
        """Let each criterion be computed from one of ``sources``, or be decided by people."""
        for row in self.criteria:
            row.form.source.choices = [
                SelectChoice("", _l("Two people enter and confirm the value")),
                *[SelectChoice(key, gettext(label)) for key, label in sources.items()],
            ]
            row.form.method.choices = [SelectChoice(method.value, _l(method.label)) for method in METHODS]

    @staticmethod
    def shown(draft: TenderDraft) -> dict[str, Any]:
        """Source and method of each objective criterion."""
        facts = draft.scheme.get("facts", {})
        return {"criteria": [{"code": c.code, **facts.get(c.code, {})} for c in objective(draft)]}

    def written(self, draft: TenderDraft) -> TenderDraft:
        """The settings with these rules; without any the key is left out."""
        facts = {
            row["code"]: {"source": row["source"], "method": row["method"]} for row in self.criteria.data if row["source"]
        }  # fmt: skip
        others = {key: value for key, value in draft.scheme.items() if key != "facts"}
        return replace(draft, scheme={**others, "facts": facts} if facts else others)


def objective(draft: TenderDraft) -> list[CriterionDraft]:
    """The criteria that have one value for all experts and can be computed, in order."""
    return [c for c in draft.criteria if c.kind is CriterionKind.OBJECTIVE]


def marked(draft: TenderDraft) -> list[CriterionDraft]:
    """The criteria that experts mark, in order."""
    return [c for c in draft.criteria if c.kind is CriterionKind.SUBJECTIVE]
