"""Plain values of calls for projects; status codes are those of OCDS where it has one."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from portal.core.enums import Labelled
from portal.core.errors import Problem
from portal.core.money import Money
from portal.core.text import N_
from portal.tenders.values.conditions import ConditionDraft
from portal.tenders.values.scheme import Band, CriterionKind


class TenderStatus(Labelled):
    """``draft``, ``submitted`` and ``approved`` are ours and never published; open or closed is computed."""

    DRAFT = "draft", N_("Draft")
    SUBMITTED = "submitted", N_("Waiting for approval"), "warn"
    APPROVED = "approved", N_("Approved"), "progress"
    ACTIVE = "active", N_("Published"), "progress"
    COMPLETE = "complete", N_("Completed"), "good"
    CANCELLED = "cancelled", N_("Stopped"), "bad"
    UNSUCCESSFUL = "unsuccessful", N_("Call failed"), "bad"
    DISCARDED = "discarded", N_("Draft discarded")


class DaysLeft(Labelled):
    """How much time a reader of the public list wants to have, or has no more, before the deadline of a call."""

    WITHIN_3 = "3", N_("At most 3 days left")
    WITHIN_7 = "7", N_("At most 7 days left")
    WITHIN_14 = "14", N_("At most 14 days left")
    FROM_7 = "7+", N_("At least 7 days left")
    FROM_14 = "14+", N_("At least 14 days left")
    FROM_30 = "30+", N_("At least 30 days left")

    @property
    def days(self) -> int:
        """Days of 24 hours, as the countdown beside a call shows them."""
        return int(self.value.removesuffix("+"))

    @property
    def is_closing(self) -> bool:
        """Whether a call comes to meet this by the mere passing of time."""
        return not self.value.endswith("+")


class EndReason(Labelled):
    """Why a published call ends without a result (Government Procurement Law, article 36, and what practice adds)."""

    TOO_FEW = "tooFew", N_("Not enough suppliers that qualify or answer in substance")
    ABOVE_BUDGET = "aboveBudget", N_("All quotes are above the budget")
    ILLEGAL = "illegal", N_("Illegal or irregular acts that affect fairness")
    TASK_CANCELLED = "taskCancelled", N_("The task was cancelled because of a major change")
    FAULTY = "faulty", N_("Documents or procedure are faulty")
    OTHER = "other", N_("Another reason")

    @property
    def fails(self) -> bool:
        """Whether the call failed by what came in after its deadline; otherwise somebody stops it."""
        return self in (EndReason.TOO_FEW, EndReason.ABOVE_BUDGET)


class Stage(Labelled):
    """Where a published call stands, computed from status, periods and what was recorded."""

    DRAFT = "draft", N_("In preparation")
    OPEN = "open", N_("Open for proposals"), "good"
    CLOSED = "closed", N_("Closed, waiting for opening"), "warn"
    REVIEW = "review", N_("Under review"), "progress"
    NOTICE = "notice", N_("Result announced"), "progress"
    DONE = "done", N_("Completed"), "good"
    STOPPED = "stopped", N_("Ended without result"), "bad"


class LotStatus(Labelled):
    ACTIVE = "active", N_("In progress"), "progress"
    COMPLETE = "complete", N_("Completed"), "good"
    UNSUCCESSFUL = "unsuccessful", N_("Call failed"), "bad"
    CANCELLED = "cancelled", N_("Stopped"), "bad"


class InstalmentCondition(Labelled):
    """What an instalment waits for; only what the portal itself can check."""

    CONTRACT_SIGNED = "contractSigned", N_("Contract signed by both parties")
    MILESTONE_MET = "milestoneMet", N_("Milestone accepted")
    EVALUATION_PASSED = "evaluationPassed", N_("Final evaluation passed")
    STARS_REACHED = "starsReached", N_("Stars of the final evaluation")
    MONEY_SPENT = "moneySpent", N_("Share of the money paid that was spent")


class FundingForm(Labelled):
    """How the money is given (S-07); a call may combine them."""

    PURCHASE = "purchase", N_("Purchase of services")
    SUBSIDY = "subsidy", N_("Subsidy to a project")
    AWARD = "award", N_("Award for results")


class HolderRole(Labelled):
    """Who holds a key of the seal; the platform's key takes part in recovery only."""

    OFFICER = "officer", N_("Programme officer")
    SUPERVISOR = "supervisor", N_("Supervisor")
    PLATFORM = "platform", N_("Platform (recovery only)")


class Section(Labelled):
    """The parts of the call editor, in the order of work."""

    BASICS = "basics", N_("Basics")
    PERIODS = "periods", N_("Periods")
    CONDITIONS = "conditions", N_("Who may apply")
    LOTS = "lots", N_("Lots")
    RUBRIC = "rubric", N_("Rubric and panel")
    HEADS = "heads", N_("Budget heads")
    MILESTONES = "milestones", N_("Milestones")
    INSTALMENTS = "instalments", N_("Instalments")
    FORM = "form", N_("Proposal form")
    DOCUMENTS = "documents", N_("Documents to accept")
    IDEAS = "ideas", N_("Needs that the call answers")
    SEAL = "seal", N_("Seal")
    FUNDS = "funds", N_("Confirmation of funds")


