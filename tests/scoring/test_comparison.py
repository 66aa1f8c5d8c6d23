"""After the last lock: who lies far off explains or revises, then all sign; who is late is reminded once."""

from functools import partial

import pytest

from portal.core.db import db
from portal.core.errors import Denied, Invalid, NotFound
from portal.core.mail import Message
from portal.panels import services as panels
from portal.panels.values import SeatStatus
from portal.scoring import queries, services
from portal.scoring.models import Comparison, SheetVersion
from portal.scoring.values import SheetStatus
from tests.conftest import actor_of
from tests.factories import PASSWORD
from tests.panels.browse import send
from tests.panels.stage import SMALL_SCHEME, seats, user_of
from tests.scoring.flow import MARKS, D, begun, experts, locked, mark, signed

# The third expert gives the first proposal less than half of what the others give.
APART = (((D(30), D(45)), (D(32), D(48)), (D(24), D(36))), *MARKS[1:])
FAR = {**SMALL_SCHEME, "deviation_bp": 1500}


def all_locked(panel, marks=APART):
    for number, user in enumerate(experts(panel)):
        locked(user, panel, [bid[number] for bid in marks])


def sign(user, panel, **more):
    return services.sign(actor=actor_of(user), panel_id=panel.id, password=PASSWORD, **more)


def outlier(user, panel):
    (found,) = queries.own_outliers(actor_of(user), panel.id)
    return found


def subjects(user):
    return [m.subject for m in db.session.query(Message).filter_by(user_id=user.id)]


def test_deviations_are_found_when_the_last_sheet_is_locked_and_not_before(app, drain):
    _s, panel = begun(drain, scheme=FAR)
    one, two, three = experts(panel)
    for number, user in enumerate((one, two)):
        locked(user, panel, [bid[number] for bid in APART])
    assert queries.comparison_in_force(panel.id) is None
    locked(three, panel, [bid[2] for bid in APART])
    drain()
    found = outlier(three, panel)
    assert (found.total, found.mean, found.share_bp) == (D(60), D("71.67"), -1628)
    assert queries.own_outliers(actor_of(one), panel.id) == []
    assert any("far from the mean" in subject for subject in subjects(three))
    assert any("sign" in subject for subject in subjects(one))


def test_how_far_is_too_far_is_data_of_the_call(app, drain):
    _s, panel = begun(drain)
    all_locked(panel)
    assert queries.own_outliers(actor_of(experts(panel)[2]), panel.id) == []


def test_who_is_far_off_signs_only_with_a_reason_and_the_reason_may_change_until_then(app, drain):
    s, panel = begun(drain, scheme=FAR)
    all_locked(panel)
    one, _two, three = experts(panel)
    found = outlier(three, panel)
    with pytest.raises(Invalid, match="wait for a reason"):
        sign(three, panel)
    say = partial(services.explain, outlier_id=found.id)
    for statement, message in (("  ", "write why"), ("长" * 2001, "at most")):
        with pytest.raises(Invalid, match=message):
            say(actor=actor_of(three), statement=statement)
    for stranger in (one, s.officer):
        with pytest.raises((Denied, NotFound)):
            say(actor=actor_of(stranger), statement="冒名")
    say(actor=actor_of(three), statement="预算与需求脱节")
    say(actor=actor_of(three), statement="预算与需求明显脱节")
    assert sign(three, panel).signed_at
    with pytest.raises(Invalid, match="already"):
        say(actor=actor_of(three), statement="再改")
    assert outlier(three, panel).statement == "预算与需求明显脱节"


def test_a_new_version_keeps_the_old_one_voids_signatures_and_is_compared_anew(app, drain):
    _s, panel = begun(drain, scheme=FAR)
    all_locked(panel)
    one, _two, three = experts(panel)
    sign(one, panel)
    sheet = next(
        x for x in queries.my_sheets(actor_of(three), panel.id) if x.bid_id == outlier(three, panel).bid_id
    )
    services.revise_sheet(actor=actor_of(three), sheet_id=sheet.id)
    assert db.session.query(SheetVersion).one().marks == {"need": "24", "plan": "36"}
    assert not any(seat.signed_at for seat in seats(panel))
    with pytest.raises(Invalid, match="every expert has locked"):
        sign(one, panel)
    mark(three, sheet, D(31), D(44))
    services.submit_sheet(actor=actor_of(three), sheet_id=sheet.id)
    assert queries.own_outliers(actor_of(three), panel.id) == []
    assert db.session.query(Comparison).count() == 2
    assert sign(one, panel).signed_at


def test_only_a_deviating_sheet_is_revised_and_after_all_have_locked_none_is_returned(app, drain):
    s, panel = begun(drain, scheme=FAR)
    all_locked(panel)
    one, _two, three = experts(panel)
    plain = queries.my_sheets(actor_of(one), panel.id)[0]
    with pytest.raises(Invalid, match="Only a sheet"):
        services.revise_sheet(actor=actor_of(one), sheet_id=plain.id)
    with pytest.raises(Invalid, match="All experts have locked"):
        services.return_sheet(actor=actor_of(s.officer), sheet_id=plain.id, reason="x")
    far = next(
        x for x in queries.my_sheets(actor_of(three), panel.id) if x.bid_id == outlier(three, panel).bid_id
    )
    with pytest.raises(Denied):
        services.revise_sheet(actor=actor_of(one), sheet_id=far.id)


