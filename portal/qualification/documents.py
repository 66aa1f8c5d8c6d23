"""Plain values for the letter about eligibility."""

from typing import Any

from portal.bids.models import Bid
from portal.core.clock import local
from portal.qualification.models import EligibilityCheck
from portal.qualification.values import CheckResult, Verdict


def letter(bid: Bid, check: EligibilityCheck) -> dict[str, Any]:
    """What the letter says: the case, each condition with its finding, the decision and what can be done about it."""
    assert check.confirmed_at is not None  # noqa: S101 - the letter follows the confirmation
    return {
        "number": bid.tender.number, "tender": bid.tender.title, "lot": bid.lot.title, "organisation": bid.party.name,
        "code": bid.party.code, "passed": check.result == CheckResult.PASS, "reason": check.reason,
        "findings": [{**row, "verdict": Verdict(row["verdict"])} for row in check.findings],
        "decided_at": f"{local(check.confirmed_at):%Y-%m-%d %H:%M}",
    }  # fmt: skip
