"""Pure rules of the eligibility check."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from portal.core.errors import Problem, problem
from portal.core.text import N_
from portal.qualification.values import CheckResult, Finding, SupplementDraft, Verdict
from portal.tenders.values import DaysLeft

SHORTEST_REASON = 5
LONGEST_SUPPLEMENT = timedelta(days=10)


def check_findings(findings: Sequence[Finding | None], result: CheckResult, reason: str) -> list[Problem]:
    """Every condition is decided, a failure has a reason, and the result follows from the findings.

    Nobody is excluded for a reason that is not a condition of the call, so a failure without a failed condition
    needs its reason in words; nobody passes who fails a condition or still owes papers.
    """
    found = [
        problem(N_("Please decide about this condition."), field=f"verdict_{place}")
        for place, finding in enumerate(findings)
        if finding is None
    ]
    made = [finding for finding in findings if finding]
    for place, finding in enumerate(findings):
        if finding and finding.verdict is Verdict.FAIL and not finding.reason.strip():
            found.append(problem(N_("Please say why it is not met."), field=f"why_{place}"))
    if result is CheckResult.PASS and any(f.verdict is not Verdict.PASS for f in made):
        found.append(
            problem(N_("A condition is not met or papers are missing, so it cannot pass."), field="result")
        )
    if result is CheckResult.FAIL and len(reason.strip()) < SHORTEST_REASON:
        found.append(
            problem(N_("Please give the reason; the organisation is told in these words."), field="reason")
        )
    return found


def check_supplement(draft: SupplementDraft, now: datetime) -> list[Problem]:
    """At least one named item, and a deadline ahead of us, at most ten days away."""
    found = []
    if not draft.items:
        found.append(problem(N_("Please name at least one paper or fact."), field="items"))
    if not now < draft.due_at <= now + LONGEST_SUPPLEMENT:
        found.append(problem(N_("The deadline lies within the next ten days."), field="due_at"))
    return found


def waits(answered_at: datetime | None, due_at: datetime, now: datetime) -> bool:
    """Whether a request for papers still keeps the decision back."""
    return answered_at is None and now < due_at


def waits_for_closing(filters: Mapping[str, str]) -> bool:
    """Whether a saved search is about the last days before a deadline, so that a call meets it as time passes."""
    left = filters.get("left", "")
    return left in set(DaysLeft) and DaysLeft(left).is_closing
