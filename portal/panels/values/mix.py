"""Who sits on a panel, as plain data."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PanelMix:
    """Experts who were drawn, the buyer's representatives, and whether one of these takes the chair."""

    experts: int
    buyers: int = 0
    buyer_chairs: bool = False

    @property
    def size(self) -> int:
        """All members with a vote."""
        return self.experts + self.buyers
