"""Planted marks, reasons, notes and names: read by whom they are for, at each stage before publication, and by nobody else."""

import io
from uuid import uuid4

import pytest
from flask import url_for
from pypdf import PdfReader

from portal.core.audit import AuditEvent
from portal.core.db import db
from portal.core.mail import Message
from portal.core.outbox import OutboxMessage
from portal.parties.values import Role
from portal.scoring import queries, services
from tests.conftest import actor_of
from tests.factories import PASSWORD, grant, person
from tests.panels.stage import SMALL_SCHEME
from tests.scoring.flow import D, begun, experts, mark

# Sums and marks that occur nowhere else; the others lie close together, so only the first expert must explain.
MARKS, OTHERS = ("17.5", "33.5"), (D(34), D(51))
GROUNDS = ("LEAK-grund", "LEAK-abweichung", "LEAK-dissens")
NOTE = "LEAK-notiz"


def text_of(answer) -> str:
    """What a person reads in the answer: the words of a page, of a paper, or of any other file."""
    with answer:
        if answer.mimetype == "application/pdf" and b"%%EOF" in answer.data[-1024:]:
            return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
        return answer.data.decode(errors="replace")


def addresses(app, s, panel, sheet, **more):
    """Every GET address that the case can fill in."""
    known = {
        "panel_id": panel.id, "tender_id": s.tender.id, "sheet_id": sheet.id, "bid_id": s.bids[0].id, "seat_id": sheet.seat_id,
        "lot_id": s.lot.id, "expert_id": sheet.seat.expert_id, "party_id": s.bids[0].party_id, "part": "file-1",
        "outlier_id": uuid4(), "code": "need", **more,
    }  # fmt: skip
    with app.test_request_context():
        return [
            url_for(rule.endpoint, **{name: known[name] for name in rule.arguments})
            for rule in app.url_map.iter_rules()
            if "GET" in rule.methods and rule.arguments <= known.keys() and rule.endpoint != "static"
        ]


def first(panel, user):
    return queries.my_sheets(actor_of(user), panel.id)[0]


@pytest.fixture
def case(app, drain):
    """One expert has marked low, with reasons and a note; one sheet is locked."""
    s, panel = begun(drain, scheme={**SMALL_SCHEME, "deviation_bp": 2000})
    one = experts(panel)[0]
    for sheet in queries.my_sheets(actor_of(one), panel.id):
        mark(one, sheet, D(MARKS[0]), D(MARKS[1]), GROUNDS[0])
        services.save_marks(actor=actor_of(one), sheet_id=sheet.id, version=None, marks={}, note=NOTE)
    services.submit_sheet(actor=actor_of(one), sheet_id=first(panel, one).id)
    drain()
    return s, panel, one


def insiders(s):
    """Staff of the buyer who work with the panel."""
    return [s.officer, s.supervisor, person(Role.PROGRAMME_APPROVER, s.district)]


def outsiders(s):
    """Everybody else with an account."""
    owner = person(Role.ORG_OWNER, s.street)
    grant(owner, Role.ORG_OWNER, s.bids[0].party_id)
    roles = (Role.ADMINISTRATOR, Role.FINANCE_OFFICER, Role.EVALUATOR)
    return [owner, *(person(role, s.district) for role in roles)]


def stored():
    return [
        *(str(event.data) for event in db.session.query(AuditEvent)),
        *(m.body + m.subject for m in db.session.query(Message)),
        *(str(m.payload) for m in db.session.query(OutboxMessage)),
    ]


def nowhere(client, urls, planted):
    for url in urls:
        text = text_of(client.get(url))
        assert not [word for word in planted if word in text], url


@pytest.mark.once
def test_while_experts_score_only_the_owner_reads_marks_reasons_and_notes(app, client, sign_in, case):
    s, panel, one = case
    urls = addresses(app, s, panel, first(panel, one))
    assert len(urls) > 30
    planted = (*MARKS, "51.0", *GROUNDS, NOTE)
    for user in (experts(panel)[1], *insiders(s), *outsiders(s)):
        nowhere(sign_in(user), urls, planted)
    nowhere(client, urls, planted)
    own = sign_in(one).get(f"/scoring/sheets/{first(panel, one).id}").text
    assert all(word in own for word in (">17.5<", GROUNDS[0], NOTE))
    assert not any(word in text for text in stored() for word in planted)


@pytest.mark.once
def test_between_the_last_lock_and_publication_each_reads_what_is_for_him_or_her(
    app, client, sign_in, drain, case
):
    s, panel, one = case
    for sheet in queries.my_sheets(actor_of(one), panel.id)[1:]:
        services.submit_sheet(actor=actor_of(one), sheet_id=sheet.id)
    for other in experts(panel)[1:]:
        for sheet in queries.my_sheets(actor_of(other), panel.id):
            mark(other, sheet, *OTHERS)
            services.submit_sheet(actor=actor_of(other), sheet_id=sheet.id)
    outliers = queries.own_outliers(actor_of(one), panel.id)
    for outlier in outliers:
        services.explain(actor=actor_of(one), outlier_id=outlier.id, statement=GROUNDS[1])
    drain()
    planted = (*MARKS, "51.0", "73.67", *GROUNDS, NOTE)
    urls = addresses(app, s, panel, first(panel, one), outlier_id=outliers[0].id)
    nowhere(sign_in(experts(panel)[1]), urls, planted)
    nowhere(sign_in(s.officer), urls, planted)

    services.sign(actor=actor_of(one), panel_id=panel.id, password=PASSWORD, dissent=GROUNDS[2])
    for other in experts(panel)[1:]:
        services.sign(actor=actor_of(other), panel_id=panel.id, password=PASSWORD)
    (fixed,) = services.close_panel(actor=actor_of(s.officer), panel_id=panel.id)
    drain()
    urls = addresses(app, s, panel, first(panel, one), outlier_id=outliers[0].id, ranking_id=fixed.id)
    names = tuple(user.name for user in experts(panel))
    owner, administrator, *_rest = outsiders(s)
    for watcher in (client, sign_in(owner)):
        nowhere(watcher, urls, (*planted, *names))
    nowhere(
        sign_in(administrator), urls, planted
    )  # who keeps the accounts knows the names of people, not their marks
    nowhere(sign_in(experts(panel)[1]), urls, (*MARKS, "51.0", *GROUNDS, NOTE))
    shown = sign_in(s.officer).get(f"/scoring/panels/{panel.id}").text
    assert all(word in shown for word in (*MARKS, *GROUNDS[1:], "73.67"))
    for user in insiders(s):
        nowhere(sign_in(user), urls, (NOTE,))
    assert not any(word in text for text in stored() for word in (*MARKS, *GROUNDS, NOTE))
