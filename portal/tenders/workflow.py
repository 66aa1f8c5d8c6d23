"""The life of a call."""

from datetime import datetime

from portal.core.errors import Problem
from portal.core.text import N_
from portal.core.workflow import Transition, Workflow
from portal.tenders.models import Tender
from portal.tenders.values import TenderStatus

S = TenderStatus


def before_deadline(tender: Tender, now: datetime) -> Problem | None:
    """A call is published while there is time to answer it."""
    if tender.deadline_at is not None and now < tender.deadline_at:
        return None
    return Problem(N_("The deadline has passed already."), "deadline_at")


def after_deadline(tender: Tender, now: datetime) -> Problem | None:
    """Whether a call failed shows only when no proposal can come any more."""
    if tender.deadline_at is not None and now >= tender.deadline_at:
        return None
    return Problem(N_("The deadline has not passed yet."))


def proposals_opened(tender: Tender, _now: datetime) -> Problem | None:
    """Only a call whose proposals were opened can have a result."""
    return None if tender.opened_at else Problem(N_("The proposals have not been opened yet."))


TENDER = Workflow[Tender](
    "tender", TenderStatus, S.DRAFT,
    [
        Transition("submit", frozenset({S.DRAFT}), S.SUBMITTED),
        Transition("discard", frozenset({S.DRAFT}), S.DISCARDED),
        Transition("return", frozenset({S.SUBMITTED, S.APPROVED}), S.DRAFT, reason_required=True),
        Transition("approve", frozenset({S.SUBMITTED}), S.APPROVED, stamp="approved_at"),
        Transition("revise", frozenset({S.APPROVED}), S.DRAFT),
        Transition("publish", frozenset({S.APPROVED}), S.ACTIVE, (before_deadline,), stamp="published_at"),
        Transition("complete", frozenset({S.ACTIVE}), S.COMPLETE, (proposals_opened,)),
        Transition("fail", frozenset({S.ACTIVE}), S.UNSUCCESSFUL, (after_deadline,), reason_required=True),
        Transition("cancel", frozenset({S.ACTIVE}), S.CANCELLED, reason_required=True),
    ],
)  # fmt: skip
