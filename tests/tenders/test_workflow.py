"""The life of a call: every state with every step."""

import pytest

from portal.core.db import db, get, use_case
from portal.core.errors import Invalid, InvalidTransition
from portal.tenders.models import Tender
from portal.tenders.values import TenderStatus
from portal.tenders.workflow import TENDER
from tests.conftest import SYSTEM
from tests.factories import TenderFactory

S = TenderStatus
STEPS = {
    "submit": {S.DRAFT: S.SUBMITTED},
    "discard": {S.DRAFT: S.DISCARDED},
    "return": {S.SUBMITTED: S.DRAFT, S.APPROVED: S.DRAFT},
    "approve": {S.SUBMITTED: S.APPROVED},
    "revise": {S.APPROVED: S.DRAFT},
    "publish": {S.APPROVED: S.ACTIVE},
    "complete": {S.ACTIVE: S.COMPLETE},
    "fail": {S.ACTIVE: S.UNSUCCESSFUL},
    "cancel": {S.ACTIVE: S.CANCELLED},
}


def test_every_step_is_listed_here():
    assert set(TENDER.transitions) == set(STEPS)


@pytest.mark.once
@pytest.mark.parametrize("status", list(S))
@pytest.mark.parametrize("name", sorted(STEPS))
def test_every_step_from_every_state(app, clock, name, status):
    tender = TenderFactory(status=status)
    if name in {"complete", "fail"}:
        clock.move_to(tender.deadline_at)
        tender.opened_at = clock()
        db.session.commit()

    @use_case
    def step() -> None:
        TENDER.apply(name, get(Tender, tender.id, lock=True), SYSTEM, clock(), reason="理由")

    target = STEPS[name].get(status)
    if target is None:
        with pytest.raises(InvalidTransition):
            step()
        return
    step()
    db.session.expire_all()
    assert db.session.get(Tender, tender.id).status == target


@pytest.mark.parametrize("name", [n for n, t in TENDER.transitions.items() if t.reason_required])
def test_steps_that_need_a_reason(app, clock, name):
    tender = TenderFactory(status=next(iter(STEPS[name])))
    clock.move_to(tender.deadline_at)
    with pytest.raises(Invalid):
        TENDER.apply(name, tender, SYSTEM, clock(), reason="  ")


def test_guards_speak_of_time_and_opening(app, clock):
    tender = TenderFactory()
    assert [t.name for t in TENDER.available(tender, clock())] == ["cancel"]
    clock.move_to(tender.deadline_at)
    assert {t.name for t in TENDER.available(tender, clock())} == {"fail", "cancel"}
    tender.opened_at = clock()
    assert {t.name for t in TENDER.available(tender, clock())} == {"complete", "fail", "cancel"}
    approved = TenderFactory(status=S.APPROVED, deadline_at=clock())
    assert [p.field for p in TENDER.problems("publish", approved, clock())] == ["deadline_at"]
