"""Lawful panels as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.core.enums import Labelled
from portal.core.text import N_
from portal.panels.values.draw import ExpertGroup


class PanelMethod(Labelled):
    """Procedures that differ in what a lawful panel is."""

    TENDER = "tender", N_("Open or invited tender")
    CONSULTATION = "consultation", N_("Competitive consultation")
    NEGOTIATION = "negotiation", N_("Competitive negotiation")
    INQUIRY = "inquiry", N_("Inquiry quotation")
    VENTURE = "venture", N_("Public-interest venture call")


@dataclass(frozen=True, slots=True)
class MixRule:
    """A lawful panel: data of a procedure, with its source. Amounts in fen; the share of experts as a ratio.

    ``large_minimum`` holds from ``large_from_fen`` on, and for work that is complex or of great influence.
    ``earliest_draw`` is how many working days before the review the draw may be held at most; ``reveal_hours`` how
    long the witnesses have to reveal once all commitments are in, ``answer_hours`` how long an invitation waits.
    """

    minimum: int
    source: str
    odd: bool = True
    expert_share: tuple[int, int] = (2, 3)
    large_minimum: int | None = None
    large_from_fen: int | None = None
    buyer_may_chair: bool = False
    group_minimum: Mapping[ExpertGroup, int] = field(default_factory=dict)
    earliest_draw: int | None = None
    earliest_source: str = ""
    reveal_hours: int = 24
    answer_hours: int = 24


@dataclass(frozen=True, slots=True)
class PanelMix:
    """Who sits: experts per group, the buyer's representatives, and whether one of these takes the chair."""

    experts: Mapping[ExpertGroup, int]
    buyers: int = 0
    buyer_chairs: bool = False
    budget_fen: int = 0
    complex_or_influential: bool = False

    @property
    def size(self) -> int:
        """All members with a vote."""
        return sum(self.experts.values()) + self.buyers
