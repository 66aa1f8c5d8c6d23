"""A member who will not sign says why; who stays silent is taken to agree; the panel can close either way."""

import io

import openpyxl
import pytest
from pypdf import PdfReader

from portal.core.db import db
from portal.core.errors import Denied, Invalid
from portal.core.files import read
from portal.core.mail import Message
from portal.home.queries import tasks
from portal.home.values import TaskKind
from portal.panels.values import SeatStatus
from portal.scoring import documents, queries, rules, services
from tests.conftest import actor_of
from tests.factories import PASSWORD
from tests.panels.browse import send
from tests.panels.stage import seats
from tests.scoring.flow import MARKS, begun, experts, locked

REASON = "未核验两家单位的人员证书"


@pytest.fixture
def to_sign(app, drain):
    """All sheets are locked and lie close together: only signatures are missing."""
    s, panel = begun(drain)
    for number, user in enumerate(experts(panel)):
        locked(user, panel, [bid[number] for bid in MARKS])
    drain()
    return s, panel, experts(panel)


def sign(user, panel):
    return services.sign(actor=actor_of(user), panel_id=panel.id, password=PASSWORD)


def refuse(user, panel, reason=REASON, password=PASSWORD):
    return services.refuse_to_sign(actor=actor_of(user), panel_id=panel.id, reason=reason, password=password)


def seat_of(user, panel):
    return next(s for s in seats(panel, SeatStatus.ACCEPTED) if s.expert.user_id == user.id)


def close(s, panel):
    return services.close_panel(actor=actor_of(s.officer), panel_id=panel.id)


def test_how_long_silence_may_last_is_data_of_the_call():
    assert rules.signing_days({}) == 1
    assert rules.signing_days({"signing_days": 3}) == 3


def test_a_member_states_why_and_the_panel_can_close_with_the_marks_as_locked(to_sign, drain):
    s, panel, (one, two, three) = to_sign
    sign(one, panel)
    sign(two, panel)
    with pytest.raises(Invalid, match="has not signed"):
        close(s, panel)
    refused = refuse(three, panel)
    assert (refused.signed_at, refused.concluded_at) == (None, refused.refused_at)
    drain()
    assert db.session.query(Message).filter(Message.subject.contains("no signature is awaited")).count()
    (fixed,) = close(s, panel)
    assert len(fixed.record["sheets"]) == 9
    drain()
    text = "".join(
        p.extract_text() for p in PdfReader(io.BytesIO(read(queries.report_of(panel.id).sha256))).pages
    )
    assert REASON in text.replace("\n", "")
    found = documents.members(panel)
    book = openpyxl.load_workbook(
        io.BytesIO(documents.spreadsheet("", documents.score_tables(s.tender.id), found))
    )
    cells = [[cell.value for cell in row] for row in book.worksheets[-1]]
    assert [row[3] for row in cells].count(REASON) == 1


@pytest.mark.parametrize(
    ("reason", "password", "sentence"),
    [
        (" ", PASSWORD, "why you do not sign"),
        ("长" * 2001, PASSWORD, "at most"),
        (REASON, "wrong-password", "password"),
    ],
)
def test_a_refusal_wants_a_reason_and_the_password(to_sign, reason, password, sentence):
    _s, panel, (one, *_) = to_sign
    with pytest.raises(Invalid, match=sentence):
        refuse(one, panel, reason, password)
    db.session.rollback()
    assert seat_of(one, panel).concluded_at is None


def test_one_either_signs_or_refuses_and_only_once_all_have_locked(app, drain):
    _s, panel = begun(drain)
    one, two, three = experts(panel)
    locked(one, panel, [bid[0] for bid in MARKS])
    with pytest.raises(Invalid, match="every expert has locked"):
        refuse(one, panel)
    for number, user in ((1, two), (2, three)):
        locked(user, panel, [bid[number] for bid in MARKS])
    refuse(one, panel)
    sign(two, panel)
    for again in (lambda: refuse(one, panel), lambda: sign(one, panel), lambda: refuse(two, panel)):
        with pytest.raises(Invalid, match="on record|signed"):
            again()


def test_silence_is_noted_only_when_the_working_day_after_is_over_and_counts_as_agreement(
    to_sign, drain, clock
):
    s, panel, (one, two, three) = to_sign
    sign(one, panel)
    sign(two, panel)
    silent = seat_of(three, panel)

    def note(actor):
        return services.note_silence(actor=actor_of(actor), panel_id=panel.id, seat_id=silent.id)

    with pytest.raises(Denied):
        note(s.supervisor)
    clock.advance(days=1)  # Tuesday, the one working day
    with pytest.raises(Invalid, match="can still sign"):
        note(s.officer)
    clock.advance(days=1)
    note(s.officer)
    with pytest.raises(Invalid, match="on record"):
        note(s.officer)
    drain()
    assert (
        db.session.query(Message)
        .filter_by(user_id=three.id)
        .filter(Message.subject.contains("did not sign"))
        .count()
        == 1
    )
    assert queries.dissents([seat_of(three, panel)]) == {}
    close(s, panel)
    (words,) = [member.refusal for member in documents.members(panel) if member.refusal]
    assert "41" in words


def test_the_pages_of_member_officer_and_public(to_sign, sign_in, client, drain):
    s, panel, (one, two, three) = to_sign
    sign(one, panel)
    sign(two, panel)
    browser, url = sign_in(three), f"/scoring/panels/{panel.id}"
    assert f"{url}/refuse" in browser.get(f"{url}/sign").text
    assert send(browser, f"{url}/refuse", reason="", password=PASSWORD).status_code == 422
    assert send(browser, f"{url}/refuse", reason=REASON, password=PASSWORD).status_code == 303
    assert REASON in browser.get(f"{url}/sign").text
    assert 'name="password"' not in browser.get(f"{url}/refuse").text
    officer = sign_in(s.officer)
    assert REASON not in officer.get(url).text
    assert TaskKind.SIGN_SHEETS not in {task.kind for task in tasks(actor_of(three))}
    assert TaskKind.CLOSE_PANEL in {task.kind for task in tasks(actor_of(s.officer))}
    close(s, panel)
    assert REASON in officer.get(url).text
    result = f"/scoring/tenders/{s.tender.id}"
    assert client.get(result).status_code == 404
    services.publish_rankings(actor=actor_of(s.officer), tender_id=s.tender.id)
    public = client.get(result).text
    assert seat_of(three, panel).code in public
    assert REASON not in public
    assert three.name not in public