def test_who_leaves_after_all_have_locked_voids_what_was_signed(app, drain):
    s, panel = begun(drain)
    all_locked(panel, MARKS)
    one = experts(panel)[0]
    sign(one, panel)
    leaving = next(
        x for x in seats(panel, SeatStatus.ACCEPTED)
        if x.expert.user_id != one.id and any(y.group == x.group for y in seats(panel, SeatStatus.STANDBY))
    )  # fmt: skip
    panels.recuse_seat(actor=actor_of(s.officer), seat_id=leaving.id, reason="发现利害关系")
    with pytest.raises(Invalid, match="seats are accepted"):
        services.close_panel(actor=actor_of(s.officer), panel_id=panel.id)
    drain()
    assert not any(seat.signed_at for seat in seats(panel))
    (invited,) = seats(panel, SeatStatus.INVITED)
    fresh = user_of(invited)
    panels.accept_seat(actor=actor_of(fresh), seat_id=invited.id)
    drain()
    with pytest.raises(Invalid, match="every expert has locked"):
        sign(one, panel)
    locked(fresh, panel, [(D(30), D(45))] * 3)
    assert sign(one, panel).signed_at


def test_a_dissent_goes_on_record_with_the_signature_that_counts(app, drain):
    _s, panel = begun(drain, scheme=FAR)
    all_locked(panel)
    one, _two, three = experts(panel)
    sign(one, panel, dissent="未安排现场踏勘")
    (mine,) = [seat for seat in seats(panel, SeatStatus.ACCEPTED) if seat.expert.user_id == one.id]
    assert queries.dissents([mine]) == {mine.id: "未安排现场踏勘"}
    sheet = next(
        x for x in queries.my_sheets(actor_of(three), panel.id) if x.bid_id == outlier(three, panel).bid_id
    )
    services.revise_sheet(actor=actor_of(three), sheet_id=sheet.id)
    (again,) = [seat for seat in seats(panel, SeatStatus.ACCEPTED) if seat.expert.user_id == one.id]
    assert queries.dissents([again]) == {}


def test_late_experts_are_reminded_once_for_each_step(app, drain, clock):
    _s, panel = begun(drain)
    one, two, three = experts(panel)
    locked(one, panel, [bid[0] for bid in MARKS])
    assert services.remind() == []
    clock.advance(days=1)
    assert {late.seat.expert.user_id for late in services.remind()} == {two.id, three.id}
    assert services.remind() == []
    for number, user in enumerate((two, three), start=1):
        locked(user, panel, [bid[number] for bid in MARKS])
    sign(two, panel)
    clock.advance(days=2)
    assert {(late.seat.expert.user_id, late.open_sheets) for late in services.remind()} == {
        (one.id, 0),
        (three.id, 0),
    }
    assert services.remind() == []


def test_explaining_revising_and_signing_through_the_pages(app, sign_in, drain):
    s, panel = begun(drain, scheme=FAR)
    all_locked(panel)
    three = experts(panel)[2]
    found = outlier(three, panel)
    client, other = sign_in(three), sign_in(experts(panel)[0])
    url = f"/scoring/panels/{panel.id}"
    page = client.get(f"{url}/sign").text
    assert "71.67" in page
    assert 'name="password"' not in page
    place = f"{url}/deviations/{found.id}"
    assert other.get(place).status_code == 404
    assert "71.67" not in other.get(f"{url}/sign").text
    assert send(client, place, statement="").status_code == 422
    assert send(client, place, statement="方案与预算脱节").status_code == 303
    officer = sign_in(s.officer).get(url).text
    assert "71.67" not in officer
    assert "方案与预算脱节" not in officer
    assert send(client, f"{url}/sign", password=PASSWORD, dissent="另有意见").status_code == 303
    assert "另有意见" in client.get(f"{url}/sign").text
    sheet = next(x for x in queries.my_sheets(actor_of(three), panel.id) if x.bid_id == found.bid_id)
    assert send(other, f"/scoring/sheets/{sheet.id}/revise").status_code == 404
    assert send(client, f"/scoring/sheets/{sheet.id}/revise").status_code == 303
    assert queries.get_sheet(actor_of(three), sheet.id).status == SheetStatus.OPEN


def test_statements_and_dissent_reach_the_record_of_the_buyer_after_closing(app, sign_in, drain):
    s, panel = begun(drain, scheme=FAR)
    signed(panel, APART)
    services.close_panel(actor=actor_of(s.officer), panel_id=panel.id)
    assert "方案与需求脱节" in sign_in(s.officer).get(f"/scoring/panels/{panel.id}").text
