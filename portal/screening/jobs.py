"""The comparison as a job: once all pages of a call are made, and whenever an officer asks for it."""

from uuid import UUID

from portal.core.jobs import handles
from portal.screening import services
from portal.screening.values import Comparison


def _compared(tender_id: str) -> Comparison:
    return services.compare_bids(UUID(tender_id))


@handles("attachments.drawn", prepare=_compared)
def compare_after_opening(comparison: Comparison, tender_id: str) -> None:
    services.keep_comparison(tender_id=UUID(tender_id), comparison=comparison)


@handles("screening.wanted", prepare=_compared)
def compare_again(comparison: Comparison, tender_id: str) -> None:
    services.keep_comparison(tender_id=UUID(tender_id), comparison=comparison)
