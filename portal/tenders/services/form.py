"""Build the form of proposals; frozen with everything else when the call is published."""

import hashlib
from uuid import UUID

import rfc8785
from sqlalchemy.orm.attributes import flag_modified

from portal.core import audit, clock
from portal.core.db import check_version, use_case
from portal.core.errors import Invalid, InvalidTransition
from portal.core.policy import Actor, require
from portal.core.questions import QuestionForm
from portal.tenders import queries, rules
from portal.tenders.models import Tender
from portal.tenders.policies import may_draft_tender
from portal.tenders.values import TenderStatus
from portal.tenders.workflow import TENDER


@use_case
def save_form(*, actor: Actor, tender_id: UUID, version: int | None, form: QuestionForm) -> Tender:
    """Save the form of a call that is not published; a change after the approval makes the approval void.

    Raises ``Invalid`` (fields are codes of questions) when the form became worse than it was, ``Stale`` when somebody
    saved in between, ``InvalidTransition`` once submitted or published.
    """
    tender = queries.full_for_update(tender_id)
    require(may_draft_tender, actor, tender)
    check_version(tender, version)
    if tender.status == TenderStatus.APPROVED:
        TENDER.apply("revise", tender, actor, clock.now())
        tender.approved_by = tender.approved_at = None
    elif tender.status != TenderStatus.DRAFT:
        raise InvalidTransition("update", str(tender.status))
    before = rules.form_problems(queries.form_of(tender))
    if worse := [wrong for wrong in rules.form_problems(form) if wrong not in before]:
        raise Invalid(*worse)
    tender.form = form.to_json()
    if actor.user_id:
        tender.written_by = sorted({*tender.written_by, str(actor.user_id)})
    flag_modified(tender, "written_by")
    audit.record("tender.update", tender, actor, sections=["form"])
    return tender


def freeze_form(tender: Tender) -> None:
    """Write the form and its SHA-256 (over its canonical JSON) into a call that is being published."""
    form = queries.form_of(tender).to_json()
    tender.form, tender.form_digest = form, hashlib.sha256(rfc8785.dumps(form)).hexdigest()
