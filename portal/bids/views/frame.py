"""What every page of the editor shows: the case, the steps with their state, what is missing."""

from dataclasses import dataclass
from typing import Any

from flask import url_for

from portal.bids import queries, rules
from portal.bids.models import Bid
from portal.bids.values import ProposalContent, Step
from portal.bids.views.blueprint import steps_of
from portal.bids.workflow import organisation_verified
from portal.core import clock
from portal.core.errors import Problem


@dataclass(frozen=True)
class Missing:
    """Something that keeps the proposal from being submitted, and the address of the field that mends it."""

    problem: Problem
    url: str


def missing_of(bid: Bid, draft: ProposalContent) -> list[Missing]:
    """Everything that keeps the draft from being submitted."""
    found = rules.missing_parts(
        draft, queries.form_for(bid, draft), bid.lot.cap, queries.heads(bid.tender_id)
    )
    missing = [Missing(problem, _where(bid, problem)) for problem in found]
    together = url_for("bids.partners", bid_id=bid.id)
    missing += [Missing(problem, together) for problem in rules.unconfirmed(draft)]
    if unapproved := queries.unapproved(bid):
        missing.append(Missing(unapproved, url_for("bids.read", bid_id=bid.id)))
    if unverified := organisation_verified(bid, clock.now()):
        missing.append(Missing(unverified, url_for("parties.mine")))
    return missing


def _where(bid: Bid, problem: Problem) -> str:
    step, _dash, field = (problem.field or str(Step.CHECK)).partition("-")
    return url_for("bids.step", bid_id=bid.id, step=step, _anchor=field or None)


def frame(bid: Bid, here: str, draft: ProposalContent) -> dict[str, Any]:
    """What every page of the editor shows: the case, the steps with their state, what is missing."""
    missing = missing_of(bid, draft)
    lacking = {(item.problem.field or "").partition("-")[0] for item in missing}
    steps = [
        {"label": label, "url": url_for("bids.step", bid_id=bid.id, step=code), "state": _state(bid, code, here, lacking)}
        for code, label in steps_of(bid)
    ]  # fmt: skip
    labels = dict(steps_of(bid))
    open_comments = [comment for comment in queries.comments(bid, here) if not comment.settled]
    return {
        "bid": bid,
        "comments": open_comments,
        "here": here,
        "heading": labels[here],
        "steps": steps,
        "missing": missing,
    }


def _state(bid: Bid, code: str, here: str, lacking: set[str]) -> str:
    """Done, not begun, or begun with something missing or wrong."""
    if code == here:
        return "current"
    if code == Step.CHECK:
        return "todo"
    if code not in lacking:
        return "done"
    return "problem" if rules.revision(bid.sections, code) else "todo"
