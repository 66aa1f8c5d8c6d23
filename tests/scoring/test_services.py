"""A small panel through the services: marks, locks, signatures, closing; who may; what is refused."""

from decimal import Decimal

import pytest
from sqlalchemy.exc import DatabaseError

from portal.core.db import db, use_case
from portal.core.errors import Denied, Invalid, InvalidTransition, NotFound, Stale
from portal.core.files import read
from portal.core.mail import Message
from portal.core.proofs import canonical
from portal.core.templating import problem_text
from portal.panels import services as panels
from portal.panels.models import Panel
from portal.panels.values import PanelStatus, SeatStatus
from portal.scoring import queries, services
from portal.scoring.models import RankingEntry, ScoreSheet, SheetVersion
from portal.scoring.values import SheetStatus, TieReason
from portal.tenders.values import CriterionKind
from portal.verify import score as verify_score
from tests.conftest import actor_of
from tests.factories import PASSWORD, CriterionFactory
from tests.panels.stage import change, opened_bid, seats, stage, user_of
from tests.scoring.flow import MARKS, D, begun, experts, locked, mark, signed


def sentences(error):
    return [problem_text(found) for found in error.value.problems]


def first_sheet(panel, user):
    return queries.my_sheets(actor_of(user), panel.id)[0]


def test_every_seat_gets_one_sheet_for_each_admitted_proposal(app, drain):
    s, panel = begun(drain)
    assert db.session.query(ScoreSheet).count() == 9
    assert services.open_sheets(panel.id) == 0
    assert {sheet.bid_id for sheet in queries.my_sheets(actor_of(experts(panel)[0]))} == {
        b.id for b in s.bids
    }
    subjects = [m.subject for m in db.session.query(Message)]
    assert len([x for x in subjects if "scoring has begun" in x]) == 3


def test_a_whole_panel_gives_a_ranking_that_outsiders_recompute(app, drain):
    s, panel = begun(drain)
    signed(panel)
    (fixed,) = services.close_panel(actor=actor_of(s.officer), panel_id=panel.id)
    found, entries = queries.ranking(s.lot.id)
    assert found.id == fixed.id
    assert [(e.bid_id, e.rank, e.total) for e in entries] == [
        (s.bids[1].id, 1, D("88.5")), (s.bids[0].id, 2, D(80)), (s.bids[2].id, 2, D(80)),
    ]  # fmt: skip
    assert {e.tie_reason for e in entries[1:]} == {TieReason.EQUAL.value}
    assert entries[0].parts == {"need": "36.33", "plan": "52.17"}
    assert [e.below_line_reason for e in entries] == ["", "awards", "awards"]
    assert db.session.get(Panel, panel.id).status == PanelStatus.CLOSED
    report = verify_score.check(canonical(fixed.record))
    assert report.differences == []
    assert "专家" not in canonical(fixed.record).decode()


def test_rankings_cannot_be_changed(app, drain):
    s, panel = begun(drain)
    signed(panel)
    services.close_panel(actor=actor_of(s.officer), panel_id=panel.id)

    @use_case
    def cheat():
        db.session.query(RankingEntry).update({"total": Decimal(100)})

    with pytest.raises(DatabaseError, match="append-only"):
        cheat()


def test_the_officer_hears_who_is_late_and_nothing_is_fixed(app, drain):
    s, panel = begun(drain)
    one, two, three = experts(panel)
    locked(one, panel, [bid[0] for bid in MARKS])
    locked(two, panel, [bid[1] for bid in MARKS])
    with pytest.raises(Invalid) as error:
        services.close_panel(actor=actor_of(s.officer), panel_id=panel.id)
    codes = sorted(seat.code for seat in seats(panel, SeatStatus.ACCEPTED))
    assert sentences(error) == [
        f"{codes[0]} {one.name} has not signed yet.", f"{codes[1]} {two.name} has not signed yet.",
        f"{codes[2]} {three.name} has locked 0 of 3 sheets.",
    ]  # fmt: skip
    assert queries.rankings(s.tender.id) == []


@pytest.mark.parametrize(
    ("need", "plan", "sentence"),
    [
        (D("40.5"), D(1), "must lie between 0 and 40"),
        (D(-1), D(1), "must lie between 0 and 40"),
        (D("1.3"), D(1), "must be a multiple of 0.5"),
    ],
)
def test_a_wrong_mark_is_refused_and_nothing_is_saved(app, drain, need, plan, sentence):
    _s, panel = begun(drain)
    user = experts(panel)[0]
    with pytest.raises(Invalid) as error:
        mark(user, first_sheet(panel, user), need, plan)
    assert sentence in sentences(error)[0]
    assert error.value.problems[0].field == "need"
    db.session.rollback()
    assert first_sheet(panel, user).marks == []


