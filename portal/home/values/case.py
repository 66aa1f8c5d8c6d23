"""Plain values of a case as a whole, and of one proposal's way through it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from uuid import UUID

from portal.awards.values import AwardStatus, Outcome
from portal.bids.values import BidStatus
from portal.contracts.values import ContractStatus
from portal.core.errors import Problem
from portal.core.money import Money
from portal.core.text import N_
from portal.evaluation.values import EvaluationStatus
from portal.panels.values import DrawStatus, PanelStatus
from portal.parties.values import Role
from portal.tenders.values import TenderStatus


class CourseStep(Enum):
    """A step in the life of a case: its name, and the page (of ``PAGES``) on which it is done."""

    DRAFTING = N_("Call drafted, approved and published"), "tender"
    APPLYING = N_("Proposals handed in"), "call"
    OPENING = N_("Opening"), "opening"
    ELIGIBILITY = N_("Eligibility check"), "eligibility"
    PANEL = N_("Expert panel"), "panel"
    SCORING = N_("Scoring"), "scores"
    AWARD = N_("Award and public notice"), "award"
    CONTRACT = N_("Contracts"), "contracts"
    DELIVERY = N_("Delivery, payment and evaluation"), "contracts"

    def __init__(self, title: str, page: str) -> None:
        self.title, self.page = title, page


class StepState(StrEnum):
    """How far a step is; the words are those of the macro ``steps``."""

    DONE = "done"
    CURRENT = "current"
    TODO = "todo"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Waiting:
    """A step of one case: how far it is, whom it waits for (nobody: time must pass), and what to know about it."""

    step: CourseStep
    state: StepState
    roles: tuple[Role, ...] = ()
    sentence: Problem | None = None


@dataclass(frozen=True)
class CaseFacts:
    """What the features say about one case. Proposals are counted from the opening on, never before."""

    status: TenderStatus
    published_at: datetime | None = None
    deadline_at: datetime | None = None
    opened_at: datetime | None = None
    opened: int = 0
    unchecked: int = 0
    admitted: int = 0
    panel_id: UUID | None = None
    panel: PanelStatus | None = None
    draw: DrawStatus | None = None
    strings: int = 0
    invited: int = 0
    seated: int = 0
    unsigned: int = 0
    sheets: int = 0
    open_sheets: int = 0
    awards: tuple[AwardStatus, ...] = ()
    notice_ends_on: date | None = None
    challenges: int = 0
    contracts: tuple[ContractStatus, ...] = ()
    without_contract: int = 0


@dataclass(frozen=True)
class Project:
    """A contract of a case with how far its milestones, payments and evaluation are."""

    contract_id: UUID
    number: str
    title: str
    party: str
    status: ContractStatus
    amount: Money
    paid: Money
    milestones: int
    met: int
    evaluation: EvaluationStatus | None
    stars: int | None


class BidStep(Enum):
    """A step of a proposal on its way, in the words of the organisation."""

    SUBMISSION = N_("Handed in")
    OPENING = N_("Opening")
    ELIGIBILITY = N_("Eligibility check")
    REVIEW = N_("Expert review")
    RESULT = N_("Result")
    CONTRACT = N_("Contract")


@dataclass(frozen=True)
class BidFacts:
    """What the features say about one proposal to its own organisation; scores only once the public knows them."""

    status: BidStatus
    tender: TenderStatus
    deadline_at: datetime | None
    refusal: str = ""
    decided: bool = False
    award: AwardStatus | None = None
    outcome: Outcome | None = None
    amount: Money | None = None
    total: Decimal | None = None
    rank: int | None = None
    why_not: Problem | None = None
    notice_ends_on: date | None = None
    challenge_until: date | None = None
    contract: ContractStatus | None = None
    contract_id: UUID | None = None


@dataclass(frozen=True)
class BidStop:
    """A step of one proposal: how far it is, and what to know about it. ``waits`` means that time must pass first."""

    step: BidStep
    state: StepState
    sentence: Problem | None = None
    waits: bool = False
