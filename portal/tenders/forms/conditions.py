"""Who may apply: one question for each kind of condition, and an explanation in words."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal.core.forms import NumberField, tidy
from portal.parties.values import PartyKind
from portal.tenders.forms.parts import COUNT, PercentField, SectionForm
from portal.tenders.values import ConditionDraft, ConditionKind, TenderDraft

K = ConditionKind
_NUMBERS = {
    "grade": K.ASSESSMENT_GRADE, "years": K.YEARS_SINCE_FOUNDING, "inspections": K.ANNUAL_INSPECTION,
    "self_raised": K.SELF_RAISED_SHARE, "proposals": K.PROPOSALS_PER_ORGANISATION, "lots_each": K.LOTS_PER_ORGANISATION,
}  # fmt: skip
_GRADES = [SelectChoice(0, _l("No grade asked for")), *[SelectChoice(n, f"{n}A") for n in range(1, 6)]]


class ConditionsForm(SectionForm):
    kinds = SelectMultipleField(
        _l("Which organisations may apply"), [Optional()], coerce=str,
        choices=[SelectChoice(kind.value, _l(kind.label)) for kind in PartyKind if kind is not PartyKind.ORGAN],
        widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(), validate_choice=True,
    )  # fmt: skip
    no_ban = BooleanField(_l("No ban and no entry in the list of serious offenders may be running"))
    grade = SelectField(_l("Assessment grade, at least"), choices=_GRADES, coerce=int)
    years = NumberField(_l("Years since founding, at least"), [Optional(), COUNT])
    inspections = NumberField(_l("Annual inspections passed, the last"), [Optional(), COUNT])
    self_raised = PercentField(_l("Own funds in percent of the project, at least"), [Optional()])
    proposals = NumberField(_l("Proposals of one organisation, at most"), [Optional(), COUNT])
    lots_each = NumberField(_l("Lots of one organisation, at most"), [Optional(), COUNT])
    party_organisation = BooleanField(
        _l("With equal results, prefer an organisation with a sound party organisation"),
        description=_l("Published with the call; it never excludes anybody."),
    )
    texts = TextAreaField(
        _l("Further conditions"),
        [Length(max=2000)],
        description=_l("One a line; the eligibility check reads the papers for them."),
    )
    eligibility = TextAreaField(_l("Explanation for applicants"), [Length(max=2000)])

    @staticmethod
    def shown(draft: TenderDraft) -> dict[str, Any]:
        """Each condition at its question."""
        by_kind = {c.kind: c for c in draft.conditions if c.kind is not K.TEXT}
        kinds = by_kind.get(K.ORGANISATION_KINDS)
        return {
            **{name: by_kind[kind].number if kind in by_kind else None for name, kind in _NUMBERS.items()},
            "grade": (found.number or 0) if (found := by_kind.get(K.ASSESSMENT_GRADE)) else 0,
            "kinds": [kind.value for kind in kinds.kinds] if kinds else [],
            "no_ban": K.NO_BAN in by_kind,
            "party_organisation": K.PARTY_ORGANISATION in by_kind,
            "texts": "\n".join(c.text for c in draft.conditions if c.kind is K.TEXT),
            "eligibility": draft.eligibility,
        }  # fmt: skip

    def written(self, draft: TenderDraft) -> TenderDraft:
        """The conditions that were asked for, in the order of their kinds."""
        asked = sorted(self._asked(), key=lambda c: list(K).index(c.kind))
        return replace(draft, conditions=tuple(asked), eligibility=tidy(self.eligibility.data))

    def _asked(self) -> Iterator[ConditionDraft]:
        if self.kinds.data:
            yield ConditionDraft(
                K.ORGANISATION_KINDS, kinds=tuple(PartyKind(value) for value in self.kinds.data)
            )
        for name, kind in _NUMBERS.items():
            number = self[name].data
            if number is not None and not (kind is K.ASSESSMENT_GRADE and number == 0):
                yield ConditionDraft(kind, number)
        for name, kind in (("no_ban", K.NO_BAN), ("party_organisation", K.PARTY_ORGANISATION)):
            if self[name].data:
                yield ConditionDraft(kind)
        for line in tidy(self.texts.data).splitlines():
            if line.strip():
                yield ConditionDraft(K.TEXT, text=line.strip())