def test_too_long_a_reason_is_refused_and_not_cut(app, drain):
    _s, panel = begun(drain)
    user = experts(panel)[0]
    with pytest.raises(Invalid, match="at most"):
        mark(user, first_sheet(panel, user), D(30), D(40), "长" * 2001)
    mark(user, first_sheet(panel, user), D(30), D(40), "长" * 2000)
    assert {len(m.reason) for m in first_sheet(panel, user).marks} == {2000}


def test_a_low_mark_needs_a_reason_before_the_sheet_is_locked(app, drain):
    _s, panel = begun(drain)
    user = experts(panel)[0]
    sheet = first_sheet(panel, user)
    mark(user, sheet, D("23.5"), D(36))
    with pytest.raises(Invalid) as error:
        services.submit_sheet(actor=actor_of(user), sheet_id=sheet.id)
    assert sentences(error) == ["Give a reason for “需求分析”: the mark is below 60 % of the maximum."]
    mark(user, sheet, D("23.5"), D(36), "目标人群不清楚")
    assert services.submit_sheet(actor=actor_of(user), sheet_id=sheet.id).status == SheetStatus.SUBMITTED


def test_an_incomplete_sheet_is_not_locked_and_a_locked_one_not_changed(app, drain):
    _s, panel = begun(drain)
    user = experts(panel)[0]
    sheet = first_sheet(panel, user)
    with pytest.raises(Invalid) as error:
        services.submit_sheet(actor=actor_of(user), sheet_id=sheet.id)
    assert [p.field for p in error.value.problems] == ["need", "plan"]
    mark(user, sheet, D(30), D(40))
    services.submit_sheet(actor=actor_of(user), sheet_id=sheet.id)
    for call in (
        lambda: mark(user, sheet, D(40), D(60)),
        lambda: services.submit_sheet(actor=actor_of(user), sheet_id=sheet.id),
    ):
        with pytest.raises(Invalid, match="locked"):
            call()


def test_a_stale_save_is_refused(app, drain):
    _s, panel = begun(drain)
    user = experts(panel)[0]
    sheet = first_sheet(panel, user)
    version = sheet.version
    assert mark(user, sheet, D(30), D(40)).version == version + 1
    assert mark(user, sheet, D(31), D(40)).version == version + 2
    with pytest.raises(Stale):
        services.save_marks(actor=actor_of(user), sheet_id=sheet.id, version=version, marks={}, comment="alt")


def test_nobody_touches_the_sheet_of_another(app, drain):
    s, panel = begun(drain)
    one, two, _ = experts(panel)
    sheet = first_sheet(panel, one)
    for stranger in (two, s.officer, s.supervisor):
        with pytest.raises(Denied):
            mark(stranger, sheet, D(1), D(1))
        with pytest.raises(Denied):
            services.submit_sheet(actor=actor_of(stranger), sheet_id=sheet.id)
        with pytest.raises(NotFound):
            queries.get_sheet(actor_of(stranger), sheet.id)
    for stranger in (one, s.supervisor):
        with pytest.raises(Denied):
            services.close_panel(actor=actor_of(stranger), panel_id=panel.id)
        with pytest.raises(Denied):
            services.return_sheet(actor=actor_of(stranger), sheet_id=sheet.id, reason="x")


def test_a_foreign_criterion_is_refused(app, drain):
    _s, panel = begun(drain)
    user = experts(panel)[0]
    other = CriterionFactory(tender_id=stage().tender.id, position=9)
    with pytest.raises(Invalid, match="does not belong"):
        services.save_marks(
            actor=actor_of(user), sheet_id=first_sheet(panel, user).id, version=None, marks={other.id: (D(1), "")}
        )  # fmt: skip


def test_signing_waits_for_everybody_needs_the_password_and_happens_once(app, drain):
    _s, panel = begun(drain)
    one, *others = experts(panel)

    def sign(password=PASSWORD):
        return services.sign(actor=actor_of(one), panel_id=panel.id, password=password)

    with pytest.raises(Invalid, match="not locked"):
        sign()
    locked(one, panel, [bid[0] for bid in MARKS])
    with pytest.raises(Invalid, match="every expert has locked"):
        sign()
    for number, other in enumerate(others, start=1):
        locked(other, panel, [bid[number] for bid in MARKS])
    with pytest.raises(Invalid, match="password"):
        sign("wrong")
    assert sign().signed_at
    with pytest.raises(Invalid, match="already"):
        sign()


def test_a_returned_sheet_keeps_its_old_version(app, drain):
    s, panel = begun(drain)
    user = experts(panel)[0]
    locked(user, panel, [bid[0] for bid in MARKS])
    sheet = first_sheet(panel, user)
    with pytest.raises(Invalid, match="reason"):
        services.return_sheet(actor=actor_of(s.officer), sheet_id=sheet.id, reason="")
    services.return_sheet(actor=actor_of(s.officer), sheet_id=sheet.id, reason="专家申请更正")
    drain()
    fresh = first_sheet(panel, user)
    assert fresh.status == SheetStatus.OPEN
    kept = db.session.query(SheetVersion).one()
    assert kept.marks == {"need": "30", "plan": "45"}
    mark(user, fresh, D(33), D(45))
    assert first_sheet(panel, user).marks[0].value in (D(33), D(45))
    with pytest.raises(InvalidTransition):
        services.return_sheet(actor=actor_of(s.officer), sheet_id=sheet.id, reason="again")


