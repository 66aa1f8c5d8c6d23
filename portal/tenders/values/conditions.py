"""Who may apply, as data: conditions of a call, what is known of an organisation, and the answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from portal.core.enums import Labelled
from portal.core.errors import Problem
from portal.core.text import N_
from portal.parties.values import PartyKind


class ConditionKind(Labelled):
    """What a condition asks; all but the party organisation decide whether one may apply."""

    ORGANISATION_KINDS = "organisationKinds", N_("Kinds of organisation")
    ASSESSMENT_GRADE = "assessmentGrade", N_("Assessment grade")
    YEARS_SINCE_FOUNDING = "yearsSinceFounding", N_("Years since founding")
    ANNUAL_INSPECTION = "annualInspection", N_("Annual inspections")
    NO_BAN = "noBan", N_("No running ban")
    SELF_RAISED_SHARE = "selfRaisedShare", N_("Share of own funds")
    PROPOSALS_PER_ORGANISATION = "proposalsPerOrganisation", N_("Proposals of one organisation")
    LOTS_PER_ORGANISATION = "lotsPerOrganisation", N_("Lots of one organisation")
    PARTY_ORGANISATION = "partyOrganisation", N_("Party organisation (preference)")
    TEXT = "text", N_("Further condition")

    @property
    def is_preference(self) -> bool:
        """Whether it only counts when all else is equal: declared and visible, never a reason to exclude (S-73)."""
        return self is ConditionKind.PARTY_ORGANISATION


@dataclass(frozen=True, slots=True)
class ConditionDraft:
    """One condition. ``number`` counts what its kind names: the grade (1 to 5 for 1A to 5A), years, inspections,
    basis points of own funds, proposals or lots; ``kinds`` and ``text`` belong to the kinds of these names.
    """

    kind: ConditionKind
    number: int | None = None
    kinds: tuple[PartyKind, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """What is known of an organisation on the day ``on``; ``None``, or a year left out, means: nobody has said it yet.

    ``grade`` is 0 without a valid grade and 1 to 5 for 1A to 5A; ``inspections`` says for each year whether its
    annual inspection was passed; ``banned`` whether a ban runs on that day, ``ban`` what it says. ``self_raised_bp``
    (basis points), ``proposals`` and ``lots`` (this one included) are known once a proposal is written.
    """

    on: date
    kind: PartyKind
    founded_on: date | None = None
    grade: int | None = None
    inspections: Mapping[int, bool] = field(default_factory=dict)
    banned: bool | None = None
    ban: str = ""
    has_party_organisation: bool | None = None
    self_raised_bp: int | None = None
    proposals: int | None = None
    lots: int | None = None


class Verdict(Labelled):
    YES = "yes", N_("Met"), "good"
    NO = "no", N_("Not met"), "bad"
    UNKNOWN = "unknown", N_("Not known yet"), "warn"


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether an organisation meets a condition, and why, in words."""

    condition: ConditionDraft
    verdict: Verdict
    why: Problem

    @property
    def excludes(self) -> bool:
        """Whether this answer alone keeps the organisation from applying."""
        return self.verdict is Verdict.NO and not self.condition.kind.is_preference
