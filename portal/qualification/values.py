"""Plain values of the eligibility check, of calls found by saved searches, and of what is asked for afterwards."""

from dataclasses import dataclass
from datetime import datetime

from portal.core.enums import Labelled
from portal.core.errors import Problem
from portal.core.text import N_
from portal.tenders.values import Answer


class CheckResult(Labelled):
    PASS = "pass", N_("Passed"), "good"
    FAIL = "fail", N_("Failed"), "bad"


class Verdict(Labelled):
    """What an officer finds about one condition."""

    PASS = "pass", N_("Met"), "good"
    FAIL = "fail", N_("Not met"), "bad"
    SUPPLEMENT = "supplement", N_("Papers missing"), "warn"


@dataclass(frozen=True)
class Finding:
    """One condition of the call with its verdict and the reason, in words."""

    condition: str
    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True)
class Line:
    """One condition as the desk shows it: its sentences, the answer from data, and whether it may exclude."""

    sentences: tuple[Problem, ...]
    answer: Answer

    @property
    def suggested(self) -> Verdict | None:
        """What the data says; ``None`` when only an officer can tell."""
        if self.answer.condition.kind.is_preference:
            return Verdict.PASS
        return {"yes": Verdict.PASS, "no": Verdict.FAIL}.get(str(self.answer.verdict))


@dataclass(frozen=True)
class SupplementDraft:
    """What an organisation is asked to hand in after opening: named items, and the last moment for it.

    It answers these items and nothing else; quote and content stay as they were sealed.
    """

    items: tuple[str, ...]
    due_at: datetime
