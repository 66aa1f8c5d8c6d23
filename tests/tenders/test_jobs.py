"""Messages about calls reach whose turn it is, and nobody else."""

from portal.core.db import db
from portal.core.mail import Message
from portal.parties.values import Role
from portal.tenders import services
from tests.conftest import actor_of
from tests.factories import grant, person
from tests.tenders.cases import drafted, world


def test_approvers_are_asked_but_not_who_wrote_in_the_call(app, drain):
    w = world()
    grant(w.officer, Role.PROGRAMME_APPROVER, w.unit.id)
    other = person(Role.PROGRAMME_APPROVER, w.unit)
    tender = drafted(w)
    services.submit_tender(actor=actor_of(w.officer), tender_id=tender.id)
    drain()
    messages = list(db.session.query(Message))
    assert {m.user_id for m in messages} == {w.approver.id, other.id}
    assert all(m.link == f"/tenders/{tender.id}/case" and tender.title in m.subject for m in messages)


def test_the_officer_hears_of_the_approval(app, drain):
    w = world()
    tender = drafted(w)
    services.submit_tender(actor=actor_of(w.officer), tender_id=tender.id)
    services.approve_tender(actor=actor_of(w.approver), tender_id=tender.id)
    drain()
    assert db.session.query(Message).filter_by(user_id=w.officer.id).count() == 1
