"""Which ideas of the reserve library a call carries out."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.orm.attributes import flag_modified

from portal.core import audit, clock
from portal.core.db import check_version, use_case
from portal.core.errors import InvalidTransition
from portal.core.policy import Actor, require
from portal.needs import services as needs
from portal.tenders import queries
from portal.tenders.models import Tender
from portal.tenders.policies import may_draft_tender
from portal.tenders.services.drafting import writers
from portal.tenders.values import TenderStatus
from portal.tenders.workflow import TENDER


@use_case
def cite_ideas(*, actor: Actor, tender_id: UUID, version: int | None, idea_ids: Iterable[UUID]) -> Tender:
    """Let a draft carry out exactly these ideas; a change after the approval makes the approval void.

    Raises ``Invalid`` for an idea that is not in the library, ``Stale`` when somebody saved in between, and
    ``InvalidTransition`` once submitted or published.
    """
    tender = queries.full_for_update(tender_id)
    require(may_draft_tender, actor, tender)
    check_version(tender, version)
    if tender.status == TenderStatus.APPROVED:
        TENDER.apply("revise", tender, actor, clock.now())
        tender.approved_by = tender.approved_at = None
    elif tender.status != TenderStatus.DRAFT:
        raise InvalidTransition("update", str(tender.status))
    needs.cite(actor=actor, tender_id=tender_id, idea_ids=idea_ids)
    tender.written_by = writers(tender.written_by, actor)
    flag_modified(tender, "written_by")
    audit.record("tender.update", tender, actor, sections=["ideas"])
    return tender