@dataclass(frozen=True, slots=True)
class LotDraft:
    title: str
    cap: Money
    awards_max: int = 1
    description: str = ""


@dataclass(frozen=True, slots=True)
class CriterionDraft:
    """``section`` is the heading it stands under; ``scale`` the top of the marking scale where experts mark raw (0 to 100)."""

    title: str
    kind: CriterionKind
    maximum: Decimal
    step: Decimal = Decimal("0.5")
    description: str = ""
    code: str = ""
    section: str = ""
    scale: Decimal | None = None
    bands: tuple[Band, ...] = ()


@dataclass(frozen=True, slots=True)
class HeadDraft:
    title: str
    cap_bp: int | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One condition of an instalment. ``number`` is the milestone's position, the least number of stars, or the
    share in basis points of the money paid so far; the other kinds have none.
    """

    kind: InstalmentCondition
    number: int | None = None


@dataclass(frozen=True, slots=True)
class InstalmentDraft:
    """A share of the sum and all that it waits for: ``condition`` and every one of ``further``."""

    share_bp: int
    condition: InstalmentCondition
    milestone_position: int | None = None
    further: tuple[Requirement, ...] = ()

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """Every condition, the first one first."""
        return (Requirement(self.condition, self.milestone_position), *self.further)


@dataclass(frozen=True, slots=True)
class MilestoneDraft:
    title: str
    due_days: int


@dataclass(frozen=True, slots=True)
class DocumentDraft:
    """A governing document (such as 实施办法) that an applicant accepts before submitting, with its stored file."""

    title: str
    file_id: str
    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class TenderDraft:
    """Everything of a call that its officer writes; what the rules check and the editor saves.

    ``intention_on`` and ``sole_source_on`` are the days on which the notices that come before some calls were published.
    """

    title: str
    description: str = ""
    field: str = ""
    area: str = ""
    eligibility: str = ""
    conditions: tuple[ConditionDraft, ...] = ()
    budget: Money = Money.ZERO
    funding: tuple[FundingForm, ...] = ()
    documents_from: date | None = None
    deadline_at: datetime | None = None
    project_starts_on: date | None = None
    project_ends_on: date | None = None
    intention_on: date | None = None
    sole_source_on: date | None = None
    notice_working_days: int = 5
    minimum_bids: int = 3
    panel_size: int = 5
    scheme: Mapping[str, Any] = default(default_factory=dict)
    lots: tuple[LotDraft, ...] = ()
    criteria: tuple[CriterionDraft, ...] = ()
    heads: tuple[HeadDraft, ...] = ()
    milestones: tuple[MilestoneDraft, ...] = ()
    instalments: tuple[InstalmentDraft, ...] = ()
    documents: tuple[DocumentDraft, ...] = ()


class Source:
    """What a new call begins with, as one word of a form: ``procedure:code``, ``template:id`` or ``call:id``."""

    @staticmethod
    def procedure(code: str) -> str:
        """The usual form of a procedure."""
        return f"procedure:{code}"

    @staticmethod
    def template(template_id: UUID) -> str:
        """A template of the unit."""
        return f"template:{template_id}"

    @staticmethod
    def call(tender_id: UUID) -> str:
        """An earlier call."""
        return f"call:{tender_id}"

    @staticmethod
    def id_of(source: str, kind: str) -> UUID | None:
        """The id in ``source`` when it is of this kind and well formed."""
        found, _, key = source.partition(":")
        try:
            return UUID(key) if found == kind else None
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a key of the seal: chosen (``user_id``), proved to hold it, with a key made for show (``demo``)."""

    role: HolderRole
    user_id: UUID | None
    proved: bool
    demo: bool = False


@dataclass(frozen=True, slots=True)
class SectionState:
    """One line of the checklist: what a section still misses and what in it is against a rule."""

    section: Section
    missing: tuple[Problem, ...]
    unlawful: tuple[Problem, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that stands between this section and publication."""
        return self.unlawful + self.missing

    @property
    def state(self) -> str:
        """The word of the step bar: ``done``, ``todo`` or ``problem``."""
        return "problem" if self.unlawful else "todo" if self.missing else "done"


ACTIONS = {
    "tender.create": N_("Draft created"),
    "tender.clone": N_("Draft made from an earlier call"),
    "tender.from_template": N_("Draft made from a template"),
    "tender.save_template": N_("Saved as a template"),
    "tender.update": N_("Draft changed"),
    "tender.set_holder": N_("Key holder chosen"),
    "tender.prove_key": N_("Key holder proved the key"),
    "tender.submit": N_("Submitted for approval"),
    "tender.return": N_("Returned for changes"),
    "tender.revise": N_("Changed again, approval void"),
    "tender.approve": N_("Approved"),
    "tender.publish": N_("Published"),
    "tender.correct": N_("Corrected"),
    "tender.review_deadline": N_("Deadline checked after a change of the calendar"),
    "tender.open": N_("Proposals opened"),
    "tender.complete": N_("Completed"),
    "tender.fail_lots": N_("Lots without enough proposals ended"),
    "tender.rerun": N_("Call held again"),
    "tender.discard": N_("Draft discarded"),
    "tender.fail": N_("Call failed"),
    "tender.cancel": N_("Stopped"),
    "tender.drop_keys": N_("Seal keys destroyed"),
    "tender.recover": N_("Seal opened by recovery"),
}
