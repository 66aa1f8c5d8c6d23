"""Use cases of the screening: keep what was found, note something beside it, compare again."""

import json
from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from sqlalchemy import delete, select

from portal.bids import queries as bids
from portal.core import audit, clock, outbox, sealing
from portal.core.db import add, db, get, use_case
from portal.core.errors import Invalid, problem
from portal.core.keys import server_key
from portal.core.policy import Actor, require
from portal.core.text import N_
from portal.screening import queries, rules
from portal.screening.models import Screening, ScreeningFinding
from portal.screening.policies import may_review_finding
from portal.screening.values import Comparison, Finding, Review
from portal.screening.workflow import FINDING
from portal.tenders.models import Tender

SHORTEST_REASON = 4
STEPS = {Review.SEEN: "see", Review.RAISED: "raise"}


def compare_bids(tender_id: UUID) -> Comparison:
    """Compare all opened proposals of a call; only reads, and takes its time."""
    return rules.compare(queries.subjects(tender_id), queries.own_words(tender_id))


@use_case
def keep_comparison(*, tender_id: UUID, comparison: Comparison) -> Screening:
    """Keep what was found. What nobody looked at yet is replaced, what was looked at stays as it was noted."""
    get(Tender, tender_id, lock=True)
    db.session.execute(
        delete(ScreeningFinding).where(
            ScreeningFinding.tender_id == tender_id, ScreeningFinding.status == Review.OPEN
        )
    )
    reviewed = {
        (str(row.one_id), str(row.other_id), row.kind)
        for row in db.session.scalars(select(ScreeningFinding).where(ScreeningFinding.tender_id == tender_id))
    }
    for finding in _merged(comparison.findings):
        if (finding.one, finding.other, finding.kind) not in reviewed:
            _keep(tender_id, finding)
    return _note(tender_id, comparison)


@use_case
def review_finding(
    *, actor: Actor, tender_id: UUID, finding_id: UUID, status: Review, reason: str
) -> ScreeningFinding:
    """Note beside a finding: no concern, or raised to the panel. Changes no proposal.

    Raises ``Invalid`` at ``reason`` for one that says nothing.
    """
    require(may_review_finding, actor, queries.opened_tender(actor, tender_id))
    finding = queries.get_finding(tender_id, get(ScreeningFinding, finding_id, lock=True).id)
    if len(reason.strip()) < SHORTEST_REASON:
        raise Invalid(problem(N_("Please say in a few words why."), field="reason"))
    FINDING.apply(STEPS[status], finding, actor, clock.now(), reason=reason.strip())
    finding.reason, finding.reviewed_by = reason.strip(), actor.user_id
    return finding


@use_case
def ask_again(*, actor: Actor, tender_id: UUID) -> None:
    """Have the proposals of a call compared now, for example after an attachment was drawn again."""
    tender = queries.opened_tender(actor, tender_id)
    require(may_review_finding, actor, tender)
    audit.record("tender.screen", tender, actor)
    outbox.emit("screening.wanted", tender_id=tender_id)


def _merged(findings: Iterable[Finding]) -> list[Finding]:
    """One finding for each pair and kind: two patterns in the same prices are shown together."""
    merged: dict[tuple[str, str, str], Finding] = {}
    for finding in findings:
        key = (finding.one, finding.other, finding.kind)
        earlier = merged.get(key)
        merged[key] = replace(earlier, pairs=(*earlier.pairs, *finding.pairs)) if earlier else finding
    return list(merged.values())


def _keep(tender_id: UUID, finding: Finding) -> None:
    row = ScreeningFinding(
        tender_id=tender_id, one_id=UUID(finding.one), other_id=UUID(finding.other), kind=finding.kind, share=finding.share,
        status=Review.OPEN, found_at=clock.now(),
    )  # fmt: skip
    row.evidence = _sealed(finding.evidence(), queries.place_of(row))
    db.session.add(row)


def _note(tender_id: UUID, comparison: Comparison) -> Screening:
    row = queries.screening_of(tender_id) or Screening(tender_id=tender_id)
    row.compared = len(bids.opened_bids(tender_id))
    row.common = _sealed(list(comparison.common), {"screening": str(tender_id)})
    row.made_at = clock.now()
    return add(row)


def _sealed(content: object, place: dict[str, str]) -> bytes:
    plain = json.dumps(content, ensure_ascii=False).encode()
    return sealing.encrypt(server_key("storage"), plain, aad=place)
