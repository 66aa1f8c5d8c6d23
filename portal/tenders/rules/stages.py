"""Where a published call stands."""

from datetime import datetime
from typing import Protocol

from portal.tenders.values import Stage, TenderStatus


class Call(Protocol):
    """What decides where a call stands."""

    @property
    def status(self) -> TenderStatus: ...  # noqa: D102
    @property
    def published_at(self) -> datetime | None: ...  # noqa: D102
    @property
    def deadline_at(self) -> datetime | None: ...  # noqa: D102
    @property
    def opened_at(self) -> datetime | None: ...  # noqa: D102


def is_open(call: Call, at: datetime) -> bool:
    """True while proposals are taken: from publication up to, but not including, the deadline."""
    if call.status != TenderStatus.ACTIVE or call.published_at is None or call.deadline_at is None:
        return False
    return call.published_at <= at < call.deadline_at


def stage(call: Call, now: datetime, *, in_notice: bool = False) -> Stage:
    """Where the call stands at ``now``; ``in_notice`` says that its result has been announced."""
    match call.status:
        case TenderStatus.DRAFT | TenderStatus.SUBMITTED | TenderStatus.APPROVED:
            return Stage.DRAFT
        case TenderStatus.COMPLETE:
            return Stage.DONE
        case TenderStatus.CANCELLED | TenderStatus.UNSUCCESSFUL | TenderStatus.DISCARDED:
            return Stage.STOPPED
    if is_open(call, now):
        return Stage.OPEN
    if call.opened_at is None:
        return Stage.CLOSED
    return Stage.NOTICE if in_notice else Stage.REVIEW