def test_after_closing_nothing_moves(app, drain):
    s, panel = begun(drain)
    signed(panel)
    services.close_panel(actor=actor_of(s.officer), panel_id=panel.id)
    user = experts(panel)[0]
    sheet = first_sheet(panel, user)
    for call in (
        lambda: services.close_panel(actor=actor_of(s.officer), panel_id=panel.id),
        lambda: services.return_sheet(actor=actor_of(s.officer), sheet_id=sheet.id, reason="x"),
        lambda: mark(user, sheet, D(1), D(1)),
        lambda: services.sign(actor=actor_of(user), panel_id=panel.id, password=PASSWORD),
        lambda: panels.recuse_seat(actor=actor_of(s.officer), seat_id=sheet.seat_id, reason="x"),
    ):
        with pytest.raises(Invalid, match="over"):
            call()


def test_an_expert_who_leaves_midway_is_replaced_and_no_longer_counts(app, drain):
    s, panel = begun(drain)
    leaving = next(
        seat
        for seat in seats(panel, SeatStatus.ACCEPTED)
        if any(x.group == seat.group for x in seats(panel, SeatStatus.STANDBY))
    )
    locked(user_of(leaving), panel, [bid[0] for bid in MARKS])
    panels.recuse_seat(actor=actor_of(s.officer), seat_id=leaving.id, reason="发现利害关系")
    drain()
    (invited,) = seats(panel, SeatStatus.INVITED)
    with pytest.raises(NotFound):
        queries.get_sheet(
            actor_of(user_of(leaving)),
            db.session.query(ScoreSheet).filter_by(seat_id=leaving.id).first().id,
        )
    panels.accept_seat(actor=actor_of(user_of(invited)), seat_id=invited.id)
    drain()
    signed(panel)
    (fixed,) = services.close_panel(actor=actor_of(s.officer), panel_id=panel.id)
    assert leaving.code not in {seat["expert_code"] for seat in fixed.record["seats"]}
    assert len(fixed.record["sheets"]) == 9


def test_closing_makes_the_report_once_and_tells_officer_and_supervisor(app, drain):
    s, panel = begun(drain)
    signed(panel)
    services.close_panel(actor=actor_of(s.officer), panel_id=panel.id)
    drain()
    stored = queries.report_of(panel.id)
    assert read(stored.sha256).startswith(b"%PDF-")
    told = {m.user_id for m in db.session.query(Message) if "panel is closed" in m.subject}
    assert told == {s.officer.id, s.supervisor.id}


def test_publishing_waits_for_the_closing_and_reveals_the_panel(app, drain):
    s, panel = begun(drain)
    with pytest.raises(Invalid, match="not closed"):
        services.publish_rankings(actor=actor_of(s.officer), tender_id=s.tender.id)
    signed(panel)
    (fixed,) = services.close_panel(actor=actor_of(s.officer), panel_id=panel.id)
    with pytest.raises(NotFound):
        queries.public_ranking(fixed.id)
    with pytest.raises(Denied):
        services.publish_rankings(actor=actor_of(s.supervisor), tender_id=s.tender.id)
    services.publish_rankings(actor=actor_of(s.officer), tender_id=s.tender.id)
    services.publish_rankings(actor=actor_of(s.officer), tender_id=s.tender.id)
    assert queries.public_ranking(fixed.id).digest == fixed.digest
    assert db.session.get(Panel, panel.id).published_at


def test_a_price_formula_enters_the_ranking(app, drain):
    s = stage(bids=0, scheme={"price": "lowest_over_quote", "ties": ["quote", "technical"]})
    change(s.criteria[1], maximum=D(40))
    CriterionFactory(
        tender_id=s.tender.id,
        position=3,
        code="price",
        title="价格分",
        maximum=D(20),
        kind=CriterionKind.PRICE,
    )
    for number, quote in enumerate((10_000_000, 8_000_000, 9_000_000)):
        s.bids.append(opened_bid(s.lot, number, quote=quote))
    panel = s.begun()
    drain()
    signed(panel, marks=(((D(30), D(30)),) * 3,) * 3)
    services.close_panel(actor=actor_of(s.officer), panel_id=panel.id)
    _fixed, entries = queries.ranking(s.lot.id)
    assert [(e.bid_id, e.parts["price"], e.rank) for e in entries] == [
        (s.bids[1].id, "20.00", 1), (s.bids[2].id, "17.78", 2), (s.bids[0].id, "16.00", 3),
    ]  # fmt: skip
