"""The evening's workspace: queue, own comparison, one criterion across all proposals, private notes."""

import io
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from pypdf import PdfReader

from portal.bids.services.pages import keep_pages
from portal.core import files
from portal.core.audit import AuditEvent
from portal.core.db import db
from portal.core.errors import Invalid, NotFound, Stale
from portal.core.pictures import Drawn, Picture
from portal.scoring import queries, rules, services
from portal.scoring.models import Reading, ScoreSheet
from portal.scoring.values import SheetStatus
from tests.conftest import actor_of
from tests.panels.browse import send, version_in
from tests.scoring.flow import D, begun, experts, mark, points, signed

START = datetime(2026, 3, 2, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes", "open_sheets", "left"),
    [
        ([0, 4, 10, 15], 6, 30),  # gaps of 4, 6 and 5 minutes
        ([0, 4, 10], 6, None),  # two gaps say nothing
        ([0, 4, 10, 130, 135, 141], 4, 22),  # a long break is no work
        ([0, 4, 10, 15], 0, None),
    ],
)
def test_the_time_left_is_measured_on_what_was_locked(minutes, open_sheets, left):
    locked_at = [START + timedelta(minutes=n) for n in minutes]
    assert rules.minutes_left(locked_at, open_sheets) == left


def sheets_of(user, panel):
    return queries.my_sheets(actor_of(user), panel.id)


def need(panel):
    return queries.marked_criteria([panel.tender_id])[0]


def test_a_column_saves_what_changed_and_leaves_the_rest_alone(app, drain):
    _s, panel = begun(drain)
    user = experts(panel)[0]
    one, two, three = sheets_of(user, panel)
    mark(user, one, D(30), D(45), "理由")
    fresh = {sheet.id: sheet.version for sheet in sheets_of(user, panel)}
    save = partial(services.save_column, actor=actor_of(user), panel_id=panel.id, criterion_id=need(panel).id)
    saved = save(marks={one.id: (fresh[one.id], D(30), "理由"), two.id: (fresh[two.id], D(20), "偏弱")})
    assert saved.keys() == {two.id}
    given = {sheet.id: sheet for sheet in sheets_of(user, panel)}
    assert points(given[one.id]) == D(75)
    assert points(given[two.id]) == D(20)
    with pytest.raises(Stale):
        save(marks={two.id: (fresh[two.id], D(21), "")})
    with pytest.raises(Invalid) as error:
        save(marks={two.id: (saved[two.id], D(22), ""), three.id: (fresh[three.id], D(41), "")})
    assert [p.field for p in error.value.problems] == [str(three.id)]
    db.session.rollback()
    assert points(sheets_of(user, panel)[1]) == D(20)


def test_a_locked_sheet_is_not_changed_through_a_column(app, drain):
    _s, panel = begun(drain)
    user = experts(panel)[0]
    one = sheets_of(user, panel)[0]
    mark(user, one, D(30), D(45))
    services.submit_sheet(actor=actor_of(user), sheet_id=one.id)
    with pytest.raises(Invalid, match="locked"):
        services.save_column(
            actor=actor_of(user), panel_id=panel.id, criterion_id=need(panel).id, marks={one.id: (None, D(31), "")}
        )  # fmt: skip


def test_one_criterion_across_all_proposals_through_the_page(app, sign_in, drain):
    s, panel = begun(drain)
    user = experts(panel)[0]
    client, url = sign_in(user), f"/scoring/panels/{panel.id}/mine"
    shown = client.get(f"{url}/need").text
    assert all(bid.party.name in shown for bid in (sheet.bid for sheet in sheets_of(user, panel)))
    versions = {f"v{n}": str(sheet.version) for n, sheet in enumerate(sheets_of(user, panel))}
    fields = {"m0": "30", "m1": "３２", "m2": "", "r0": "", "r1": "", "r2": "", **versions}
    wrong = send(client, f"{url}/need", **{**fields, "m0": "99"})
    assert (wrong.status_code, "99" in wrong.text) == (422, True)
    answer = send(client, f"{url}/need", **fields)
    assert (answer.status_code, answer.location) == (303, f"{url}/plan")
    assert [points(sheet) for sheet in sheets_of(user, panel)] == [D(30), D(32), D(0)]
    saved = send(client, f"{url}/need/autosave", **{**fields, "m0": "31"})
    assert saved.status_code == 409  # the page saw older versions
    versions = {f"v{n}": str(sheet.version) for n, sheet in enumerate(sheets_of(user, panel))}
    saved = send(client, f"{url}/need/autosave", **{**fields, **versions, "m2": "33"})
    assert saved.json["versions"] == {"v2": sheets_of(user, panel)[2].version}
    matrix = client.get(url).text
    assert ">33<" in matrix
    assert client.get(f"{url}/other").status_code == 404
    assert sign_in(s.officer).get(url).status_code == 403


