"""Forms of calls: one for each section of the editor, each filled from a draft and giving a draft back."""

from portal.tenders.forms.basics import BasicsForm, PeriodsForm
from portal.tenders.forms.beginning import CreateForm, EndForm, TemplateForm
from portal.tenders.forms.conditions import ConditionsForm
from portal.tenders.forms.documents import DocumentForm
from portal.tenders.forms.ideas import IdeasForm
from portal.tenders.forms.keys import KeyForm, ProofForm, SealForm
from portal.tenders.forms.parts import SectionForm
from portal.tenders.forms.rows import HeadsForm, InstalmentsForm, LotsForm, MilestonesForm
from portal.tenders.forms.rubric import BandsForm, FactsForm, RubricForm, marked, objective
from portal.tenders.values import Section

SECTION_FORMS: dict[Section, type[SectionForm]] = {
    Section.BASICS: BasicsForm,
    Section.PERIODS: PeriodsForm,
    Section.CONDITIONS: ConditionsForm,
    Section.LOTS: LotsForm,
    Section.RUBRIC: RubricForm,
    Section.HEADS: HeadsForm,
    Section.MILESTONES: MilestonesForm,
    Section.INSTALMENTS: InstalmentsForm,
}

__all__ = [
    "SECTION_FORMS", "BandsForm", "CreateForm", "DocumentForm", "EndForm", "FactsForm", "IdeasForm", "KeyForm", "ProofForm", "SealForm", "SectionForm", "TemplateForm", "marked", "objective",
]  # fmt: skip
