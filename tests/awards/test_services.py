"""Deciding, confirming and cancelling awards."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.awards import queries, services
from portal.awards.models import Award
from portal.awards.values import AwardStatus
from portal.budgets import queries as budgets
from portal.budgets import services as ledger
from portal.budgets.values import AccountKind
from portal.core import audit
from portal.core import clock as clock_module
from portal.core.calendar import DayKind, end_of_day
from portal.core.db import db
from portal.core.errors import Denied, Invalid, Problem
from portal.core.mail import Message
from portal.core.money import Money
from portal.core.outbox import OutboxMessage
from portal.core.papers import written
from portal.core.policy import Actor
from portal.notices import queries as notices
from portal.notices.models import Notice
from portal.notices.values import NoticeKind
from portal.parties.values import Role
from portal.procedures import queries as procedures
from portal.procedures import rules as rules_of_procedures
from portal.procedures import services as calendar
from portal.procedures.models import CalendarDay
from portal.procedures.values import LocalFigure
from portal.scoring.values import BelowLine
from portal.tenders.models import Tender
from portal.tenders.values import TenderStatus
from tests.awards.cases import Ranked
from tests.conftest import actor_of
from tests.factories import UnitFactory, person


@pytest.fixture
def ranked(app):
    return Ranked()


def decide(ranked, *picks, reason=""):
    awards = [(ranked.bids[n].id, Money(amount)) for n, amount in picks]
    return services.decide(
        actor=actor_of(ranked.officer), tender_id=ranked.tender.id, awards=awards, reason=reason
    )


def cells(notice):
    return [row for block in notice.content if "table" in block for row in block["table"]["rows"]]


def test_decision_publishes_the_result_for_the_working_days_of_the_call(ranked, clock):
    db.session.add(CalendarDay(day=date(2026, 3, 5), kind=DayKind.HOLIDAY, source="test"))
    db.session.commit()
    (award,) = decide(ranked, (0, 9_800_000))
    notice = db.session.get(Notice, award.notice_id)
    assert notice.first_day == date(2026, 3, 3)  # decided on Monday, 2 March
    assert (
        notice.last_day == award.notice_ends_on == date(2026, 3, 10)
    )  # 5 working days without 5, 7 and 8 March
    assert award.status == AwardStatus.PENDING
    assert [row[4] for row in cells(notice)] == ["拟入选", "候补", "候补"]
    assert all(row[6] for row in cells(notice)[1:]), "each proposal not chosen has a stated reason"


def test_the_procedure_decides_whether_the_first_day_of_the_notice_counts(ranked, clock):
    figure = LocalFigure(
        "venture_contest", "result_notice", 5, date(2026, 3, 1), "区级办法", "公示当日起算", True
    )
    content = rules_of_procedures.effective(
        procedures.packaged("venture_contest"), date(2026, 3, 2), [figure]
    ).content
    ranked.tender.procedure_frozen = dict(content)
    db.session.commit()
    (award,) = decide(ranked, (0, 9_800_000))
    notice = db.session.get(Notice, award.notice_id)
    assert (notice.first_day, notice.last_day) == (date(2026, 3, 2), date(2026, 3, 6))


def test_a_new_day_off_moves_the_end_of_a_running_notice_once_with_a_correction_and_a_message(
    ranked, clock, drain
):
    (award,) = decide(ranked, (0, 9_800_000))
    drain()
    keeper = Actor.system("test")
    calendar.set_day(actor=keeper, day=date(2026, 3, 6), kind=DayKind.LOCAL_HOLIDAY, source="区政府通知")
    drain()
    services.recount_notices(actor=keeper)
    drain()
    db.session.expire_all()
    found = db.session.get(Award, award.id)
    assert (award.notice_ends_on, found.notice_ends_on) == (date(2026, 3, 9), date(2026, 3, 10))
    papers = notices.corrections_of(award.notice_id)
    assert [(paper.kind, paper.last_day) for paper in papers] == [(NoticeKind.CORRECTION, date(2026, 3, 10))]
    assert db.session.get(Notice, award.notice_id).last_day == date(2026, 3, 9), (
        "the paper itself never changes"
    )
    (event,) = [e for e in audit.history(found) if e.action == "award.recount"]
    assert (event.data["before"], event.data["ends_on"]) == ("2026-03-09", "2026-03-10")
    told = [m for m in db.session.scalars(select(Message)) if "ends later" in m.subject]
    assert {m.user_id for m in told} == {user.id for user in (*ranked.owners, ranked.officer)}
    assert len(told) == 4
    (period,) = queries.notice_periods(queries.case(db.session.get(Tender, ranked.tender.id)))
    assert period.walk.end == period.last_day == date(2026, 3, 10)


def test_a_promised_last_day_never_comes_earlier_and_an_ended_notice_stays(ranked, clock):
    keeper = Actor.system("test")
    off = calendar.set_day(
        actor=keeper, day=date(2026, 3, 6), kind=DayKind.LOCAL_HOLIDAY, source="区政府通知"
    )
    (award,) = decide(ranked, (0, 9_800_000))
    calendar.remove_day(actor=keeper, day_id=off.id)
    assert services.recount_notices(actor=keeper) == 0
    clock.move_to(end_of_day(award.notice_ends_on))
    calendar.set_day(actor=keeper, day=date(2026, 3, 30), kind=DayKind.LOCAL_HOLIDAY, source="区政府通知")
    assert services.recount_notices(actor=keeper) == 0
    assert db.session.get(Award, award.id).notice_ends_on == date(2026, 3, 10)


def test_who_is_left_out_learns_the_final_result_once(ranked, clock, drain):
    ranked.rank(2, [("", ""), ("awards", ""), ("minimum_total", "")])
    (award,) = decide(ranked, (0, 9_800_000))
    drain()
    subjects = {m.user_id: m.subject for m in db.session.scalars(select(Message))}
    assert "proposed for an award" in subjects[ranked.owners[0].id]
    assert "in reserve" in subjects[ranked.owners[1].id]
    assert "was not chosen" in subjects[ranked.owners[2].id]
    clock.move_to(end_of_day(award.notice_ends_on))
    services.confirm(actor=actor_of(ranked.officer), tender_id=ranked.tender.id)
    for _ in range(2):
        drain()
    final = [m for m in db.session.scalars(select(Message)) if "result is final" in m.subject]
    assert sorted(m.user_id for m in final) == sorted(owner.id for owner in ranked.owners[1:])
    assert any("Below the minimum total score" in m.body for m in final)


def test_an_amount_above_the_quote_changes_nothing(ranked):
    with pytest.raises(Invalid) as refused:
        decide(ranked, (0, 9_800_001))
    assert refused.value.problems[0].field == f"amount_{ranked.bids[0].id.hex}"
    assert queries.awards_of(ranked.tender.id) == []
    assert db.session.scalars(select(Notice)).all() == []


def test_passing_over_a_better_rank_needs_a_reason_that_is_kept_and_published(ranked):
    with pytest.raises(Invalid, match="ranks better"):
        decide(ranked, (1, 9_000_000))
    (award,) = decide(ranked, (1, 9_000_000), reason="首位申报单位书面放弃")
    notice = db.session.get(Notice, award.notice_id)
    assert "首位申报单位书面放弃" in cells(notice)[0][6]
    assert audit.history(award)[0].data["reason"] == "首位申报单位书面放弃"


def test_the_latest_ranking_of_the_lot_counts(ranked):
    ranked.rank(2, [("minimum_total", ""), ("", ""), ("awards", "")])
    with pytest.raises(Invalid, match="below the line"):
        decide(ranked, (0, 9_800_000))
    (award,) = decide(ranked, (1, 9_000_000))
    assert award.rank == 2
    assert cells(db.session.get(Notice, award.notice_id))[0][4:7:2] == [
        "未入选",
        written(Problem(BelowLine.MINIMUM_TOTAL.label)),
    ]


def test_a_second_decision_is_refused(ranked):
    decide(ranked, (0, 9_800_000))
    with pytest.raises(Invalid, match="taken already"):
        decide(ranked, (1, 9_000_000), reason="x")


def test_only_an_officer_of_the_unit_decides(ranked):
    stranger = person(Role.PROGRAMME_OFFICER, UnitFactory())
    supervisor = person(Role.SUPERVISOR, ranked.unit)
    for user in (stranger, supervisor, ranked.owners[0]):
        with pytest.raises(Denied):
            services.decide(
                actor=actor_of(user),
                tender_id=ranked.tender.id,
                awards=[(ranked.bids[0].id, Money(1))],
            )


def test_confirmation_waits_for_the_end_of_the_last_day(ranked, clock):
    (award,) = decide(ranked, (0, 9_800_000))
    over = end_of_day(award.notice_ends_on)
    clock.move_to(over - timedelta(seconds=1))
    with pytest.raises(Invalid, match="public notice"):
        services.confirm(actor=actor_of(ranked.officer), tender_id=ranked.tender.id)
    clock.move_to(over)
    services.confirm(actor=actor_of(ranked.officer), tender_id=ranked.tender.id)
    db.session.expire_all()
    found = db.session.get(Award, award.id)
    assert (found.status, found.active_at) == (AwardStatus.ACTIVE, over)
    assert db.session.get(Tender, ranked.tender.id).status == TenderStatus.COMPLETE
    topics = db.session.scalars(select(OutboxMessage.topic)).all()
    assert topics.count("award.active") == 1


def test_a_paused_award_cannot_be_confirmed_until_it_is_resumed(ranked, clock):
    (award,) = decide(ranked, (0, 9_800_000))
    actor = actor_of(ranked.officer)
    services.pause(actor=actor, tender_id=ranked.tender.id)
    clock.move_to(end_of_day(award.notice_ends_on))
    with pytest.raises(Invalid, match="on hold"):
        services.confirm(actor=actor, tender_id=ranked.tender.id)
    services.resume(actor=actor, tender_id=ranked.tender.id)
    assert services.confirm(actor=actor, tender_id=ranked.tender.id)[0].id == award.id
    assert [e.action for e in audit.history(award)] == [
        "award.decide", "award.pause", "award.resume", "award.confirm",
    ]  # fmt: skip


def test_after_a_cancelled_award_the_next_rank_gets_its_own_decision_and_notice(ranked, clock):
    (first,) = decide(ranked, (0, 9_800_000))
    actor = actor_of(ranked.officer)
    with pytest.raises(Invalid, match="reason"):
        services.cancel_award(actor=actor, award_id=first.id, reason=" ")
    services.cancel_award(actor=actor, award_id=first.id, reason="质疑成立：资格不符")
    case = queries.case(db.session.get(Tender, ranked.tender.id))
    assert case.problems() == []
    assert case.proposed == {ranked.bids[1].id: Money(9_000_000)}
    (second,) = decide(ranked, (1, 9_000_000))
    assert second.notice_id != first.notice_id
    assert clock_module.today() < second.notice_ends_on


def test_when_a_winner_of_a_completed_call_gives_up_the_next_rank_follows_with_money_of_its_own(
    ranked, clock, drain
):
    ledger.appropriate(
        actor=Actor.system("test"), programme_id=ranked.tender.programme_id, amount=Money(20_000_000),
        reference="test", memo="",
    )  # fmt: skip
    (first,) = decide(ranked, (0, 9_800_000))
    clock.advance(days=30)
    actor = actor_of(ranked.officer)
    services.confirm(actor=actor, tender_id=ranked.tender.id)
    with pytest.raises(Invalid):
        decide(ranked, (1, 9_000_000))
    services.give_up(actor=actor, award_id=first.id, reason="乙方放弃签约")
    reserved = budgets.balances(ranked.tender.id)[AccountKind.RESERVED]
    (second,) = decide(ranked, (1, 9_000_000))
    assert budgets.balances(ranked.tender.id)[AccountKind.RESERVED] - reserved == Money(9_000_000)
    clock.advance(days=30)
    assert [a.id for a in services.confirm(actor=actor, tender_id=ranked.tender.id)] == [second.id]
    assert db.session.get(Tender, ranked.tender.id).status == TenderStatus.COMPLETE


def test_every_bidder_is_told_the_own_score_and_rank(ranked, drain):
    decide(ranked, (0, 9_800_000))
    drain()
    bodies = {m.user_id: m.subject + m.body for m in db.session.scalars(select(Message))}
    for place, owner in enumerate(ranked.owners, start=1):
        text = bodies[owner.id]
        assert f"Your score is {95 - place}.00, your rank is {place}." in text
    assert ranked.parties[1].name not in bodies[ranked.owners[2].id]


def test_awards_never_exceed_the_budget_of_the_call(app):
    ranked = Ranked(awards_max=3, quotes=(9_000_000, 9_000_000, 9_000_000))
    tender = db.session.get(Tender, ranked.tender.id)
    tender.budget = Money(20_000_000)
    db.session.commit()
    with pytest.raises(Invalid, match="add up to"):
        decide(ranked, (0, 9_000_000), (1, 9_000_000), (2, 9_000_000))
    assert len(decide(ranked, (0, 9_000_000), (1, 9_000_000))) == 2