def test_notes_are_the_experts_own_and_in_no_version(app, sign_in, drain):
    _s, panel = begun(drain)
    user, other, _ = experts(panel)
    sheet = sheets_of(user, panel)[0]
    client, url = sign_in(user), f"/scoring/sheets/{sheet.id}"
    fields = {"m0": "30", "m1": "45", "r0": "", "r1": "", "comment": "可行", "note": "问负责人：场地？"}
    assert send(client, url, version=version_in(client.get(url).text), **fields).status_code == 303
    assert "场地" in client.get(url).text
    mark(user, sheet, D(31), D(45))
    fresh = queries.get_sheet(actor_of(user), sheet.id)
    assert (fresh.comment, fresh.note) == ("可行", "问负责人：场地？")
    services.submit_sheet(actor=actor_of(user), sheet_id=sheet.id)
    assert "场地" in client.get(url).text
    assert "场地" not in sign_in(other).get("/scoring/").text


def test_running_panels_stand_above_finished_ones_and_lead_to_the_next_open_sheet(app, sign_in, drain):
    _s, panel = begun(drain)
    user = experts(panel)[0]
    first, second, _ = sheets_of(user, panel)
    mark(user, first, D(30), D(45))
    services.submit_sheet(actor=actor_of(user), sheet_id=first.id)
    (work,) = queries.my_queues(actor_of(user))
    assert work.following.id == second.id
    shown = sign_in(user).get("/scoring/").text
    assert shown.index(f"/scoring/sheets/{second.id}") < shown.index(f"/scoring/sheets/{first.id}")


def test_no_page_of_the_expert_takes_more_queries_with_sixty_proposals(app, sign_in, drain, count_queries):
    counts = []
    for number in (3, 60):
        _s, panel = begun(drain, bids=number)
        user = experts(panel)[0]
        db.session.query(ScoreSheet).filter(
            ScoreSheet.panel_id == panel.id, ScoreSheet.seat_id != sheets_of(user, panel)[0].seat_id
        ).update({"status": SheetStatus.SUBMITTED, "submitted_at": START})
        db.session.commit()
        client = sign_in(user)
        sheet = sheets_of(user, panel)[number // 2]
        urls = ["/scoring/", f"/scoring/sheets/{sheet.id}"] + [
            f"/scoring/panels/{panel.id}/{page}" for page in ("mine", "mine/need", "sign")
        ]
        counts.append([count_queries(partial(client.get, url)) for url in urls])
    assert counts[0] == counts[1]


def test_the_reading_of_the_evening_names_its_reader_on_every_page_and_lies_encrypted(app, sign_in, drain):
    _s, panel = begun(drain)
    user, other, _ = experts(panel)
    client, url = sign_in(user), f"/scoring/panels/{panel.id}/reading"
    assert client.get(f"{url}.pdf").status_code == 404
    assert send(client, url).status_code == 303
    assert send(client, url).status_code == 422
    drain()
    answer = client.get(f"{url}.pdf")
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages]
    assert len(pages) >= 4
    code = queries.my_seat(actor_of(user), panel.id).code
    assert all(code in text and user.name in text for text in pages)
    assert "银龄守护计划2" in "".join(pages).replace("\n", "")
    row = db.session.query(Reading).one()
    assert not files.read(row.sha256).startswith(b"%PDF")
    assert sign_in(other).get(f"{url}.pdf").status_code == 404


def test_pages_of_attachments_are_the_experts_to_see_and_those_of_the_next_proposal_are_loaded_ahead(
    app, sign_in, drain
):
    _s, panel = begun(drain)
    user, other, _ = experts(panel)
    first, second, _ = sheets_of(user, panel)
    for sheet in (first, second):
        drawn = Drawn((Picture(b"picture", 10, 14),))
        keep_pages(bid_id=sheet.bid_id, part="file-1", drawn=drawn)
    client = sign_in(user)
    place = f"/scoring/sheets/{second.id}/files/file-1/pages/1"
    assert f'<link rel="prefetch" href="{place}">' in client.get(f"/scoring/sheets/{first.id}").text
    answer = client.get(place)
    assert (answer.data, answer.mimetype) == (b"picture", "image/webp")
    assert client.get(place.replace("pages/1", "pages/2")).status_code == 404
    assert sign_in(other).get(place).status_code == 404


def test_the_reading_is_destroyed_once_the_panel_is_closed_and_that_is_on_record(app, drain):
    s, panel = begun(drain)
    user = experts(panel)[0]
    services.request_reading(actor=actor_of(user), panel_id=panel.id)
    drain()
    sha256 = db.session.query(Reading).one().sha256
    assert services.destroy_readings() == 0
    signed(panel)
    services.close_panel(actor=actor_of(s.officer), panel_id=panel.id)
    assert [services.destroy_readings(), services.destroy_readings()] == [1, 0]
    db.session.expire_all()
    row = db.session.query(Reading).one()
    assert (row.sha256, row.key) == (None, None)
    assert row.made_at
    with pytest.raises(NotFound):
        files.read(sha256)
    assert db.session.query(AuditEvent).filter_by(action="reading.destroy").count() == 1
