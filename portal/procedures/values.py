"""Plain values of procedures: what a way of awarding demands, each figure with its source and dates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portal.core.enums import Labelled
from portal.core.text import N_


class FigureUnit(Labelled):
    """What a figure counts."""

    DAYS = "D", N_("calendar days")
    WORKING_DAYS = "WD", N_("working days")
    NUMBER = "N", N_("number")
    POINTS = "P", N_("points")
    BASIS_POINTS = "BP", N_("basis points")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a procedure. ``confirmed`` is false for usual practice that no text we read settles."""

    value: int
    unit: FigureUnit
    source: str
    since: date
    until: date | None = None
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class DefaultCriterion:
    code: str
    title: str
    description: str
    kind: str
    maximum: Decimal
    step: Decimal


@dataclass(frozen=True, slots=True)
class DefaultHead:
    """A usual budget head; ``cap_bp`` is the largest share that a call may allow, ``None`` means no limit."""

    code: str
    title: str
    cap_bp: int | None
    source: str


@dataclass(frozen=True, slots=True)
class DefaultInstalment:
    share_bp: int
    condition: str
    milestone_position: int | None = None


@dataclass(frozen=True, slots=True)
class DefaultMilestone:
    title: str
    due_days: int


@dataclass(frozen=True)
class Procedure:
    """A procedure as in force on one day; ``content`` is what a call freezes, ``digest`` its SHA-256.

    ``periods`` are named ``submission``, ``documents``, ``result_notice``, ``challenge``, ``challenge_answer``,
    ``contract``, ``contract_publication``, ``project``.
    """

    code: str
    title: str
    title_en: str
    series: str
    legal_basis: str
    version: str
    periods: Mapping[str, Figure]
    minimum_bids: Figure
    panel_minimum: Figure
    price_weight: tuple[Figure, Figure] | None
    price_formula: str
    aggregations: tuple[str, ...]
    scheme: Mapping[str, Any]
    usual_bids: int
    usual_panel: int
    criteria: tuple[DefaultCriterion, ...]
    heads: tuple[DefaultHead, ...]
    instalments: tuple[DefaultInstalment, ...]
    instalment_source: str
    milestones: tuple[DefaultMilestone, ...]
    content: Mapping[str, Any]
    digest: str

    @property
    def notice_days(self) -> int:
        """Working days that a result is publicised."""
        return self.periods["result_notice"].value

    @property
    def head_caps(self) -> dict[str, int]:
        """The largest share of each budget head, in basis points, by code."""
        return {head.code: head.cap_bp for head in self.heads if head.cap_bp is not None}


FIGURE_TITLES = {
    "submission": N_("From the call to the deadline, at least"),
    "documents": N_("Documents are given out, at least"),
    "call_notice": N_("Public notice of the call"),
    "result_notice": N_("Public notice of the result"),
    "challenge": N_("Challenge within"),
    "challenge_answer": N_("Answer to a challenge within"),
    "contract": N_("Contract signed within"),
    "contract_publication": N_("Contract published within"),
    "project": N_("Duration of a project, at most"),
    "minimum_bids": N_("Proposals, at least"),
    "panel_minimum": N_("Members of the panel, at least"),
    "price_weight_minimum": N_("Weight of the price, at least"),
    "price_weight_maximum": N_("Weight of the price, at most"),
}
